import { createHash } from 'node:crypto';
import { openNote, signerOf, signNote, type Signer, type Verifier } from './note.ts';

/** What the log stood at: how many leaves, and the Merkle root over them. */
export type Checkpoint = { size: number; root: Buffer };

/**
 * The log's signer. Its name is also the log's origin: made from the public key, so that no two logs share one and it
 * outlives a change of address.
 */
export const logSigner = (seed: Buffer): Signer =>
  signerOf(seed, (rawKey) => `insat/log/${createHash('sha256').update(rawKey).digest('hex').slice(0, 16)}`);

/** A checkpoint as a signed note (https://c2sp.org/tlog-checkpoint): origin, size, root, one line each. */
export const signCheckpoint = ({ size, root }: Checkpoint, signer: Signer): string =>
  signNote(`${signer.verifier.name}\n${size}\n${root.toString('base64')}\n`, signer);

/** What a note signed by this log says; null for any other, and for one that is no checkpoint. Further lines are allowed. */
export const openCheckpoint = (note: string, log: Verifier): Checkpoint | null => {
  const [origin, size = '', root = ''] = openNote(note, log)?.split('\n') ?? [];
  const rootBytes = Buffer.from(root, 'base64');
  if (origin !== log.name || !/^(0|[1-9]\d{0,14})$/.test(size) || rootBytes.length !== 32) return null;
  return { size: Number(size), root: rootBytes };
};
