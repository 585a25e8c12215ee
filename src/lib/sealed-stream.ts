import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Bytes of any length, sealed so that they are written and read as a stream, and that nothing read is unproved: the STREAM
 * construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as the file format age uses it, here with AES-256-GCM. A salt of 16
 * bytes comes first; a key for this one stream is derived from it (HKDF-SHA-256), so one key may seal any number of streams.
 * Then chunks of 64 KiB, each with its tag; the nonce holds the chunk's number and whether it is the last, so that none can be
 * left out, moved or added.
 */
const chunkSize = 65_536;
const saltSize = 16;
const tagSize = 16;

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const streamKey = (key: Buffer, salt: Buffer): Buffer => Buffer.from(hkdfSync('sha256', key, salt, 'insat sealed stream', 32));

const nonceOf = (number: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/** Blocks of `size` bytes, the last one shorter or as long, and whether it is the last. Nothing at all is one empty block. */
async function* blocks(source: Bytes, size: number): AsyncGenerator<{ block: Buffer; last: boolean }> {
  let held = Buffer.alloc(0);
  for await (const part of source) {
    held = Buffer.concat([held, part]);
    // What fills a block exactly waits for more: only then is it known not to be the last.
    while (held.length > size) {
      yield { block: held.subarray(0, size), last: false };
      held = held.subarray(size);
    }
  }
  yield { block: held, last: true };
}

/** Seals what `source` gives. `key` has 32 bytes. */
export async function* seal(key: Buffer, source: Bytes): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltSize);
  const derived = streamKey(key, salt);
  yield salt;
  let number = 0;
  for await (const { block, last } of blocks(source, chunkSize)) {
    const cipher = createCipheriv('aes-256-gcm', derived, nonceOf(number, last));
    yield Buffer.concat([cipher.update(block), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/**
 * Opens what `seal` made.
 *
 * @throws Error at the first chunk that was not sealed with this key at this place; what came before it is as it was sealed
 */
export async function* unseal(key: Buffer, source: Bytes): AsyncGenerator<Buffer> {
  let salt: Buffer = Buffer.alloc(0);
  const body = async function* (): AsyncGenerator<Buffer> {
    for await (const part of source) {
      const missing = saltSize - salt.length;
      if (missing > 0) salt = Buffer.concat([salt, part.subarray(0, missing)]);
      if (part.length > missing) yield Buffer.from(part.subarray(Math.max(0, missing)));
    }
  };
  let derived: Buffer | null = null;
  let number = 0;
  for await (const { block, last } of blocks(body(), chunkSize + tagSize)) {
    if (block.length < tagSize) throw new Error('a sealed stream is damaged');
    derived ??= streamKey(key, salt);
    const decipher = createDecipheriv('aes-256-gcm', derived, nonceOf(number, last));
    decipher.setAuthTag(block.subarray(-tagSize));
    yield Buffer.concat([decipher.update(block.subarray(0, -tagSize)), decipher.final()]);
    number += 1;
  }
}
