import { eq, sql } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { citizen, system, type Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { casePlace } from '#domain/access/access.queries';
import { isOpen, legalMoves } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import { assertMove } from '#domain/cases/holding.actions';
import { mergedHeard } from '#domain/merging/marking.actions';
import type { Context } from '#domain/context';

/**
 * Inside the transaction that holds the case and stores a citizen's further message: events, version, end of waiting.
 *
 * @param by who wrote the message down: the citizen, or a member of staff to whom it was told
 * @throws AppError illegal_move on a case that is answered or has ended: nobody would read the message there; one that is
 *   merged is read with the other
 */
export const heardFromCitizen = async (
  ctx: Context,
  tx: Tx,
  found: { id: string; status: string },
  messageId: string,
  now: Date,
  by: Actor = citizen,
): Promise<void> => {
  const caseId = found.id;
  const status = found.status as Status;
  const survivor = status === 'duplicate' ? await mergedHeard(ctx, tx, caseId) : null;
  if (!isOpen(status) && survivor === null) throw new AppError('illegal_move', { legal: legalMoves(status, 'citizen') });
  // There, only that somebody wrote: the words stay with the own case.
  if (survivor !== null) await record(tx, by, now, { caseId: survivor, type: 'message.received', data: { merged: caseId } });
  const resumes = status === 'awaiting_citizen' && (await answers(tx, caseId, messageId));
  if (resumes) assertMove(found, 'in_progress', system, {});
  const [after] = await tx.db
    .update(cases)
    .set({ version: sql`${cases.version} + 1`, ...(resumes ? { status: 'in_progress' } : {}) })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  await record(tx, by, now, { caseId, type: 'message.received', data: { messageId } });
  if (resumes)
    await record(tx, system, now, { caseId, type: 'case.moved', data: { from: status, to: 'in_progress', reason: 'citizen_wrote' } });
  if (after) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...after }));
};

/** What was written before the operator asked, and came late, is no answer. */
const answers = async (tx: Tx, caseId: string, messageId: string): Promise<boolean> => {
  const [late] = await tx.raw<{ late: boolean }>(
    "select true as late from messages w join messages q on q.case_id = $1 and q.direction = 'out' and q.kind = 'question' and q.repeats is null and q.created_at > w.created_at where w.id = $2 limit 1",
    [caseId, messageId],
  );
  return late === undefined;
};

/** The same for a word after a case's end: it is read there, and opens nothing. */
export const heardAfterwards = async (ctx: Context, tx: Tx, caseId: string, messageId: string, now: Date): Promise<void> => {
  const [after] = await tx.db
    .update(cases)
    .set({ version: sql`${cases.version} + 1` })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  await record(tx, citizen, now, { caseId, type: 'message.received', data: { messageId, afterEnd: true } });
  if (after) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...after }));
};
