import { randomInt as cryptoRandomInt } from 'node:crypto';
import { digitsOnly, grouped } from './digits.ts';

/**
 * The Damm quasigroup of order 10 (H. M. Damm, "Totally anti-symmetric quasigroups for all orders n≠2,6", 2007).
 * It catches every single wrong digit and every swap of two neighbours, the two slips of copying by ear or hand.
 */
const damm = [
  '0317598642', '7092154863', '4206871359', '1750983426', '6123045978',
  '3674209581', '5869720134', '8945362017', '9438617205', '2581436790',
];

const dammDigit = (digits: string): number => {
  let interim = 0;
  for (const digit of digits) interim = Number(damm[interim]?.[Number(digit)]);
  return interim;
};

/**
 * A new public number: nine random digits, the first not 0 so that it never looks like a phone number, and a check digit.
 * @param randomInt draws from [min, max); cryptographic unless a test gives its own.
 */
export const newReference = (randomInt: (min: number, max: number) => number = cryptoRandomInt): string => {
  const digits = String(randomInt(100_000_000, 1_000_000_000));
  return `${digits}${dammDigit(digits)}`;
};

/** The ten digits of a reference as a person types it (any digits, spaces, dashes, bidi marks), or null if it is none. */
export const parseReference = (text: string): string | null => {
  const digits = digitsOnly(text);
  return digits !== null && /^[1-9][0-9]{9}$/.test(digits) && dammDigit(digits) === 0 ? digits : null;
};

/** `2648391756` is shown and read out as `264 839 1756`. */
export const formatReference = (reference: string): string => grouped(reference, [3, 3, 4]);
