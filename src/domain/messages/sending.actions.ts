import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { channelOf, type ChannelName } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import type { Place } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { record } from '#domain/cases/events.actions';
import { keepThread } from '#domain/threads/answering.actions';
import { threadOf } from '#domain/threads/threads.queries';
import { standingQuestion } from '#domain/threads/threads.rules';
import { isAutomatic, takeFromCaps, type Withheld } from './caps.actions.ts';
import { queueOtherWay } from './other-way.actions.ts';
import { mayWriteFreely, windowClosed } from './window.queries.ts';
import { asksRating, noNumber, outboundOf, sayable } from './wording.queries.ts';

/**
 * Hands a queued message to the provider, once. The state `sending` is committed before the call: a crash in between
 * leaves an unclear send, which `settleMessage` settles by asking the provider, never by guessing.
 *
 * @throws Error where a later try may succeed; the job then tries again
 */
export const sendMessage = async (ctx: Context, messageId: string): Promise<void> => {
  const claimed = await claimForSending(ctx, messageId);
  if (!claimed) return;
  const result = await claimed.channel.send(claimed.outbound);
  if (result.outcome === 'accepted') {
    await ctx.db.withActor(system, (tx) =>
      tx.db
        .update(messages)
        .set({ providerId: result.providerId })
        .where(and(eq(messages.id, messageId), isNull(messages.providerId))),
    );
    return;
  }
  // Unclear: it may have left. It stays `sending`, and `settleMessage` asks the provider.
  if (result.outcome === 'unknown') return;
  const { class: why, code } = result;
  if (why === 'window') return failOnce(ctx, messageId, windowClosed, true);
  if (why === 'permanent' || why === 'address' || why === 'opted_out' || why === 'policy') return failOnce(ctx, messageId, code, false);
  await setState(ctx, messageId, 'queued', code);
  throw new Error(`the provider refused for now: ${why} ${code}`);
};

const claimForSending = (ctx: Context, messageId: string) =>
  ctx.db.withActor(system, async (tx) => {
    const [queued] = await tx.db
      .select()
      .from(messages)
      .where(and(eq(messages.id, messageId), eq(messages.state, 'queued')))
      .for('update');
    const channel = queued && channelOf(ctx.channels, queued.channel as ChannelName, queued.channelAccount ?? (await lineOf(tx, queued)));
    if (!channel) return null;
    // Whose word on it counts is known before the call: its reports may come before the answer.
    const [row] = await tx.db
      .update(messages)
      .set({ state: 'sending', stateAt: ctx.clock.now(), channelAccount: channel.account })
      .where(eq(messages.id, messageId))
      .returning();
    if (!row) return null;
    const complete = await outboundOf(ctx, tx, row, channel);
    const free = await mayWriteFreely(tx, channel, row.contactPointId, ctx.clock.now());
    const outbound = complete === null ? null : sayable(complete, free);
    if (outbound === null) {
      if (complete !== null) await queueOtherWay(ctx, tx, row);
      await fail(ctx, tx, messageId, complete === null ? noNumber : windowClosed);
      return null;
    }
    // Tried before, it was counted before. What an operator writes is never held back.
    const withheld = isAutomatic(row.kind) && row.errorCode === null ? await takeFromCaps(ctx, tx, outbound.to, row.kind) : null;
    if (withheld !== null) {
      await withhold(ctx, tx, row, withheld);
      return null;
    }
    await expectRating(tx, row, ctx.clock.now());
    return { channel, outbound };
  });

/** Its answer asks for a rating: a number that comes back is one, unless an earlier question of the line still waits for a number. */
const expectRating = async (tx: Tx, { caseId, contactPointId, channel, kind }: typeof messages.$inferSelect, now: Date): Promise<void> => {
  if (kind !== 'resolution' || caseId === null || contactPointId === null) return;
  const [about] = await tx.db.select({ channel: cases.channel }).from(cases).where(eq(cases.id, caseId));
  const at = { contactPointId, channel };
  if (!about || !asksRating(kind, about.channel) || standingQuestion(await threadOf(tx, at), now)?.name === 'which_case') return;
  await keepThread(tx, at, { question: { name: 'rating', caseId } }, now);
};

/** A reply leaves from the number that was written to: people know it, and an answer to it comes back there. */
const lineOf = async (tx: Tx, { channel, contactPointId }: typeof messages.$inferSelect): Promise<string | null> => {
  if (contactPointId === null) return null;
  const [last] = await tx.db
    .select({ account: messages.channelAccount })
    .from(messages)
    .where(and(eq(messages.contactPointId, contactPointId), eq(messages.direction, 'in'), eq(messages.channel, channel), isNotNull(messages.channelAccount)))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  return last?.account ?? null;
};

/** The case is kept and worked on all the same; its history says why no SMS left. */
const withhold = async (ctx: Context, tx: Tx, { id, caseId }: typeof messages.$inferSelect, errorCode: Withheld): Promise<void> => {
  const now = ctx.clock.now();
  await tx.db.update(messages).set({ state: 'withheld', errorCode, stateAt: now }).where(eq(messages.id, id));
  if (caseId === null) return;
  await record(tx, system, now, { caseId, type: 'message.withheld', data: { messageId: id, errorCode } });
  const [row] = await tx.db
    .update(cases)
    .set({ version: sql`${cases.version} + 1` })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

const setState = (ctx: Context, messageId: string, state: string, errorCode: string | null) =>
  ctx.db.withActor(system, async (tx) => {
    await tx.db.update(messages).set({ state, errorCode, stateAt: ctx.clock.now() }).where(eq(messages.id, messageId));
  });

/** Once, whatever a report has said meanwhile. */
const failOnce = (ctx: Context, messageId: string, errorCode: string, otherWay: boolean): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [row] = await tx.db.select().from(messages).where(and(eq(messages.id, messageId), eq(messages.state, 'sending'))).for('update');
    if (!row) return;
    if (otherWay) await queueOtherWay(ctx, tx, row);
    await fail(ctx, tx, messageId, errorCode);
  });

/** A message that will not arrive: seen on the case, and a reply that failed is no first reply. */
export const fail = async (ctx: Context, tx: Tx, messageId: string, errorCode: string): Promise<void> => {
  const now = ctx.clock.now();
  const [row] = await tx.db.update(messages).set({ state: 'failed', errorCode, stateAt: now }).where(eq(messages.id, messageId)).returning({ caseId: messages.caseId });
  if (row?.caseId) await noteFailure(ctx, tx, row.caseId, messageId, errorCode, now);
};

/** Inside the transaction that sets a message to `failed`. */
export const noteFailure = async (ctx: Pick<Context, 'live'>, tx: Tx, caseId: string, messageId: string, errorCode: string | null, now: Date): Promise<void> => {
  await record(tx, system, now, { caseId, type: 'message.failed', data: { messageId, errorCode } });
  const row = await recountFirstReply(tx, caseId);
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

/** The first reply is the first that reached the citizen, or may still: to be found again when one fails, or arrives after all. */
export const recountFirstReply = async (
  tx: Tx,
  caseId: string,
): Promise<({ version: number } & Place) | undefined> => {
  const [row] = await tx.db
    .update(cases)
    .set({
      version: sql`${cases.version} + 1`,
      firstReplyAt: sql`(select min(m.created_at) from messages m where m.case_id = ${caseId} and m.direction = 'out'
        and m.author_id is not null and m.state not in ('failed', 'withheld'))`,
    })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  return row;
};
