import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digitsOnly, grouped, toWesternDigits } from '#lib/digits';

const inScript = (text: string, zero: number): string => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const numbers = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 });

it('every digit that a Moroccan keyboard types becomes the same Western digit, and nothing else changes', () => {
  fc.assert(fc.property(numbers, fc.constantFrom(0x0660, 0x06f0), (digits, zero) => toWesternDigits(`رقم ${inScript(digits, zero)}!`) === `رقم ${digits}!`));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => toWesternDigits(text).length === text.length));
});

it('spaces, dashes, dots and invisible marks never spoil a number', () => {
  const noise = fc.string({ unit: fc.constantFrom(' ', '\u00a0', '\u202f', '-', '\u2011', '\u2013', '\u2212', '.', '\u200e', '\u200f', '\u202a', '\u2066', '\ufeff', '\t'), maxLength: 4 });
  fc.assert(fc.property(numbers, fc.array(noise, { minLength: 21, maxLength: 21 }), (digits, between) =>
    digitsOnly([...digits].map((digit, i) => `${between[i] ?? ''}${digit}`).join('') + (between[20] ?? '')) === digits));
});

it('a word is never taken for a number', () => {
  for (const text of ['', ' ', 'abc', '12a', '1e5', '0x10', '１２', 'ستة', '12,5', '+212']) expect(digitsOnly(text)).toBeNull();
});

it('groups keep every digit', () => {
  expect(grouped('2648391756', [3, 3, 4])).toBe('264 839 1756');
  expect(grouped('408213', [3, 3])).toBe('408 213');
  fc.assert(fc.property(numbers, fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 5 }), (digits, sizes) => grouped(digits, sizes).replaceAll(' ', '') === digits));
});
