import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { Channel } from '#channels/channel';
import { failureClasses, sendOutcomes, type SendAttempt } from '#contract/staff';
import type { Tx } from '#db/client';
import { sendAttempts, type messages } from '#db/schema/tables';

/** When these messages were handed to a provider and what came of it, each message's first attempt first. */
export const attemptsOf = async (tx: Tx, messageIds: readonly string[]): Promise<Map<string, SendAttempt[]>> => {
  const rows = messageIds.length === 0 ? [] : await tx.db.select().from(sendAttempts).where(inArray(sendAttempts.messageId, [...messageIds])).orderBy(asc(sendAttempts.beganAt), asc(sendAttempts.id));
  const found = new Map<string, SendAttempt[]>();
  for (const row of rows) {
    const attempt: SendAttempt = {
      at: row.beganAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      outcome: sendOutcomes.find((one) => one === row.outcome) ?? null,
      class: failureClasses.find((one) => one === row.class) ?? null,
      code: row.code,
    };
    found.set(row.messageId, [...(found.get(row.messageId) ?? []), attempt]);
  }
  return found;
};

/** When an attempt began; null where there is none. */
export const beganAtOf = async (tx: Tx, id: string | null): Promise<Date | null> => {
  const [found] = id === null ? [] : await tx.db.select({ at: sendAttempts.beganAt }).from(sendAttempts).where(eq(sendAttempts.id, id));
  return found?.at ?? null;
};

/** So often a message is handed over again that is not answered, while others are. */
const mostUnanswered = 5;

/** Whether a provider has answered nothing to this message, again and again, and took others meanwhile. */
export const neverAnswered = async (tx: Tx, { id, channel, channelAccount }: typeof messages.$inferSelect): Promise<boolean> => {
  const [found] = await tx.raw<{ found: boolean }>(
    `select true as found from (select count(*) as tries, min(began_at) as since from send_attempts where message_id = $1 and outcome = 'unknown') own
     where own.tries >= $2::int and exists (
       select from send_attempts o where o.channel = $3 and o.account = $4 and o.message_id <> $1 and o.outcome = 'accepted' and o.began_at > own.since)`,
    [id, String(mostUnanswered), channel, channelAccount ?? ''],
  );
  return found !== undefined;
};

/** So often a message is refused as if it were our account's fault, before it counts as its own. */
const mostRefusals = 3;

/** Whether what is said to be our account's fault is this message's: it is refused time and again, while the account's others were taken. */
export const isRefusedAlone = async (tx: Tx, messageId: string, { name, account }: Channel): Promise<boolean> => {
  const refused = await tx.db.select({ at: sendAttempts.beganAt }).from(sendAttempts).where(and(eq(sendAttempts.messageId, messageId), eq(sendAttempts.class, 'config'))).orderBy(asc(sendAttempts.beganAt)).limit(mostRefusals);
  const [first] = refused;
  if (first === undefined || refused.length < mostRefusals) return false;
  const [taken] = await tx.db
    .select({ id: sendAttempts.id })
    .from(sendAttempts)
    .where(and(eq(sendAttempts.channel, name), eq(sendAttempts.account, account), gt(sendAttempts.beganAt, first.at), eq(sendAttempts.outcome, 'accepted')))
    .limit(1);
  return taken !== undefined;
};
