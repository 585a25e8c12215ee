import { asc, inArray } from 'drizzle-orm';
import { failureClasses, sendOutcomes, type SendAttempt } from '#contract/staff';
import type { Tx } from '#db/client';
import { sendAttempts } from '#db/schema/tables';

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
