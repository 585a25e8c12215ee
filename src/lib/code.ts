import { timingSafeEqual } from 'node:crypto';
import { digitsOnly } from './digits.ts';
import { hmac } from './hmac.ts';

// One key, several uses (receipt.ts has another): the labels keep them from ever being the same computation.
const deriveLabel = 'insat/citizen-code/1\0';
const hashLabel = 'insat/citizen-code-hash/1\0';

/**
 * The citizen's six-digit code. It is derived from the case, not drawn, so that it can be told again after a repeated
 * submission or in the receipt SMS although only its hash is stored; without the key it is as good as random.
 * Reducing 48 bits modulo a million favours no code by more than one part in 10^8.
 * @param key secret kept outside the database, not to be written to after its first use
 */
export const deriveCode = (key: Buffer, caseId: string): string => {
  const digest = hmac(key, deriveLabel + caseId);
  return String(digest.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
};

/** What is stored of a code: 32 bytes, bound to the reference so that a hash copied to another row opens nothing. */
export const hashCode = (key: Buffer, reference: string, code: string): Buffer =>
  hmac(key, `${hashLabel}${reference}\0${code}`);

/** Whether the code is the one whose hash was stored, in constant time. */
export const codeMatches = (key: Buffer, reference: string, code: string, storedHash: Buffer): boolean => {
  const hash = hashCode(key, reference, code);
  return hash.length === storedHash.length && timingSafeEqual(hash, storedHash);
};

/** The six digits of a code as a person types it (any digits, spaces, dashes, bidi marks), or null if it is none. */
export const parseCode = (text: string): string | null => {
  const digits = digitsOnly(text);
  return digits?.length === 6 ? digits : null;
};
