import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { citizen, system } from '#db/actor';
import { attachments } from '#db/schema/tables';
import { assertPlainEnd, headSize, tailSize, typeOf, type FileType } from '#files/types';
import { AppError } from '#lib/errors';
import { hmac } from '#lib/hmac';
import { newId } from '#lib/id';
import { isOurs, networkOf } from '#lib/network';
import { seal } from '#lib/sealed-stream';
import { seal as sealValue, type DataKey } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { looseMs, maxBytes, mostLoose, mostLooseOfNetwork, uploadingMs } from './attachments.rules.ts';

/** What the database keeps of a handle. */
export const uploadHash = (uploadId: string): Buffer => createHash('sha256').update(uploadId).digest();

/** Seals the key of a file that waits: whoever has the handle opens it, and nobody else, not even with all that we keep. */
export const handleKey = (uploadId: string): DataKey => createSecretKey(createHash('sha256').update(`insat/upload/1\0${uploadId}`).digest());

/**
 * Keeps a file that is attached to nothing yet: sealed, under a handle that whoever has it may attach once, within a day.
 * Memory for a few blocks only, whatever its size. Nothing is left of one that is refused or breaks off.
 *
 * @param file is not destroyed, nor read to its end when it is refused
 * @param address of whoever sends it
 * @returns the handle
 * @throws AppError invalid (`file`: file_empty, file_type, file_heic), too_large, busy while too many wait to be attached, of all or of this network
 */
export const keepUpload = async (ctx: Context, file: Readable, address: string): Promise<string> => {
  const source = file.iterator({ destroyOnReturn: false });
  const head = await beginningOf(source);
  const type = await typeOf(head);
  const uploadId = randomBytes(16).toString('base64url');
  const now = ctx.clock.now();
  const id = newId(now);
  const key = randomBytes(32);
  const dataKey = sealValue(handleKey(uploadId), sealedAt.attachmentKey(id), key);
  // Behind an address of ours may be anybody.
  const networkHash = isOurs(address) ? null : hmac(ctx.codeKey, `insat/upload-network/1\0${networkOf(address)}`);
  const row = { id, networkHash, uploadHash: uploadHash(uploadId), type, storeName: randomBytes(16).toString('hex'), dataKey, state: 'uploading', createdAt: now, stateAt: now };
  await ctx.db.withActor(citizen, async (tx) => {
    const [loose] = await tx.db
      .select({ all: sql<number>`count(*)::int`, own: sql<number>`(count(*) filter (where ${attachments.networkHash} = ${networkHash}))::int` })
      .from(attachments)
      .where(isNull(attachments.caseId));
    if (loose && (loose.all >= mostLoose || loose.own >= mostLooseOfNetwork)) throw new AppError('busy');
    await tx.db.insert(attachments).values(row);
  });
  try {
    const measure = { size: 0, hmac: createHmac('sha256', ctx.codeKey).update('attachment\0') };
    await ctx.files.write(row.storeName, seal(key, measured(type, head, source, measure)));
    await ctx.db.withActor(citizen, (tx) =>
      tx.db.update(attachments).set({ state: 'waiting', size: measure.size, digest: measure.hmac.digest() }).where(eq(attachments.id, row.id)),
    );
    return uploadId;
  } catch (error) {
    await forget(ctx, [row]).catch((err: unknown) => ctx.log.warn({ err, attachment: row.id }, 'an upload is left to the sweep'));
    throw error;
  }
};

/** Removes what was uploaded and will not be attached; what is attached already stays. */
export const dropUploads = async (ctx: Context, uploadIds: readonly string[]): Promise<void> => {
  if (uploadIds.length === 0) return;
  const rows = await ctx.db.withActor(citizen, (tx) =>
    tx.db
      .update(attachments)
      .set({ state: 'uploading' })
      .where(and(inArray(attachments.uploadHash, uploadIds.map(uploadHash)), eq(attachments.state, 'waiting')))
      .returning({ id: attachments.id, storeName: attachments.storeName }),
  );
  await forget(ctx, rows);
};

/** Removes what nobody attached in time, or what broke off with the process that took it. Bytes first: no row, no bytes. */
export const sweepUploads = async (ctx: Context, now: Date): Promise<void> => {
  const before = (ms: number) => lt(attachments.createdAt, new Date(now.getTime() - ms));
  // A minute later than it can last be attached: nobody is about to.
  const over = or(before(looseMs + 60_000), and(eq(attachments.state, 'uploading'), before(uploadingMs)));
  const rows = await ctx.db.withActor(system, (tx) =>
    tx.db.select({ id: attachments.id, storeName: attachments.storeName }).from(attachments).where(and(isNull(attachments.caseId), over)).limit(200),
  );
  await forget(ctx, rows);
};

const forget = async (ctx: Context, rows: readonly { id: string; storeName: string }[]): Promise<void> => {
  for (const { storeName } of rows) await ctx.files.remove(storeName);
  if (rows.length === 0) return;
  await ctx.db.withActor(system, (tx) => tx.db.delete(attachments).where(and(inArray(attachments.id, rows.map(({ id }) => id)), isNull(attachments.caseId))));
};

const beginningOf = async (source: AsyncIterator<Buffer>): Promise<Buffer> => {
  let head = Buffer.alloc(0);
  while (head.length < headSize) {
    const { value, done } = await source.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
};

/** The whole file again, counted, digested, and refused where it is too long or does not end as what it is. */
async function* measured(
  type: FileType,
  head: Buffer,
  rest: AsyncIterable<Buffer>,
  measure: { size: number; hmac: ReturnType<typeof createHmac> },
): AsyncGenerator<Buffer> {
  let tail = Buffer.alloc(0);
  const take = (part: Buffer): Buffer => {
    measure.size += part.length;
    if (measure.size > maxBytes) throw new AppError('too_large');
    measure.hmac.update(part);
    tail = Buffer.concat([tail, part]).subarray(-tailSize);
    return part;
  };
  yield take(head);
  for await (const part of rest) yield take(part);
  assertPlainEnd(type, tail);
}
