import { and, desc, eq, isNotNull, or, sql } from 'drizzle-orm';
import { channelOf, type Channel, type ChannelName, type OutboundMessage, type SendResult } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { messages, threads } from '#db/schema/tables';
import { partsOf } from '#contract/sms';
import type { Context } from '#domain/context';
import { record } from '#domain/cases/events.actions';
import { beginAttempt, endAttempt } from './attempts.actions.ts';
import { isRefusedAlone } from './attempts.queries.ts';
import { isAutomatic, takeFromCaps, type Withheld } from './caps.actions.ts';
import { dropRepeats, fail, followFailure, moveFirstReply, recountFirstReply, wordsArrived } from './failing.actions.ts';
import { mayLeaveElsewhere } from './other-way.actions.ts';
import { sayToNewNumber } from './new-number.actions.ts';
import { isOvertaken } from './overtaken.queries.ts';
import { lockDue } from './pending.queries.ts';
import { putAside } from './putting-aside.actions.ts';
import { expectRating } from './rating.actions.ts';
import { isOfAccount } from './retrying.rules.ts';
import { holdAccount, releaseAccount, takeTurn, turnOf } from './turns.actions.ts';
import { mayWriteFreely, windowClosed } from './window.queries.ts';
import { noNumber, outboundOf, sayable } from './wording.queries.ts';

/**
 * Hands a queued message to the provider, once. The state `sending` is committed before the call: a crash in between
 * leaves an unclear send, which `settleMessage` settles by asking the provider, never by guessing. What the provider does not take
 * waits on the row until its next try, or is followed by what the rules say (`retrying.rules.ts`).
 */
export const sendMessage = async (ctx: Context, messageId: string): Promise<void> => {
  const claimed = await claimForSending(ctx, messageId).catch((error: unknown) => putAside(ctx, messageId, error));
  if (!claimed) return;
  const result = await claimed.channel.send(claimed.outbound);
  await ctx.db.withActor(system, (tx) => takeAnswer(ctx, tx, claimed, result));
};

type Claimed = { messageId: string; attemptId: string; beganAt: Date; channel: Channel; outbound: OutboundMessage; probes: boolean };

/** The message, then its attempt, then the account: in this order a report of the provider holds them too. */
const takeAnswer = async (ctx: Context, tx: Tx, claimed: Claimed, result: SendResult): Promise<void> => {
  const { messageId, attemptId, channel, beganAt, probes } = claimed;
  const [held] = await tx.db.select().from(messages).where(eq(messages.id, messageId)).for('update');
  const news = await endAttempt(tx, attemptId, result, ctx.clock.now());
  if (result.outcome === 'accepted') {
    if (held?.providerId === null) await tx.db.update(messages).set({ providerId: result.providerId }).where(eq(messages.id, messageId));
    if (probes) await releaseAccount(tx, channel, ctx.clock.now());
    if (news && held) await expectRating(tx, held, ctx.clock.now());
    return;
  }
  // Unclear: it may have left. It stays `sending`, and `settleMessage` asks the provider.
  if (result.outcome === 'unknown') {
    await holdAccount(ctx, tx, channel, { why: 'unknown', code: result.code, beganAt });
    return;
  }
  const { class: why, code, retryAfterMs } = result;
  // Once, whatever a report has said meanwhile.
  const row = held?.state === 'sending' && held.attemptId === attemptId ? held : null;
  const alone = row !== null && why === 'config' && (await isRefusedAlone(tx, messageId, channel));
  if (row && !alone && (isOfAccount(why) || (why === 'sender' && !(await mayLeaveElsewhere(ctx, tx, row))))) {
    const until = await holdAccount(ctx, tx, channel, { why, code, retryAfterMs, beganAt });
    await postpone(tx, row, channel, until, code);
    // Where it may be the message that is at fault after all, another one tries next: which, the sweep says.
    if (why === 'transient' || why === 'throttled') tx.afterCommit(() => lookAgain(ctx, messageId, until));
    return;
  }
  // It refused this message, and so is there.
  if (probes) await releaseAccount(tx, channel, ctx.clock.now());
  if (!row) return;
  const errorCode = why === 'window' ? windowClosed : code;
  await followFailure(ctx, tx, row, alone ? 'permanent' : why, errorCode);
  await fail(ctx, tx, messageId, errorCode);
};

/** Waits for its turn: the sweep finds it then. */
const postpone = async (tx: Tx, { id }: typeof messages.$inferSelect, { account }: Channel, until: Date, code: string | null): Promise<void> => {
  await tx.db
    .update(messages)
    .set({ state: 'queued', channelAccount: account, nextTryAt: until, ...(code === null ? {} : { errorCode: code }) })
    .where(eq(messages.id, id));
};

/** To the second. */
const lookAgain = (ctx: Context, messageId: string, at: Date): void => ctx.jobs.add('send-message', [messageId], { afterMs: at.getTime() - ctx.clock.now().getTime() });

/** The code of a message by a channel that we do not have any more. */
const noChannel = 'no_channel';

