import { and, desc, eq, isNotNull, ne } from 'drizzle-orm';
import { advances, type StatusUpdate } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { messages } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { endAttempt } from './attempts.actions.ts';
import { beganAtOf, neverAnswered } from './attempts.queries.ts';
import { applyReport } from './delivery.actions.ts';
import { fail, followFailure, followSilence, recountFirstReply } from './failing.actions.ts';
import { sayToNewNumber } from './new-number.actions.ts';
import { unsettled } from './pending.queries.ts';
import { noNumber, outboundOf } from './wording.queries.ts';

const hourMs = 3_600_000;
/** Then what became of a message counts as unknown, unless a report comes after all. */
const giveUpMs = 48 * hourMs;
/** So long a phone that is there keeps no message to itself. */
const pendingMs = hourMs;
/** Clocks differ, and ours may have been set back since. */
const clocksMs = 5 * 60_000;

/**
 * Asks the provider what became of a send. What it says counts like a report of its own. A send that was never answered,
 * and that the provider does not have, is queued again; one that it accepted never is.
 *
 * @throws where the provider cannot be asked; the message stays as it is, and is asked about again later
 */
export const settleMessage = async (ctx: Context, messageId: string): Promise<void> => {
  const now = ctx.clock.now();
  const asked = await ctx.db.withActor(system, async (tx) => {
    // Marked before the call: nobody asks the same meanwhile, and next time those not asked about yet come first.
    const [row] = await tx.db
      .update(messages)
      .set({ stateAt: now })
      .where(and(eq(messages.id, messageId), unsettled(now)))
      .returning();
    if (!row) return null;
    const beganAt = (await beganAtOf(tx, row.attemptId)) ?? row.createdAt;
    const waitedMs = now.getTime() - beganAt.getTime();
    // A line that is no longer configured cannot be asked.
    const channel = ctx.channels.find(({ name, account }) => name === row.channel && (row.channelAccount === null || account === row.channelAccount));
    if (channel === undefined) {
      if (waitedMs > giveUpMs) await ownUnknown(ctx, tx, row);
      return null;
    }
    const outbound = await outboundOf(ctx, tx, row, channel);
    if (outbound !== null) {
      const since = new Date(Math.min(beganAt.getTime(), row.createdAt.getTime()) - clocksMs);
      return { channel, attemptId: row.attemptId, waitedMs, message: { ...outbound, since, others: await othersOf(tx, row) } };
    }
    // Its number or its words are gone, so that nobody can be asked: what the provider took stays unknown, unless a report comes.
    if (row.providerId === null) {
      await endAttempt(tx, row.attemptId, { outcome: 'unknown', code: 'interrupted' }, now);
      await sayToNewNumber(ctx, tx, row);
      await fail(ctx, tx, messageId, noNumber);
    } else await tx.db.update(messages).set({ state: 'unknown' }).where(eq(messages.id, messageId));
    return null;
  });
  if (!asked) return;
  const { channel, attemptId, waitedMs } = asked;
  const settle = (work: (tx: Tx, message: Message) => Promise<void>) =>
    ctx.db.withActor(system, async (tx) => {
      const [message] = await tx.db
        .select()
        .from(messages)
        .where(and(eq(messages.id, messageId), eq(messages.state, 'sending')))
        .for('update');
      // What was found is about the attempt that was asked for; the message may be at its next one.
      if (message?.attemptId === attemptId) await work(tx, message);
    });
  const found = await channel.find(asked.message).catch(async (error: unknown) => {
    if (waitedMs > giveUpMs) await settle((tx, message) => ownUnknown(ctx, tx, message));
    throw error;
  });
  await settle(async (tx, message) => {
    const { providerId } = message;
    const report = (said: Pick<StatusUpdate, 'providerId' | 'status' | 'errorCode' | 'class'>) => applyReport(ctx, tx, message, channel.account, said);
    if (providerId === null) {
      if (found) return report(found);
      await endAttempt(tx, attemptId, { outcome: 'unknown', code: 'interrupted' }, now);
      // The provider is there for others: it is this message that it cannot take.
      if (await neverAnswered(tx, message)) {
        await followFailure(ctx, tx, message, 'unreachable', unanswered);
        return fail(ctx, tx, messageId, unanswered);
      }
      await tx.db.update(messages).set({ state: 'queued', stateAt: now }).where(eq(messages.id, messageId));
      tx.afterCommit(() => ctx.jobs.add('send-message', [messageId]));
      return;
    }
    if (found?.providerId === providerId && advances('sending', found.status)) return report(found);
    const keptByPhone = channel.capabilities.heartbeat && (found?.status ?? 'queued') === 'queued' && waitedMs > pendingMs;
    if (keptByPhone || waitedMs > giveUpMs) await ownUnknown(ctx, tx, message);
  });
};

const unanswered = 'never_answered';

/** Nothing is known of it, and nobody need wait to know more: the citizen is to be reached all the same. */
const ownUnknown = async (ctx: Context, tx: Tx, message: Message): Promise<void> => {
  const { id, caseId } = message;
  await tx.db.update(messages).set({ state: 'unknown', stateAt: ctx.clock.now() }).where(eq(messages.id, id));
  await followSilence(ctx, tx, message);
  const row = caseId === null ? undefined : await recountFirstReply(tx, caseId);
  if (row && caseId !== null) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

type Message = typeof messages.$inferSelect;

/** The same words to the same person are another message, which the provider may name instead: what the newest of those are called there. */
const othersOf = async (tx: Tx, { id, channel, contactPointId }: Message): Promise<string[]> => {
  if (contactPointId === null) return [];
  const rows = await tx.db
    .select({ providerId: messages.providerId })
    .from(messages)
    .where(and(eq(messages.contactPointId, contactPointId), eq(messages.direction, 'out'), eq(messages.channel, channel), ne(messages.id, id), isNotNull(messages.providerId)))
    .orderBy(desc(messages.createdAt))
    .limit(100);
  return rows.flatMap(({ providerId }) => providerId ?? []);
};
