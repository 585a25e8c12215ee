import { and, asc, count, eq, gt, inArray } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { attachments } from '#db/schema/tables';
import { AppError, type FieldError } from '#lib/errors';
import { seal, unseal, type DataKey } from '#lib/sealing';
import type { Actor } from '#db/actor';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { looseMs, maxFilesOfCase } from './attachments.rules.ts';
import { handleKey, uploadHash } from './uploads.actions.ts';

/**
 * What the files are, told by their content: the same for the same files, uploaded once or again. For what is not known, the
 * handle itself stands.
 */
export const contentsOf = async (tx: Tx, uploadIds: readonly string[]): Promise<string[]> => {
  const rows = await tx.db
    .select({ hash: attachments.uploadHash, digest: attachments.digest })
    .from(attachments)
    .where(inArray(attachments.uploadHash, uploadIds.map(uploadHash)));
  const known = new Map(rows.map(({ hash, digest }) => [hash.toString('hex'), digest?.toString('hex')]));
  return uploadIds.map((uploadId) => known.get(uploadHash(uploadId).toString('hex')) ?? uploadId);
};

/**
 * Attaches what was uploaded to a message, inside the transaction that stores it, and seals its key, until then under the handle's, under the citizen's. Each handle is good once; the first of
 * two who use one at the same time gets it.
 *
 * @throws AppError invalid: `attachments.N` unknown_upload for a handle that is unknown, used, expired or named twice;
 *   `attachments` too_many_files
 */
export const attach = async (
  ctx: Context,
  tx: Tx,
  actor: Actor,
  to: { caseId: string; messageId: string; key: DataKey | undefined },
  uploadIds: readonly string[],
  now: Date,
): Promise<void> => {
  // Always in the same order, so that two who name the same handles cannot wait for each other.
  const attached = await tx.db
    .select({ id: attachments.id, hash: attachments.uploadHash, dataKey: attachments.dataKey })
    .from(attachments)
    .where(and(inArray(attachments.uploadHash, uploadIds.map(uploadHash)), eq(attachments.state, 'waiting'), gt(attachments.createdAt, new Date(now.getTime() - looseMs))))
    .orderBy(asc(attachments.id))
    .for('update');
  const handles = new Map(uploadIds.map((uploadId) => [uploadHash(uploadId).toString('hex'), handleKey(uploadId)]));
  const left = attached.map(({ hash }) => hash.toString('hex'));
  const errors: FieldError[] = [];
  for (const [index, uploadId] of uploadIds.entries()) {
    const at = left.indexOf(uploadHash(uploadId).toString('hex'));
    if (at === -1) errors.push({ path: `attachments.${index}`, code: 'unknown_upload' });
    else left.splice(at, 1);
  }
  if (errors.length > 0) throw new AppError('invalid', { errors });
  const { caseId, messageId, key } = to;
  // Nobody may add to what was erased.
  if (key === undefined) throw new AppError('erased');
  for (const { id, hash, dataKey } of attached) {
    const handle = handles.get(hash.toString('hex'));
    if (!handle) throw new Error('an upload was found by no handle');
    const place = sealedAt.attachmentKey(id);
    await tx.db
      .update(attachments)
      .set({ caseId, messageId, dataKey: seal(key, place, unseal(handle, place, dataKey)), networkHash: null, state: 'received', stateAt: now })
      .where(eq(attachments.id, id));
  }
  const [all] = await tx.db.select({ count: count() }).from(attachments).where(eq(attachments.caseId, caseId));
  if ((all?.count ?? 0) > maxFilesOfCase) throw new AppError('invalid', { errors: [{ path: 'attachments', code: 'too_many_files' }] });
  for (const { id } of attached) await record(tx, actor, now, { caseId, type: 'attachment.added', data: { attachmentId: id, messageId } });
  tx.afterCommit(() => ctx.jobs.add('process-attachment', attached.map(({ id }) => id)));
};

/** What the files of a message are, as `contentsOf`. */
export const contentsOfMessage = async (tx: Tx, messageId: string): Promise<string[]> => {
  const rows = await tx.db.select({ digest: attachments.digest }).from(attachments).where(eq(attachments.messageId, messageId)).orderBy(asc(attachments.id));
  return rows.flatMap(({ digest }) => (digest === null ? [] : [digest.toString('hex')]));
};
