import { eq } from 'drizzle-orm';
import type { Status } from '#contract/words';
import type { Tx } from '#db/client';
import { cases, type messages } from '#db/schema/tables';
import { isOpen } from '#domain/cases/cases.rules';

/**
 * Whether words that still wait to leave have been overtaken by what became of their case: a question that was answered or given up
 * since it was first written, an answer to a case that is worked on again, anything but a receipt, or numbers for
 * emergencies, once the citizen withdrew.
 */
export const isOvertaken = async (tx: Tx, row: typeof messages.$inferSelect): Promise<boolean> => {
  const { caseId, kind } = row;
  if (caseId === null || kind === 'acknowledgement' || kind === 'safety') return false;
  const [about] = await tx.db.select({ status: cases.status }).from(cases).where(eq(cases.id, caseId));
  if (about?.status === 'withdrawn') return true;
  if (kind === 'resolution') return about !== undefined && isOpen(about.status as Status);
  if (kind !== 'question') return false;
  const [over] = await tx.raw<{ over: boolean }>(
    `select true as over from messages q where q.id = $2 and (
       exists (select from messages w where w.case_id = $1 and w.direction = 'in' and w.created_at > q.created_at)
       or exists (select from events e where e.case_id = $1 and e.at > q.created_at and e.data->>'from' = 'awaiting_citizen'))`,
    [caseId, row.repeats ?? row.id],
  );
  return over !== undefined;
};
