import { eq } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { record } from '#domain/cases/events.actions';
import { assertMove } from '#domain/cases/holding.actions';

/** The questions since the case began to wait: an earlier one was given up by whoever asked it. */
const asked = "m.case_id = c.id and m.direction = 'out' and m.kind = 'question' and m.created_at >= w.since";

/**
 * Inside the transaction that fails a message, once the message is failed and its case under lock: where no question that the case
 * waits for was delivered or still may be, nobody can answer it. The case goes back to whoever holds it.
 */
export const endVainWait = async (tx: Tx, caseId: string, now: Date): Promise<void> => {
  const [found] = await tx.raw<{ status: string }>(
    `select c.status
       from cases c, lateral (select max(e.at) as since from events e where e.case_id = c.id and e.type = 'case.moved' and e.data->>'to' = 'awaiting_citizen') w
      where c.id = $1 and c.status = 'awaiting_citizen' and exists (select from messages m where ${asked} and m.state = 'failed')
        and not exists (select from messages m where ${asked} and m.state not in ('failed', 'withheld'))`,
    [caseId],
  );
  if (!found) return;
  assertMove(found, 'in_progress', system, {});
  await record(tx, system, now, { caseId, type: 'case.moved', data: { from: found.status, to: 'in_progress', reason: 'question_not_delivered' } });
  await tx.db.update(cases).set({ status: 'in_progress' }).where(eq(cases.id, caseId));
};
