import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';
import { hmac } from './hmac.ts';

/**
 * A sealed value: version byte, nonce, ciphertext, tag. AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits and a
 * tag of 128; a data key seals a handful of values in its life, far below the 2^32 that random nonces bear.
 */
const version = 1;
const versionByte = Buffer.of(version);
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** Where a sealed value stands, and the only place where it opens. `row` names the row for good. */
export type Place = { table: string; column: string; row: string };

/** The key of one citizen or member of staff, or of one message that has no citizen yet. */
export type DataKey = KeyObject;

const additional = ({ table, column, row }: Place): Buffer => Buffer.from(`insat|${table}|${column}|${row}|${version}`);

const pool = Buffer.alloc(8192);
let drawn = pool.length;

/** Random bytes, drawn from the system in bulk: one by one they would cost a busy intake more than the cipher does. */
const random = (count: number): Buffer => {
  if (drawn + count > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = Buffer.from(pool.subarray(drawn, drawn + count));
  // What was given away is no longer here to be read or given again.
  pool.fill(0, drawn, drawn + count);
  drawn += count;
  return bytes;
};

/** Seals a text (as UTF-8) or bytes for its place. 29 bytes longer than what it holds. */
export const seal = (key: KeyObject, place: Place, clear: string | Buffer): Buffer => sealWith(key, random(nonceBytes), additional(place), clear);

/** With a given nonce, which is never used twice under one key: for test vectors, and `seal` alone. */
export const sealWith = (key: KeyObject, nonce: Buffer, additionalData: Buffer, clear: string | Buffer): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additionalData);
  const body = typeof clear === 'string' ? cipher.update(clear, 'utf8') : cipher.update(clear);
  cipher.final();
  return Buffer.concat([versionByte, nonce, body, cipher.getAuthTag()]);
};

/** @throws Error where the value was altered, or sealed under another key or for another place */
export const unseal = (key: KeyObject, place: Place, sealed: Buffer): Buffer => unsealWith(key, additional(place), sealed);

/** As `unseal`, with the additional data themselves: for test vectors. */
export const unsealWith = (key: KeyObject, additionalData: Buffer, sealed: Buffer): Buffer => {
  if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes) throw new Error('not a sealed value of a known version');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(additionalData);
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes)), decipher.final()]);
};

/** The text of a sealed value. Null where there is none, or where its key was destroyed: then the text is erased. */
export const unsealText = (key: DataKey | undefined, place: Place, sealed: Buffer | null): string | null =>
  sealed === null || key === undefined ? null : unseal(key, place, sealed).toString('utf8');

/** The keys that wrap data keys, by version; `current` wraps. They are kept outside every database. */
export type WrappingKeys = { current: number; byVersion: ReadonlyMap<number, KeyObject> };
export type Wrapped = { subject: string; version: number; wrapped: Buffer };

const wrappedAt = (subject: string): Place => ({ table: 'data_keys', column: 'wrapped', row: subject });

const wrappingKey = (keys: WrappingKeys, asked: number): KeyObject => {
  const key = keys.byVersion.get(asked);
  if (!key) throw new Error(`DATA_KEYS lacks version ${asked}, which wraps a key that is in use`);
  return key;
};

/** A new data key for a subject (the id of a citizen or a message), and the same wrapped for the key store. */
export const newDataKey = (keys: WrappingKeys, subject: string): Wrapped & { key: DataKey } => {
  const bytes = random(keyBytes);
  const wrapped = seal(wrappingKey(keys, keys.current), wrappedAt(subject), bytes);
  return { subject, version: keys.current, wrapped, key: createSecretKey(bytes) };
};

/** @throws Error where it is not this subject's, was altered, or its wrapping key is not at hand */
export const unwrap = (keys: WrappingKeys, { subject, version: asked, wrapped }: Wrapped): DataKey =>
  createSecretKey(unseal(wrappingKey(keys, asked), wrappedAt(subject), wrapped));

/** The same data key, wrapped by the current wrapping key. */
export const rewrap = (keys: WrappingKeys, known: Wrapped): Wrapped => ({
  subject: known.subject,
  version: keys.current,
  wrapped: seal(wrappingKey(keys, keys.current), wrappedAt(known.subject), unseal(wrappingKey(keys, known.version), wrappedAt(known.subject), known.wrapped)),
});

/**
 * By which a value is found again without being readable: 16 bytes of HMAC-SHA-256 over its kind and its canonical form
 * (E.164, lower-case address). Equal values have equal indexes; without the key none can be tried out.
 */
export const blindIndex = (key: Buffer, kind: string, value: string): Buffer =>
  hmac(key, `insat/blind-index/1\0${kind}|${value}`).subarray(0, 16);
