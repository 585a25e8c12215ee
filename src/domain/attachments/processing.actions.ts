import { and, eq, inArray, lt, or, sql } from 'drizzle-orm';
import { buffer } from 'node:stream/consumers';
import { system } from '#db/actor';
import { attachments, cases } from '#db/schema/tables';
import { makeAnew, PictureCrash } from '#files/picture';
import { isPicture } from '#files/types';
import { seal, unseal } from '#lib/sealed-stream';
import { casePlace } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { dataKeyOf } from './keys.queries.ts';
import { mostCrashes, rescanMs, scanningMs, type AttachmentState } from './attachments.rules.ts';

type Row = typeof attachments.$inferSelect;
type Finding = { state: AttachmentState; reason?: 'infected' | 'unreadable' };

/** The name of the picture that was made anew, beside the bytes as they came. */
export const pictureName = (storeName: string): string => `${storeName}-picture`;

/**
 * Looks at an attachment: scans it where there is a scanner, and makes a picture anew. A scanner that is away leaves it in
 * quarantine, to be tried again; the complaint has long been accepted. May run twice.
 */
export const processAttachment = async (ctx: Context, id: string): Promise<void> => {
  const row = await take(ctx, id);
  if (!row) return;
  try {
    await settle(ctx, row, await findingOn(ctx, row));
  } catch (error) {
    const crashes = row.crashes + (error instanceof PictureCrash ? 1 : 0);
    if (crashes >= mostCrashes) return settle(ctx, row, { state: 'refused', reason: 'unreadable' });
    await ctx.db.withActor(system, (tx) => tx.db.update(attachments).set({ state: 'received', crashes, stateAt: ctx.clock.now() }).where(eq(attachments.id, id)));
    throw error;
  }
};

/** Takes it in hand, if nobody else has; one who had it for too long has died. */
const take = (ctx: Context, id: string): Promise<Row | undefined> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const dead = and(eq(attachments.state, 'scanning'), lt(attachments.stateAt, new Date(now.getTime() - scanningMs)));
    const [row] = await tx.db
      .update(attachments)
      .set({ state: 'scanning', stateAt: now })
      .where(and(eq(attachments.id, id), or(inArray(attachments.state, ['received', 'quarantined']), dead)))
      .returning();
    return row;
  });

const findingOn = async (ctx: Context, row: Row): Promise<Finding> => {
  const { type, storeName, id } = row;
  const dataKey = await ctx.db.withActor(system, (tx) => dataKeyOf(ctx, tx, row));
  if (dataKey === null) return { state: 'refused', reason: 'unreadable' };
  const bytes = await buffer(unseal(dataKey, ctx.files.read(storeName)));
  if (ctx.scanner) {
    const found = await ctx.scanner.scan(bytes).catch((err: unknown) => {
      ctx.log.warn({ err, attachment: id }, 'the scanner is away; the attachment stays in quarantine');
      return null;
    });
    if (found === null) return { state: 'quarantined' };
    if (found === 'infected') return { state: 'refused', reason: 'infected' };
  }
  if (!isPicture(type)) return { state: ctx.scanner ? 'clean' : 'quarantined' };
  const picture = await makeAnew(type, bytes);
  if (!picture) return { state: 'refused', reason: 'unreadable' };
  await ctx.files.write(pictureName(storeName), seal(dataKey, [picture]));
  return { state: 'clean' };
};

const settle = async (ctx: Context, row: Row, { state, reason }: Finding): Promise<void> => {
  const { id, caseId } = row;
  const discard = state === 'refused' || (state === 'clean' && isPicture(row.type));
  await ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const settled = await tx.db
      .update(attachments)
      .set({ state, reason: reason ?? null, discard, stateAt: now })
      .where(and(eq(attachments.id, id), eq(attachments.state, 'scanning')))
      .returning({ id: attachments.id });
    if (settled.length === 0 || caseId === null) return;
    if (state === 'refused') await record(tx, system, now, { caseId, type: 'attachment.refused', data: { attachmentId: id, reason } });
    const [seen] = await tx.db.select({ version: cases.version, ...casePlace }).from(cases).where(eq(cases.id, caseId));
    if (seen) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...seen }));
  });
  if (discard) await discardOriginals(ctx, [row]);
};

/** Removes the bytes as they came, where they are needed no more. */
const discardOriginals = async (ctx: Context, rows: readonly Pick<Row, 'id' | 'storeName'>[]): Promise<void> => {
  for (const { id, storeName } of rows) {
    await ctx.files.remove(storeName);
    await ctx.db.withActor(system, (tx) => tx.db.update(attachments).set({ discard: false }).where(and(eq(attachments.id, id), eq(attachments.discard, true))));
  }
};

/** Adds again the jobs of attachments that were left without, and removes what should have been. */
export const sweepAttachments = async (ctx: Context, now: Date, graceMs: number): Promise<void> => {
  const since = (ms: number) => lt(attachments.stateAt, new Date(now.getTime() - ms));
  const { due, discard } = await ctx.db.withActor(system, async (tx) => ({
    due: await tx.db
      .select({ id: attachments.id })
      .from(attachments)
      .where(or(
        and(eq(attachments.state, 'received'), since(graceMs)),
        and(eq(attachments.state, 'scanning'), since(scanningMs)),
        // Without a scanner nothing changes for those; once there is one, their turn comes.
        ctx.scanner ? and(eq(attachments.state, 'quarantined'), since(rescanMs)) : sql`false`,
      ))
      .orderBy(attachments.stateAt)
      .limit(50),
    discard: await tx.db.select({ id: attachments.id, storeName: attachments.storeName }).from(attachments).where(and(eq(attachments.discard, true), since(graceMs))).limit(50),
  }));
  ctx.jobs.add('process-attachment', due.map(({ id }) => id));
  await discardOriginals(ctx, discard);
};
