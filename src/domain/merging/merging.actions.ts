import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Merge, Unmerge } from '#contract/merging';
import type { CaseSummary } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, merges } from '#db/schema/tables';
import { AppError, invalid, notFound } from '#lib/errors';
import { casesInSight } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import { lockHolder } from '#domain/cases/holder.actions';
import { assertHeld, assertMove, change, endHolding, handOver, noteReason, type Case } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { restore } from './restoring.actions.ts';

/** These have ended without an answer, or are handled with another themselves: nothing can be handled with them. */
const unfit: readonly string[] = ['duplicate', 'spam', 'withdrawn'];

/**
 * Both cases, locked in the order of their ids whoever comes first, so that two merges the other way round wait for one
 * another; and not against the foreign keys of what is written to a case meanwhile.
 */
const lockBoth = async (tx: Tx, ids: readonly [string, string], inSight: ReturnType<typeof casesInSight>): Promise<Map<string, Case>> => {
  const found = await tx.db.select().from(cases).where(and(inArray(cases.id, [...ids]), inSight)).orderBy(asc(cases.id)).for('no key update');
  return new Map(found.map((row) => [row.id, row]));
};

/**
 * From now on this case is handled with another. Its citizen keeps reference, code and legal date, goes on writing there, and is
 * told when the other is answered; neither citizen learns anything of the other. Nothing merges into what is merged itself, nor
 * away from under others: there are no chains.
 *
 * @returns the case that was merged
 * @throws AppError not_found where either is out of the person's sight; stale, taken, illegal_move; invalid for itself;
 *   not_mergeable
 */
export const mergeCase = (ctx: Context, actor: StaffActor, caseId: string, input: Merge): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const both = await lockBoth(tx, [caseId, input.into], casesInSight(actor));
    const [found, survivor] = [both.get(caseId), both.get(input.into)];
    if (!found || !survivor) throw notFound();
    if (found === survivor) throw invalid('into', 'same_case');
    if (found.version !== input.version || (input.intoVersion ?? survivor.version) !== survivor.version) throw new AppError('stale');
    if (found.assignedTo !== null) assertHeld(found, actor);
    assertMove(found, 'duplicate', actor, { survivor: true });
    if (unfit.includes(survivor.status)) throw new AppError('not_mergeable', { errors: [{ path: 'into', code: survivor.status }] });
    if ((await tx.db.$count(merges, eq(merges.intoId, caseId))) > 0) throw new AppError('not_mergeable', { errors: [{ path: 'id', code: 'has_merged' }] });
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await tx.db.insert(merges).values({ caseId, intoId: survivor.id, formerStatus: found.status, formerHolder: found.assignedTo, mergedBy: actor.id, mergedAt: now });
    await record(tx, actor, now, { caseId, type: 'case.merged', data: { from: found.status, to: 'duplicate', into: survivor.id, noteId } });
    await record(tx, actor, now, { caseId: survivor.id, type: 'case.merged', data: { merged: caseId } });
    if (found.assignedTo !== null) await endHolding(tx, caseId, now);
    await change(ctx, tx, survivor, {});
    tx.afterCommit(() => ctx.jobs.add('settle-merges', [survivor.id]));
    return change(ctx, tx, found, { status: 'duplicate', assignedTo: null });
  });

/**
 * Undoes a merge: the case is again where it was, in the hands that held it. The other may have gone out of the person's sight
 * meanwhile: that this one left it is written there all the same, and nothing of it is shown.
 *
 * @throws AppError not_found, stale; illegal_move for a case that is not merged
 */
export const unmergeCase = (ctx: Context, actor: StaffActor, caseId: string, input: Unmerge): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const [seen] = await tx.db.select({ id: cases.id, status: cases.status }).from(cases).where(and(eq(cases.id, caseId), casesInSight(actor)));
    if (!seen) throw notFound();
    const merge = (await tx.db.select().from(merges).where(eq(merges.caseId, caseId)))[0];
    if (!merge) {
      assertMove(seen, 'received', actor, {});
      throw new AppError('illegal_move', { legal: [] });
    }
    await handOver(tx, merge.intoId);
    if (merge.formerHolder !== null) await lockHolder(tx, merge.formerHolder);
    const both = await lockBoth(tx, [caseId, merge.intoId], undefined);
    const [found, survivor] = [both.get(caseId), both.get(merge.intoId)];
    if (!found || !survivor) throw notFound();
    if (found.version !== input.version) throw new AppError('stale');
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await record(tx, actor, now, { caseId: survivor.id, type: 'case.unmerged', data: { unmerged: caseId } });
    await change(ctx, tx, survivor, {});
    return restore(ctx, tx, actor, found, merge, noteId);
  });
