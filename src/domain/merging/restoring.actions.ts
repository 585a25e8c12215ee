import { and, eq, gte } from 'drizzle-orm';
import type { CaseSummary } from '#contract/staff';
import type { Status } from '#contract/words';
import { system, type Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { events, merges } from '#db/schema/tables';
import { placeOf } from '#domain/access/places.queries';
import { record } from '#domain/cases/events.actions';
import { assertMove, change, releaseWhere, startHolding, type Case, type CasePatch } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { setLegalMet } from '#domain/deadlines/deadlines.actions';

/** A case that is no longer merged goes back to where it was, into the hands that held it. The caller has it locked. */
export const restore = async (ctx: Context, tx: Tx, actor: Actor, found: Case, merge: typeof merges.$inferSelect, noteId?: string): Promise<CaseSummary> => {
  const now = ctx.clock.now();
  const former = merge.formerStatus as Status;
  assertMove(found, former, actor, { former_status: true });
  await tx.db.delete(merges).where(eq(merges.caseId, found.id));
  await record(tx, actor, now, { caseId: found.id, type: 'case.unmerged', data: { from: found.status, to: former, ...(noteId ? { noteId } : {}) } });
  const patch: CasePatch = { status: former, assignedTo: merge.formerHolder };
  if (merge.formerHolder !== null) await startHolding(tx, found.id, merge.formerHolder, now);
  if (merge.toldAt !== null) {
    // It was told of another's answer, and has none of its own.
    Object.assign(patch, { resolvedAt: null, resolvedOn: null, outcome: null });
    await setLegalMet(tx, found.id, null);
  }
  const over = await waitOver(tx, found.id, former, merge.mergedAt);
  if (over !== null) {
    assertMove({ status: former }, 'in_progress', system, {});
    await record(tx, system, now, { caseId: found.id, type: 'case.moved', data: { from: former, to: 'in_progress', reason: over } });
    patch.status = 'in_progress';
  }
  // Who held it may have left, or been kept from it, meanwhile.
  const released = await releaseWhere(tx, { ...found, status: patch.status ?? former, assignedTo: merge.formerHolder }, await placeOf(tx, found.id), now);
  return change(ctx, tx, found, { ...patch, ...released });
};

/** The body that had the case has it no more; and what the citizen was asked may have been answered while it was merged. */
const waitOver = async (tx: Tx, caseId: string, former: Status, mergedAt: Date): Promise<'referral_over' | 'citizen_wrote' | null> => {
  if (former === 'referred') return 'referral_over';
  if (former !== 'awaiting_citizen') return null;
  const heard = await tx.db.$count(events, and(eq(events.caseId, caseId), eq(events.type, 'message.received'), gte(events.at, mergedAt)));
  return heard > 0 ? 'citizen_wrote' : null;
};
