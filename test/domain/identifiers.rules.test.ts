import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskIdentifiers } from '#domain/personal/identifiers.rules';

const scripts = [0x30, 0x0660, 0x06f0];
const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 24 });
const gaps = fc.constantFrom('', ' ', '-', '.', '/', '\u200f', ' - ', '\u00a0', ') (', ',', ';', ':', '|', '،');

describe('identifiers in a text', () => {
  it('a number of nine digits or more, in any script and grouping, shows its last two alone', () => {
    fc.assert(
      fc.property(digits, gaps, fc.constantFrom(...scripts), fc.constantFrom('', '+', '00'), (number, gap, zero, prefix) => {
        const written = prefix + number.map((digit) => String.fromCodePoint(zero + digit)).join(gap);
        const shown = maskIdentifiers(`رقمي ${written} شكرا`).match(/\p{Nd}/gu) ?? [];
        expect(shown).toEqual(number.slice(-2).map((digit) => String.fromCodePoint(zero + digit)));
      }),
    );
  });

  it('identity cards and e-mail addresses are masked, as they are written', () => {
    for (const [text, shown] of [
      ['بطاقتي AB123456 شكرا', 'بطاقتي ******56 شكرا'], ['cin a12345', 'cin ****45'], ['BK 123456', '** ****56'], ['cin ab-123456', 'cin **-****56'], ['بطاقتي D٦٥٤٣٢١', 'بطاقتي *****٢١'],
      ['ecrivez a fatima.z@example.org svp', 'ecrivez a f***@*** svp'], ['0661 86 44 45', '**** ** ** 45'],
    ] as const)
      expect(maskIdentifiers(text)).toBe(shown);
  });

  it('dates, amounts and what holds no number stay as they are', () => {
    for (const text of ['توقف الدعم منذ 12/10/2026', 'مبلغ 1500 درهم', '500.000 DH', 'توقف الدعم', 'RSU 12', 'il a 15000 dh', 'بين 1000, 2000, 3000 درهم', '']) expect(maskIdentifiers(text)).toBe(text);
  });

  it('takes a time that grows with the text alone, whatever is sent', () => {
    for (const part of ['1 ', '1   ', '12345678a', 'a@', 'a.', '@', 'A1', '+', '((((', 'a1a1', '1\u200f']) {
      const text = part.repeat(Math.ceil(20_000 / part.length));
      const begin = performance.now();
      maskIdentifiers(text);
      expect(performance.now() - begin, part).toBeLessThan(250);
    }
  });
});
