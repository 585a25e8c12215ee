import { and, eq, exists, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { channelAccounts, messages } from '#db/schema/tables';
import { longestHoldMs } from './retrying.rules.ts';

/** A provider needs a moment before it can say whether it has a message. */
const unclearMs = 60_000;
/** After so long the reports of a message that was accepted are taken for lost. */
const reportsMs = 15 * 60_000;

/** Sends that the provider should be asked about: those it never answered, and those it accepted and told no more of. */
export const unsettled = (now: Date) => {
  const before = (ms: number) => lt(messages.stateAt, new Date(now.getTime() - ms));
  return and(eq(messages.state, 'sending'), before(unclearMs), or(isNull(messages.providerId), before(reportsMs)));
};

/** Whether a queued message waits for nothing any more. */
export const isDue = (now: Date) => or(isNull(messages.nextTryAt), lte(messages.nextTryAt, now));

/** The message under lock, where it is queued and waits for nothing any more. */
export const lockDue = async (tx: Tx, messageId: string, now: Date): Promise<typeof messages.$inferSelect | undefined> => {
  const [row] = await tx.db
    .select()
    .from(messages)
    .where(and(eq(messages.id, messageId), eq(messages.state, 'queued'), isDue(now)))
    .for('update');
  return row;
};

/** Whether a message is to leave by an account whose provider does not take messages. */
export const isHeldUp = (tx: Tx) =>
  exists(
    tx.db
      .select({ found: sql`true` })
      .from(channelAccounts)
      .where(and(eq(channelAccounts.channel, messages.channel), eq(channelAccounts.account, messages.channelAccount), gt(channelAccounts.faults, 0))),
  );

/** Of each such account the message that finds out whether it is over, once it may be: another one each time, as one that is refused may be at fault itself. */
export const probes = (tx: Tx, now: Date): Promise<{ id: string }[]> => {
  const next = tx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.state, 'queued'), eq(messages.channel, channelAccounts.channel), eq(messages.channelAccount, channelAccounts.account), isDue(now)))
    .orderBy(sql`coalesce(${messages.nextTryAt}, ${messages.createdAt})`, messages.createdAt)
    .limit(1)
    .as('next');
  return tx.db
    .select({ id: next.id })
    .from(channelAccounts)
    .innerJoinLateral(next, sql`true`)
    .where(and(gt(channelAccounts.faults, 0), or(isNull(channelAccounts.heldUntil), lte(channelAccounts.heldUntil, now), gt(channelAccounts.heldUntil, new Date(now.getTime() + longestHoldMs)))));
};
