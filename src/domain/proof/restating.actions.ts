import { sql, type SQL } from 'drizzle-orm';
import type { Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { record } from '#domain/cases/events.actions';

type WordsTable = 'messages' | 'notes' | 'feedback';

/** To be set along with words that change: the row is sealed anew, in another place of the log and with another salt. */
export const anew = (table: WordsTable): { seq: SQL<number>; salt: SQL<string> } => ({
  seq: sql<number>`nextval(${`${table}_seq`})`,
  salt: sql<string>`gen_random_uuid()`,
});

/** Says which places of the log stand for words that are no longer there. In the transaction that changed them. */
export const recordRestated = async (
  tx: Tx,
  actor: Actor,
  at: Date,
  caseId: string,
  old: readonly { table: WordsTable; number: number | null }[],
): Promise<void> => {
  for (const { table, number } of old)
    if (number !== null) await record(tx, actor, at, { caseId, type: 'row.restated', data: { table, number: String(number) } });
};
