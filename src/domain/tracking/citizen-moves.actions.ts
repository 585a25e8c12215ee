import { eq, sql } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, deadlines, feedback } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { casePlace } from '#domain/access/access.queries';
import type { Condition } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import { assertMove, endHolding } from '#domain/cases/holding.actions';
import { afterMove } from '#domain/cases/reopening.actions';
import type { Context } from '#domain/context';
import { leaveMerge } from '#domain/merging/leaving.actions';
import { survivorMoved } from '#domain/merging/marking.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { keep, keepingOf } from '#domain/personal/texts.actions';
import { endReferral } from '#domain/referrals/ending.actions';

type Case = typeof cases.$inferSelect;
type Facts = { [condition in Condition]?: boolean };

const answered: readonly string[] = ['resolved', 'closed', 'inadmissible'] satisfies Status[];

/**
 * Keeps the citizen's verdict on a case that this transaction holds, once; "solved" closes it.
 *
 * @throws AppError already_rated, illegal_move
 */
export const rateCase = async (ctx: Context, tx: Tx, found: Case, said: { rating: number; solved: boolean; comment?: string | undefined }, now: Date): Promise<void> => {
  const toldWithOther = found.status === 'duplicate' && found.resolvedAt !== null;
  if (!toldWithOther && !answered.includes(found.status)) throw new AppError('illegal_move', { legal: [] });
  const comment = said.comment === undefined ? null : keep(await keepingOf(ctx, tx, found.id), sealedAt.comment(found.id), said.comment);
  const given = await tx.db
    .insert(feedback)
    .values({ caseId: found.id, rating: said.rating, solved: said.solved, comment: comment?.clear ?? null, commentSealed: comment?.sealed ?? null, at: now })
    .onConflictDoNothing()
    .returning({ caseId: feedback.caseId });
  if (given.length === 0) throw new AppError('already_rated');
  await record(tx, citizen, now, { caseId: found.id, type: 'case.rated', data: { rating: said.rating, solved: said.solved } });
  if (said.solved && found.status === 'resolved') await enter(ctx, tx, found, 'closed', now, { satisfied: true });
  else await enter(ctx, tx, found, null, now, {});
};

/**
 * Makes the citizen's move (or none) and all that follows from it, on a case that this transaction holds. A reopened case goes
 * straight back to its queue, and one that was merged leaves the merge.
 *
 * @throws AppError illegal_move, condition_unmet, with the legal moves
 */
export const enter = async (ctx: Context, tx: Tx, found: Case, to: Status | null, now: Date, facts: Facts): Promise<void> => {
  const caseId = found.id;
  if (to !== null) {
    assertMove(found, to, citizen, facts);
    const data = { from: found.status, to, ...(found.status === 'duplicate' && (await leaveMerge(ctx, tx, found, to, now))) };
    await record(tx, citizen, now, { caseId, type: to === 'in_triage' ? 'case.reopened' : 'case.moved', data });
    if (found.assignedTo !== null) await endHolding(tx, caseId, now);
    if (found.status === 'referred') await endReferral(tx, caseId, now);
    await survivorMoved(ctx, tx, caseId);
  }
  if (to === 'in_triage') await tx.db.update(deadlines).set({ metAt: null }).where(eq(deadlines.caseId, caseId));
  const status = to === null ? found.status : await afterMove(tx, found, to, now);
  const [after] = await tx.db
    .update(cases)
    .set({
      version: sql`${cases.version} + 1`,
      ...(to === null ? {} : { status, assignedTo: null }),
      // Reopened means not resolved: the time to resolution runs on from receipt.
      ...(to === 'in_triage' ? { resolvedAt: null, resolvedOn: null, outcome: null } : {}),
    })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  if (after) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...after }));
};
