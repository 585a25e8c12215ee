import { readFile } from 'node:fs/promises';
import type { Database } from '#db/client';
import type { Fault } from '#domain/proof/faults.rules';
import { verifyLog } from '#domain/proof/verifying.queries';
import { openCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { verifierKey, type Verifier } from '#lib/note';

export const verifyLogUsage = 'verify-log [--database <URL>] [--checkpoint <file>] [--key <public key>]';

/**
 * Recomputes the log from every protected table of the database and compares it with what was signed.
 *
 * @param checkpointFile a checkpoint kept elsewhere (`GET /api/v1/proof/checkpoint`), which the log must still agree with
 * @returns what to print: how many rows, their root, and the public key that signed it
 * @throws Error a sentence for each faulty table, naming its first row that is not as it was sealed
 */
export const checkLog = async (db: Database, log: Verifier, checkpointFile: string | undefined): Promise<string> => {
  const witnessed = checkpointFile === undefined ? null : openWitnessed(await readFile(checkpointFile, 'utf8'), log);
  const { faults, size, root } = await verifyLog(db, log, witnessed);
  if (faults.length > 0) throw new Error(['NOT AS SEALED:', ...faults.map(sentence)].join('\n'));
  const alone = witnessed ? '' : '\nno --checkpoint was given: whether all of it was signed anew cannot be told';
  return `OK: ${size} rows, root ${root.toString('base64')}\nsigned by ${verifierKey(log)}${alone}`;
};

const openWitnessed = (note: string, log: Verifier): Checkpoint => {
  const checkpoint = openCheckpoint(note, log);
  if (!checkpoint) throw new Error('--checkpoint: this log did not sign that file.');
  return checkpoint;
};

const done: Record<Fault['what'], string> = {
  altered: 'was altered',
  missing: 'is gone',
  inserted: 'was inserted',
  reordered: 'stands in the place of another',
  rewritten: 'were rewritten, one or more, together with their leaves',
};

const sentence = ({ table, what, row }: Fault): string => `${table}: ${row} ${done[what]}`;
