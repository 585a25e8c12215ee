import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMoroccan, maskPhone, parsePhone } from '#lib/phone';

const mobiles = fc.tuple(fc.constantFrom('6', '7'), fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 8 })).map((parts) => parts.join(''));

describe('a number that a citizen gives', () => {
  it('is read the same in every way Moroccans write it', () => {
    const prefixes = fc.constantFrom('0', '+212', '00212', '+212 (0)', '+212(0)', '00 212 ', '(+212) ', '212');
    const arabic = (text: string): string => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)));
    fc.assert(fc.property(prefixes, mobiles, fc.constantFrom('', ' ', '.', '-', '\u00a0'), fc.boolean(), fc.boolean(), (prefix, national, between, inArabic, marked) => {
      const groups = [national.slice(0, 1), national.slice(1, 3), national.slice(3, 5), national.slice(5, 7), national.slice(7)].join(between);
      const typed = inArabic ? arabic(prefix + groups) : prefix + groups;
      expect(parsePhone(marked ? `\u202a${typed}\u202c` : typed)).toEqual({ e164: `+212${national}`, country: 'MA', mobile: true });
    }));
  });

  it('from Laâyoune or Dakhla is Moroccan', () => {
    for (const typed of ['0528812345', '0528 91 23 45', '+212528993456']) expect(parsePhone(typed)).toMatchObject({ country: 'MA', mobile: false });
  });

  it('on a fixed line never counts as a mobile', () => {
    expect(parsePhone('0537 20 30 40')).toEqual({ e164: '+212537203040', country: 'MA', mobile: false });
  });

  it('from abroad is known as such', () => {
    expect(parsePhone('+33 6 12 34 56 78')).toEqual({ e164: '+33612345678', country: 'other', mobile: true });
    expect(parsePhone('0033612345678')).toMatchObject({ country: 'other' });
  });

  it('that is none is refused', () => {
    for (const text of ['', '3737', '19', '0461234567', '066123', '06612345678', 'ANAPEC', '0661864445 appelez-moi', '+999123456789', '0'.repeat(50), '2648391756', '123456789', 'tel 0661864445', '0661864445 ext 5', '+']) {
      expect([text, parsePhone(text)]).toEqual([text, null]);
    }
  });

  it('never breaks the parser, and is stable once stored', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const phone = parsePhone(text);
      return phone === null || parsePhone(phone.e164)?.e164 === phone.e164;
    }));
  });
});

describe('a number that is shown', () => {
  it('never shows its middle', () => {
    expect(maskPhone('+212661234445')).toBe('+2126****4445');
    expect(maskPhone('+3546123456')).toBe('+35****56');
    fc.assert(fc.property(mobiles, (national) => maskPhone(`+212${national}`).length === 13 && maskPhone(`+212${national}`).slice(5, 9) === '****'));
  });
});

it('is Moroccan by its country code alone', () => {
  expect(isMoroccan('+212528812345')).toBe(true);
  expect(isMoroccan('+33612345678')).toBe(false);
  expect(isMoroccan('+21312345678')).toBe(false);
});
