import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatReference, newReference, parseReference } from '#lib/reference';

const references = fc.integer({ min: 100_000_000, max: 999_999_999 }).map((drawn) => newReference(() => drawn));
const typedAs = (text: string, zero: number): string => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));

it('a new reference is ten digits, never begins with 0, and is read back', () => {
  for (let i = 0; i < 1000; i += 1) {
    const reference = newReference();
    expect(reference).toMatch(/^[1-9][0-9]{9}$/);
    expect(parseReference(reference)).toBe(reference);
  }
});

it('one wrong digit never opens another case', () => {
  fc.assert(fc.property(references, fc.nat(9), fc.integer({ min: 1, max: 9 }), (reference, at, by) => {
    const wrong = (Number(reference[at]) + by) % 10;
    return parseReference(`${reference.slice(0, at)}${wrong}${reference.slice(at + 1)}`) === null;
  }), { numRuns: 2000 });
});

it('two neighbouring digits swapped never open another case', () => {
  fc.assert(fc.property(references, fc.nat(8), (reference, at) => {
    const swapped = `${reference.slice(0, at)}${reference.slice(at, at + 2).split('').toReversed().join('')}${reference.slice(at + 2)}`;
    fc.pre(swapped !== reference);
    return parseReference(swapped) === null;
  }), { numRuns: 2000 });
});

it('a reference is accepted in Arabic or Persian digits, with spaces, dashes and pasted marks', () => {
  fc.assert(fc.property(references, fc.constantFrom(0x30, 0x0660, 0x06f0), fc.constantFrom('', ' ', '-', '\u00a0', '\u2013', '\u200f', '.', '  '), (reference, zero, between) => {
    const typed = `\u202b ${[...typedAs(formatReference(reference), zero)].join(between)}\u202c`;
    return parseReference(typed) === reference;
  }));
});

it('what is no reference is refused, never repaired', () => {
  fc.assert(fc.property(fc.string({ maxLength: 20 }), (text) => {
    const parsed = parseReference(text);
    return parsed === null || parsed === text.replace(/[^0-9]/g, '');
  }));
  for (const text of ['', '0661864445', '264839175', '26483917561', 'abcdefghij', '2648391756x', '1e9', '-1']) expect(parseReference(text)).toBeNull();
});

it('is grouped for the eye', () => {
  expect(formatReference('2648391756')).toBe('264 839 1756');
});

it('the check digit is that of the published table', () => {
  // Damm's example: 572 takes 4; what is balanced stays so under zeros.
  expect(newReference(() => 572_400_000)).toBe('5724000000');
});
