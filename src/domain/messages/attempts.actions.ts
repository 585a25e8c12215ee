import { and, eq, isNull, or, sql } from 'drizzle-orm';
import type { Channel, FailureClass, SendResult } from '#channels/channel';
import type { Tx } from '#db/client';
import { sendAttempts } from '#db/schema/tables';
import { newId } from '#lib/id';

/** The provider is about to be handed a message: written in the transaction that claims it. @returns the attempt's id */
export const beginAttempt = async (tx: Tx, messageId: string, { name, account }: Pick<Channel, 'name' | 'account'>, now: Date): Promise<string> => {
  const id = newId(now);
  await tx.db.insert(sendAttempts).values({ id, messageId, channel: name, account, beganAt: now });
  return id;
};

/**
 * What became of an attempt, by its id: the message may be at its next one. What is known for certain is not written over.
 *
 * @returns whether that is news
 */
export const endAttempt = async (tx: Tx, id: string | null, result: Exclude<SendResult, { outcome: 'accepted' }> | { outcome: 'accepted' }, now: Date): Promise<boolean> => {
  if (id === null) return false;
  // Found to be accepted after all, it keeps the code of the answer that did not come.
  const why = result.outcome === 'accepted' ? {} : { code: result.code, class: result.outcome === 'rejected' ? result.class : null };
  const ended = await tx.db
    .update(sendAttempts)
    .set({ outcome: result.outcome, endedAt: sql`coalesce(${sendAttempts.endedAt}, ${now.toISOString()})`, ...why })
    .where(and(eq(sendAttempts.id, id), or(isNull(sendAttempts.outcome), result.outcome === 'accepted' ? eq(sendAttempts.outcome, 'unknown') : sql`false`)))
    .returning({ id: sendAttempts.id });
  return ended.length > 0;
};

/** The provider had taken it, and says later why it did not arrive. */
export const noteFailedLater = async (tx: Tx, id: string | null, why: FailureClass, code: string | null): Promise<void> => {
  if (id !== null) await tx.db.update(sendAttempts).set({ class: why, code }).where(eq(sendAttempts.id, id));
};
