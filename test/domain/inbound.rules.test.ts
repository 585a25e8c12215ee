import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bodyOf, referencesIn, withoutFiles } from '#domain/messages/inbound.rules';
import { newReference } from '#lib/reference';

const zeros = [0x30, 0x0660, 0x06f0];
const spelled = (digits: string, zero: number): string => digits.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const reference = fc.constant(null).map(() => newReference());
const gap = fc.constantFrom('', ' ', '-', '.', '\u00a0', '\u2013 ', '\u200f');

it('a reference is found in any digits and groups, wherever it stands between words and other numbers', () => {
  fc.assert(
    fc.property(reference, gap, fc.constantFrom(...zeros), fc.constantFrom('', 'رقمي ', 'الهاتف 0661864445، ', '12 ', 'n\u00b0'), fc.constantFrom('', ' 2', '، منذ 3 أشهر', '.'), (given, between, zero, before, after) => {
      const typed = spelled(`${given.slice(0, 3)}${between}${given.slice(3, 6)}${between}${given.slice(6)}`, zero);
      expect(referencesIn(before + typed + after)).toEqual([given]);
    }),
  );
});

it('a longer number is never taken for a reference, nor one with a wrong check digit', () => {
  fc.assert(
    fc.property(reference, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (given, digit, off) => {
      expect(referencesIn(`${digit}${given}`)).toEqual([]);
      expect(referencesIn(`${given}${digit}`)).toEqual([]);
      expect(referencesIn(given.slice(0, 9) + String((Number(given.at(-1)) + off) % 10))).toEqual([]);
    }),
  );
});

it('the words of a message are kept to the letter, and its files are named after them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(bodyOf({ text, media: [] })).toBe(text);
    }),
  );
  const media = ['image/jpeg', 'Audio/AMR; rate=8000', 'what is this?'].map((type) => ({ url: '', type }));
  const files = '[image/jpeg]\n[audio/amr]\n[application/octet-stream]';
  expect(bodyOf({ text: '', media })).toBe(files);
  expect(bodyOf({ text: ' سلام ', media })).toBe(` سلام \n${files}`);
  expect(withoutFiles(`سلام\n${files}`).trim()).toBe('سلام');
});
