import { randomBytes } from 'node:crypto';
import { citizen, system } from '#db/actor';
import type { Tx } from '#db/client';
import { attachments } from '#db/schema/tables';
import { newId } from '#lib/id';
import { record } from '#domain/cases/events.actions';
import { uploadHash } from './uploads.actions.ts';

/**
 * Notes, inside a transaction, a file that lies with a provider and is not kept (`unreadable`: of a type that is not taken, or too large; `lost`: it was never had):
 * whoever works on the case sees that there was one. No bytes: nothing stands under its name, and no key is needed for it.
 */
export const noteRefused = async (tx: Tx, { caseId, messageId }: { caseId: string; messageId: string }, now: Date, reason: 'unreadable' | 'lost'): Promise<void> => {
  const id = newId(now);
  await tx.db.insert(attachments).values({
    id, caseId, messageId, uploadHash: uploadHash(randomBytes(16).toString('base64url')), type: 'application/octet-stream', storeName: randomBytes(16).toString('hex'),
    dataKey: Buffer.alloc(0), state: 'refused', reason, createdAt: now, stateAt: now,
  });
  await record(tx, citizen, now, { caseId, type: 'attachment.added', data: { attachmentId: id, messageId } });
  await record(tx, system, now, { caseId, type: 'attachment.refused', data: { attachmentId: id, reason } });
};
