import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeMatches, deriveCode, hashCode, parseCode } from '#lib/code';

const key = Buffer.alloc(32, 7);
const otherKey = Buffer.alloc(32, 8);
const codes = fc.integer({ min: 0, max: 999_999 }).map((drawn) => String(drawn).padStart(6, '0'));

it('the code of a case can be told again, and is another under another key or for another case', () => {
  fc.assert(fc.property(fc.uuid(), (caseId) => {
    const code = deriveCode(key, caseId);
    return /^[0-9]{6}$/.test(code) && deriveCode(key, caseId) === code;
  }));
  const ids = Array.from({ length: 200 }, (_, i) => `case-${i}`);
  expect(new Set(ids.map((id) => deriveCode(key, id))).size).toBeGreaterThan(190);
  expect(ids.filter((id) => deriveCode(key, id) === deriveCode(otherKey, id)).length).toBeLessThan(5);
});

it('codes are spread evenly: no first digit is favoured', () => {
  const first = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i += 1) {
    const digit = Number(deriveCode(key, `case-${i}`)[0]);
    first[digit] = (first[digit] ?? 0) + 1;
  }
  for (const count of first) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

it('only the right code opens, and only with its own reference and key', () => {
  fc.assert(fc.property(codes, codes, (code, guess) => {
    const stored = hashCode(key, '2648391756', code);
    return codeMatches(key, '2648391756', guess, stored) === (guess === code)
      && !codeMatches(key, '2648391757', code, stored)
      && !codeMatches(otherKey, '2648391756', code, stored);
  }));
});

it('a damaged stored hash never opens and never throws', () => {
  expect(codeMatches(key, '2648391756', '000000', Buffer.alloc(0))).toBe(false);
});

it('the stored hash never holds the code in clear', () => {
  expect(hashCode(key, '2648391756', '408213')).toHaveLength(32);
  expect(hashCode(key, '2648391756', '408213').toString('latin1')).not.toContain('408213');
});

it('a code is accepted in any digits with spaces and marks, and refused otherwise', () => {
  expect(parseCode('٤٠٨ ٢١٣')).toBe('408213');
  expect(parseCode('\u200e۴۰۸-۲۱۳')).toBe('408213');
  for (const text of ['', '40821', '4082133', '40821a', '٤٠٨٢١']) expect(parseCode(text)).toBeNull();
});