const claimForSending = (ctx: Context, messageId: string): Promise<Claimed | null> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const queued = await lockDue(tx, messageId, now);
    // Where nothing is sent at all, all waits.
    if (!queued || ctx.channels.length === 0) return null;
    const channel = channelOf(ctx.channels, queued.channel as ChannelName, queued.channelAccount ?? (await lineOf(tx, queued)));
    if (await wordsArrived(tx, queued)) {
      await dropRepeats(ctx, tx, queued);
      return null;
    }
    // It was switched off since: what waits for it would for ever.
    if (channel === null) {
      await followFailure(ctx, tx, queued, 'config', noChannel);
      await fail(ctx, tx, messageId, noChannel);
      return null;
    }
    const row = { ...queued, channelAccount: channel.account };
    if (await isOvertaken(tx, row)) {
      await withhold(ctx, tx, row, 'overtaken');
      return null;
    }
    const turn = await turnOf(ctx, tx, row, channel);
    if (!turn.may) {
      await postpone(tx, row, channel, turn.until, turn.code);
      // While the account is held, the sweep brings one, and all the others afterwards.
      if (!turn.held) tx.afterCommit(() => lookAgain(ctx, messageId, turn.until));
      return null;
    }
    const complete = await outboundOf(ctx, tx, row, channel);
    if (complete === null && (await sayToNewNumber(ctx, tx, row))) {
      await withhold(ctx, tx, row, 'rectified');
      return null;
    }
    const outbound = complete === null ? null : sayable(complete, await mayWriteFreely(tx, channel, row.contactPointId, now));
    const dead = outbound === null ? null : await unreachedCode(tx, row);
    if (outbound === null || dead !== null) {
      const code = dead ?? (complete === null ? noNumber : windowClosed);
      if (complete !== null) await followFailure(ctx, tx, row, dead === null ? 'window' : 'address', code);
      await fail(ctx, tx, messageId, code);
      return null;
    }
    // Tried before, it was counted before. What an operator writes is never held back.
    const withheld = isAutomatic(row.kind) && row.attemptId === null ? await takeFromCaps(ctx, tx, outbound.to, { kind: row.kind, again: row.repeats !== null }) : null;
    if (withheld !== null) {
      await withhold(ctx, tx, row, withheld);
      return null;
    }
    await takeTurn(tx, channel, turn.account, now);
    const attemptId = await beginAttempt(tx, messageId, channel, now);
    // Whose word on it counts is known before the call: its reports may come before the answer.
    await tx.db
      .update(messages)
      .set({ state: 'sending', stateAt: now, errorCode: null, channelAccount: channel.account, attemptId, nextTryAt: null, ...(channel.name === 'sms' ? { parts: partsOf(outbound.text) } : {}) })
      .where(eq(messages.id, messageId));
    if (row.repeats !== null) await noteRepeat(ctx, tx, row);
    else if (row.authorId !== null && row.caseId !== null) await moveFirstReply(tx, row.caseId);
    return { messageId, attemptId, beganAt: now, channel, outbound, probes: turn.account.faults > 0 };
  });

/** From now on what repeats a reply counts as one. */
const noteRepeat = async (ctx: Context, tx: Tx, { caseId }: typeof messages.$inferSelect): Promise<void> => {
  const row = caseId === null ? undefined : await recountFirstReply(tx, caseId);
  if (row && caseId !== null) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

/** Why nothing that is sent to this contact point by this channel arrives; null where that is not known. */
const unreachedCode = async (tx: Tx, { contactPointId, channel }: typeof messages.$inferSelect): Promise<string | null> => {
  if (contactPointId === null) return null;
  const [thread] = await tx.db.select({ code: threads.unreachedCode }).from(threads).where(and(eq(threads.contactPointId, contactPointId), eq(threads.channel, channel)));
  return thread?.code ?? null;
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

/** The case is kept and worked on all the same; its history says why no message left. A question of the line that nobody read does not stand. */
const withhold = async (ctx: Context, tx: Tx, { id, caseId, contactPointId, channel, kind, createdAt }: typeof messages.$inferSelect, errorCode: Withheld | 'overtaken' | 'rectified'): Promise<void> => {
  const now = ctx.clock.now();
  await tx.db.update(messages).set({ state: 'withheld', errorCode, stateAt: now, nextTryAt: null }).where(eq(messages.id, id));
  // The case before the thread, as everywhere.
  if (caseId !== null) {
    await record(tx, system, now, { caseId, type: 'message.withheld', data: { messageId: id, errorCode } });
    const row = await recountFirstReply(tx, caseId);
    if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
  }
  if (contactPointId === null || !isAutomatic(kind)) return;
  // What the line asks by itself is asked in the moment that the words are written; a receipt asks for the place of its case.
  const itsOwn = or(eq(threads.askedAt, createdAt), sql`${threads.question} @> ${JSON.stringify({ name: 'place', caseId })}::jsonb`);
  await tx.db.update(threads).set({ question: null, askedAt: null, askedTimes: 0 }).where(and(eq(threads.contactPointId, contactPointId), eq(threads.channel, channel), itsOwn));
};
