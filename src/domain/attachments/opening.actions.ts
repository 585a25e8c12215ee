import type { Readable } from 'node:stream';
import { and, eq } from 'drizzle-orm';
import type { StaffActor } from '#db/actor';
import { attachments, cases } from '#db/schema/tables';
import { isFileType, isPicture, type FileType } from '#files/types';
import { AppError, notFound } from '#lib/errors';
import { unseal } from '#lib/sealed-stream';
import { casesInSight } from '#domain/access/access.queries';
import { recordReading } from '#domain/cases/reading.actions';
import type { Context } from '#domain/context';
import { dataKeyOf } from './keys.queries.ts';
import { pictureName } from './processing.actions.ts';

/**
 * Opens an attachment for a person who sees its case, and keeps that they did. The bytes come as they are asked for, each block
 * proved to be as it was sealed.
 *
 * @throws AppError not_found for what is out of sight, of another case or not there, one and the same; not_scanned_yet for what is
 *   not known to be clean; attachment_refused for what is not kept
 */
export const openAttachment = async (
  ctx: Context,
  actor: StaffActor,
  caseId: string,
  attachmentId: string,
): Promise<{ type: FileType; picture: boolean; bytes: AsyncGenerator<Buffer> }> => {
  const { row, dataKey } = await ctx.db.withActor(actor, async (tx) => {
    const [found] = await tx.db
      .select({ attachment: attachments, assignedTo: cases.assignedTo })
      .from(attachments)
      .innerJoin(cases, eq(cases.id, attachments.caseId))
      .where(and(eq(attachments.id, attachmentId), eq(cases.id, caseId), casesInSight(actor)));
    if (!found) throw notFound();
    const { attachment, assignedTo } = found;
    if (attachment.state === 'refused') throw new AppError('attachment_refused');
    if (attachment.state !== 'clean') throw new AppError('not_scanned_yet');
    const key = await dataKeyOf(ctx, tx, attachment);
    if (key === null) throw new AppError('attachment_refused');
    await recordReading(tx, actor, ctx.clock.now(), { caseId, assignedTo, attachmentId });
    return { row: attachment, dataKey: key };
  });
  if (!isFileType(row.type)) throw new Error('an attachment is of no type that is taken');
  const picture = isPicture(row.type);
  const sealed: Readable = ctx.files.read(picture ? pictureName(row.storeName) : row.storeName);
  return { type: row.type, picture, bytes: unseal(dataKey, sealed) };
};
