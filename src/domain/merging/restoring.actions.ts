import { eq } from 'drizzle-orm';
import type { CaseSummary } from '#contract/staff';
import type { Status } from '#contract/words';
import { system, type Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { merges } from '#db/schema/tables';
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
  if (former === 'referred') {
    // The body that had it has it no more.
    assertMove({ status: former }, 'in_progress', system, {});
    await record(tx, system, now, { caseId: found.id, type: 'case.moved', data: { from: former, to: 'in_progress', reason: 'referral_over' } });
    patch.status = 'in_progress';
  }
  // Who held it may have been kept from it meanwhile.
  const released = await releaseWhere(tx, { ...found, status: patch.status ?? former, assignedTo: merge.formerHolder }, await placeOf(tx, found.id), now);
  return change(ctx, tx, found, { ...patch, ...released });
};
