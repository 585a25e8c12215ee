import { readFile } from 'node:fs/promises';
import type { Database } from '#db/client';
import { verifyLog, type Fault } from '#domain/proof/verifying.queries';
import { openCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { verifierKey, type Verifier } from '#lib/note';

export const verifyLogUsage = 'verify-log [--database <URL>] [--checkpoint <file>] [--key <public key>]';

/**
 * Recomputes the log of events from the database and compares it with what was signed.
 *
 * @param checkpointFile a checkpoint kept elsewhere (`GET /api/v1/proof/checkpoint`), which the log must still agree with
 * @returns what to print: how many events, their root, and the public key that signed it
 * @throws Error a sentence naming the first event that is not as it was signed
 */
export const checkLog = async (db: Database, log: Verifier, checkpointFile: string | undefined): Promise<string> => {
  const witnessed = checkpointFile === undefined ? null : openWitnessed(await readFile(checkpointFile, 'utf8'), log);
  const { fault, ...stand } = await verifyLog(db, log, witnessed);
  if (fault) throw new Error(sentence(fault));
  if (!('root' in stand)) throw new Error('neither a fault nor a root');
  return `OK: ${stand.size} events, root ${stand.root.toString('base64')}\nsigned by ${verifierKey(log)}`;
};

const openWitnessed = (note: string, log: Verifier): Checkpoint => {
  const checkpoint = openCheckpoint(note, log);
  if (!checkpoint) throw new Error('--checkpoint: this log did not sign that file.');
  return checkpoint;
};

const sentence = (fault: Fault): string => {
  switch (fault.kind) {
    case 'unsigned':
      return `NOT AS SIGNED: the checkpoint of ${fault.size} events was altered, or another key signed it.`;
    case 'subtree':
      return `NOT AS SIGNED: a hash kept for proofs, at or before index ${fault.index}, was altered or deleted. The events up to there are as they were.`;
    case 'rewritten':
      return fault.index === fault.last
        ? `NOT AS SIGNED: the event at index ${fault.index} was altered together with its leaf.`
        : `NOT AS SIGNED: among the events at indexes ${fault.index} to ${fault.last}, one or more were altered together with their leaves.`;
    default:
      return `NOT AS SIGNED: ${fault.kind} event ${fault.eventId ?? '(its leaf is gone too)'} at index ${fault.index}.`;
  }
};
