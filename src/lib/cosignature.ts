import { createHash, verify } from 'node:crypto';
import { signatureLine, signerOf, type Signer, type Verifier } from './note.ts';

/** A witness that signs along; its name is made from its public key, as the log's is. @param seed 32 bytes */
export const witnessSigner = (seed: Buffer): Signer =>
  signerOf(seed, (rawKey) => `insat/witness/${createHash('sha256').update(rawKey).digest('hex').slice(0, 16)}`, 4);

/** The text of a signed note, without its signatures. */
const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1);
const signed = (note: string, seconds: bigint): string => `cosignature/v1\ntime ${seconds}\n${textOf(note)}`;

/** The line that a witness adds to a checkpoint: key id, time (8 bytes, seconds since 1970), Ed25519 signature (https://c2sp.org/tlog-cosignature). */
export const cosign = (note: string, { verifier, sign }: Signer, at: Date): string => {
  const time = Buffer.alloc(8);
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  time.writeBigUInt64BE(seconds);
  return `— ${verifier.name} ${Buffer.concat([verifier.id, time, sign(signed(note, seconds))]).toString('base64')}`;
};

/** When one of these witnesses signed the note by this line, and which; null where none did. */
export const openCosignature = (note: string, line: string, witnesses: readonly Verifier[]): { witness: Verifier; at: Date } | null => {
  const [, name, base64 = ''] = signatureLine.exec(line) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const witness = witnesses.find((one) => one.name === name && bytes.subarray(0, 4).equals(one.id));
  if (!witness || bytes.length !== 76) return null;
  const seconds = bytes.readBigUInt64BE(4);
  return verify(null, Buffer.from(signed(note, seconds)), witness.key, bytes.subarray(12)) ? { witness, at: new Date(Number(seconds) * 1000) } : null;
};
