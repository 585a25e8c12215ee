import { and, eq, isNull } from 'drizzle-orm';
import type { Block, Unblock } from '#contract/access';
import type { CaseSummary } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, conflictBlocks, staff } from '#db/schema/tables';
import { AppError, invalid } from '#lib/errors';
import { newId } from '#lib/id';
import { record } from '#domain/cases/events.actions';
import { change, lockCase, noteReason, releaseWhere, type Case } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { placeOf } from './places.queries.ts';

/** So that a hint, which names them, fits into what carries hints. A case with more of them is to be sealed. */
const mostBlocked = 100;

/**
 * Keeps a member of staff from a case in which they have a conflict of interest: for them it is as if it were not there. A
 * supervisor does it to anybody, anybody to themselves.
 *
 * @throws AppError forbidden for an operator who blocks another; already_blocked; no_reader where a sealed case would be left
 *   to nobody who may unseal it; invalid, stale, not_found
 */
export const blockFromCase = (ctx: Context, actor: StaffActor, caseId: string, input: Block): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const staffId = input.staff ?? actor.id;
    const found = await lockCase(tx, actor, caseId, input.version);
    if (staffId !== actor.id && actor.role !== 'supervisor') throw new AppError('forbidden');
    if ((await tx.db.$count(staff, eq(staff.id, staffId))) === 0) throw invalid('staff', 'unknown');
    const before = found.blocked ?? [];
    if (before.includes(staffId)) throw new AppError('already_blocked');
    if (before.length >= mostBlocked) throw invalid('staff', 'too_many');
    const now = ctx.clock.now();
    const id = newId(now);
    await tx.db.insert(conflictBlocks).values({ id, caseId, staffId, reason: input.reason, blockedBy: actor.id, blockedAt: now });
    await record(tx, actor, now, { caseId, type: 'case.blocked', data: { block: id } });
    const blocked = [...before, staffId];
    return change(ctx, tx, found, { blocked, ...(await releaseWhere(tx, found, { ...(await placeOf(tx, caseId)), blocked }, now)) });
  });

/** Ends a conflict. @throws AppError other_person_needed for whoever blocked them; not_blocked, stale, not_found */
export const unblockFromCase = (ctx: Context, actor: StaffActor, caseId: string, input: Unblock): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    const now = ctx.clock.now();
    const standing = and(eq(conflictBlocks.caseId, caseId), eq(conflictBlocks.staffId, input.staff), isNull(conflictBlocks.liftedAt));
    const [block] = await tx.db.select({ id: conflictBlocks.id, blockedBy: conflictBlocks.blockedBy }).from(conflictBlocks).where(standing);
    if (!block) throw new AppError('not_blocked');
    if (block.blockedBy === actor.id) throw new AppError('other_person_needed');
    await tx.db.update(conflictBlocks).set({ liftedBy: actor.id, liftedAt: now }).where(eq(conflictBlocks.id, block.id));
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await record(tx, actor, now, { caseId, type: 'case.unblocked', data: { block: block.id, noteId } });
    const blocked = found.blocked?.filter((id) => id !== input.staff) ?? [];
    return change(ctx, tx, found, { blocked: blocked.length === 0 ? null : blocked });
  });

/** Whom a conflict keeps from a case is kept, for the same reason, from the one that is begun out of it. */
export const carryBlocks = async (tx: Tx, actor: StaffActor, from: Pick<Case, 'id' | 'blocked'>, into: string, now: Date): Promise<void> => {
  if (from.blocked === null) return;
  const standing = await tx.db.select().from(conflictBlocks).where(and(eq(conflictBlocks.caseId, from.id), isNull(conflictBlocks.liftedAt)));
  for (const block of standing) {
    const id = newId(now);
    await tx.db.insert(conflictBlocks).values({ ...block, id, caseId: into });
    await record(tx, actor, now, { caseId: into, type: 'case.blocked', data: { block: id } });
  }
  await tx.db.update(cases).set({ blocked: from.blocked }).where(eq(cases.id, into));
};
