import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { digitsOnly } from './digits.ts';

/** RFC 6238 as every authenticator application knows it: SHA-1, six digits, a step of 30 seconds. */
const periodMs = 30_000;
const settings = { issuer: 'Insat', algorithm: 'SHA1', digits: 6, period: periodMs / 1000 };

/** 160 bits, as RFC 4226 recommends. */
export const newTotpSecret = (): Buffer => randomBytes(20);

const secretOf = (bytes: Buffer): Secret => new Secret({ buffer: Uint8Array.from(bytes).buffer });

/** For the person's application: in base32, and as an address that it may read from a picture. */
export const describeTotp = (secret: Buffer, login: string): { secret: string; uri: string } => {
  const totp = new TOTP({ ...settings, label: login, secret: secretOf(secret) });
  return { secret: totp.secret.base32, uri: totp.toString() };
};

/**
 * The step whose number this is, at most one before or after the present one; null for a wrong number.
 * @param typed digits of any script, with spaces
 */
export const stepOf = (secret: Buffer, typed: string, now: Date): number | null => {
  const token = digitsOnly(typed);
  if (token === null) return null;
  const timestamp = now.getTime();
  const delta = new TOTP({ ...settings, secret: secretOf(secret) }).validate({ token, timestamp, window: 1 });
  return delta === null ? null : Math.floor(timestamp / periodMs) + delta;
};

/**
 * Opens a secret as earlier versions sealed it: under a key derived from that of the citizens' codes, 48 bytes long (nonce,
 * secret, tag). Whatever is sealed now begins with a version (`sealing.ts`) and is a byte longer.
 *
 * @throws Error when it was sealed for another person, under another key, or altered
 */
export const openEarlierSecret = (codeKey: Buffer, staffId: string, sealed: Buffer): Buffer => {
  const key = Buffer.from(hkdfSync('sha256', codeKey, '', 'insat/totp-secret/1', 32));
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(staffId));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
};
export const earlierSecretBytes = 48;
