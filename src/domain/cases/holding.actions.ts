import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CaseSummary } from '#contract/staff';
import type { Status } from '#contract/words';
import { system, type Actor, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { assignments, cases, notes, queues } from '#db/schema/tables';
import { AppError, notFound } from '#lib/errors';
import { newId } from '#lib/id';
import { casePlace, casesInSight, queuesInSight } from '#domain/access/access.queries';
import type { Place } from '#domain/access/access.rules';
import { leftToNobody, placeOf, whoMay } from '#domain/access/places.queries';
import { takenOf } from '#domain/callbacks/callbacks.queries';
import type { Context } from '#domain/context';
import { assertNotErased } from '#domain/personal/erased.queries';
import { keepBody, keepingOf, keepsSealed, keepTexts } from '#domain/personal/texts.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { survivorMoved } from '#domain/merging/marking.actions';
import { endReferral } from '#domain/referrals/ending.actions';
import { checkMove, type Condition } from './cases.rules.ts';
import { isOpen, selectCases, summariseAll } from './cases.queries.ts';
import { record } from './events.actions.ts';
import { lockActor } from './holder.actions.ts';

export type Case = typeof cases.$inferSelect;
export type CasePatch = Partial<typeof cases.$inferInsert>;

/**
 * Locks a case for one change.
 *
 * @throws AppError not_found out of the person's sight; stale where `version` is not the case's; erased
 */
export const lockCase = async (tx: Tx, actor: StaffActor, caseId: string, version: number): Promise<Case> => {
  const [row] = await tx.db
    .select()
    .from(cases)
    .where(and(eq(cases.id, caseId), casesInSight(actor)))
    .for('update');
  if (!row) throw notFound();
  await assertNotErased(tx, caseId);
  if (row.version !== version) throw new AppError('stale');
  return row;
};

/** Only the holder works a case; a supervisor may step in. @throws AppError taken, claim_first */
export const assertHeld = (found: Case, actor: StaffActor): void => {
  if (found.assignedTo === actor.id || actor.role === 'supervisor') return;
  throw new AppError(found.assignedTo === null ? 'claim_first' : 'taken');
};

/** As `assertHeld`, for what may be done to a case that nobody holds. */
export const assertHeldOrFree = (found: Case, actor: StaffActor): void => {
  if (found.assignedTo !== null) assertHeld(found, actor);
};

/**
 * Asks the one table of moves, whoever moves the case: staff by their role, citizen or system by their kind.
 *
 * @throws AppError illegal_move or condition_unmet, with the legal moves
 */
export const assertMove = (found: Pick<Case, 'status'>, to: Status, actor: Actor, facts: { [condition in Condition]?: boolean }): void => {
  const who = actor.kind === 'staff' ? actor.role : actor.kind;
  const verdict = checkMove({ from: found.status as Status, to, who, ...facts });
  if (verdict.ok) return;
  throw new AppError(verdict.code, {
    legal: verdict.legal,
    ...(verdict.code === 'condition_unmet' ? { errors: [{ path: verdict.condition, code: 'required' }] } : {}),
  });
};

type Told = Pick<Context, 'clock' | 'live'>;

/** Writes a change as the next version and tells the consoles after commit. @returns the place where the case now is */
const write = async (ctx: Told, tx: Tx, found: Case, patch: CasePatch, left: readonly Place[] = []): Promise<Place | undefined> => {
  const version = found.version + 1;
  if (found.status === 'referred' && patch.status !== undefined && patch.status !== 'referred') await endReferral(tx, found.id, ctx.clock.now());
  const entered = await tx.db.update(cases).set({ ...patch, version }).where(eq(cases.id, found.id)).returning(casePlace);
  tx.afterCommit(() => {
    // Those whom it leaves must see it go.
    for (const place of [...entered, ...left]) ctx.live.publish({ type: 'case.changed', caseId: found.id, version, ...place });
  });
  return entered[0];
};

/** Writes a change, has what follows from it done, and gives the case as it now is. */
export const change = async (ctx: Context, tx: Tx, found: Case, patch: CasePatch): Promise<CaseSummary> => {
  const leads = patch.queueId !== undefined || patch.readers !== undefined || patch.blocked !== undefined;
  const left = leads ? await handOver(tx, found.id) : [];
  // Whoever is kept from it now is not rung about it either.
  const taken = leads ? await takenOf(tx, found.id) : [];
  if (taken.length > 0) tx.afterCommit(() => ctx.jobs.add('ring-callback', taken));
  if (patch.status !== undefined) await survivorMoved(ctx, tx, found.id);
  const to = await write(ctx, tx, found, patch, left);
  const [from] = left;
  if (from && to) await assertReadable(tx, to);
  if (from && to && keepsSealed(from) !== keepsSealed(to)) await tx.asSystem(() => keepTexts(ctx, tx, found.id, keepsSealed(to)));
  const [summary] = await summariseAll(ctx, await selectCases(tx, eq(cases.id, found.id)));
  if (!summary) throw new Error('the changed case is gone');
  return summary;
};

/** What the actor's role sends away it may still write and tell of, until this transaction ends. @returns the place that it leaves */
export const handOver = async (tx: Tx, caseId: string): Promise<Place[]> => {
  await tx.raw("select set_config('insat.handed', $1, true)", [caseId]);
  return [await placeOf(tx, caseId)];
};

/** A sealed case always keeps somebody who can unseal it, wherever it is sent and whoever is kept from it. @throws AppError no_reader */
const assertReadable = async (tx: Tx, place: Place): Promise<void> => {
  if (place.readers === null) return;
  if ((await whoMay(tx, place.readers, 'case.seal', place)).length === 0) throw new AppError('no_reader');
};

/** Who holds the case and could not see it in this place gives it back. @returns what that changes of the case */
export const releaseWhere = async (tx: Tx, found: Case, place: Place, now: Date): Promise<CasePatch> => {
  if (found.assignedTo === null) return {};
  if ((await whoMay(tx, [found.assignedTo], 'case.read', place)).length > 0) return {};
  await endHolding(tx, found.id, now);
  const status = found.status as Status;
  if (status === 'referred') {
    // The body goes on with it; its answer goes to the queue.
    await record(tx, system, now, { caseId: found.id, type: 'case.released', data: { from: status, to: status, reason: 'out_of_sight' } });
    return { assignedTo: null };
  }
  // The citizen's answer would come back to nobody.
  if (status === 'awaiting_citizen') assertMove(found, 'in_progress', system, {});
  else if (status !== 'in_progress') return { assignedTo: null };
  assertMove({ status: 'in_progress' }, 'assigned', system, { released: true });
  await record(tx, system, now, { caseId: found.id, type: 'case.released', data: { from: status, to: 'assigned', reason: 'out_of_sight' } });
  return { assignedTo: null, status: 'assigned' };
};

/**
 * What a person holds and may not see any more, as their account was closed or changed, goes back to its queue. Called as the
 * system; needs no key, so that an account can be closed from any terminal.
 *
 * @throws AppError no_reader, with how many, where sealed cases would be left to nobody who may unseal them: another is to be named first
 */
export const releaseAfterChange = async (ctx: Told, tx: Tx, staffId: string): Promise<void> => {
  const sealed = await leftToNobody(tx, staffId);
  if (sealed > 0) throw new AppError('no_reader', { message: `${sealed} sealed cases would be left to nobody who may unseal them: name another reader first`, members: { cases: sealed } });
  const held = await tx.db.select().from(cases).where(and(eq(cases.assignedTo, staffId), isOpen)).orderBy(cases.id).for('no key update');
  for (const found of held) {
    const patch = await releaseWhere(tx, found, await placeOf(tx, found.id), ctx.clock.now());
    if (Object.keys(patch).length > 0) await write(ctx, tx, found, patch);
  }
};

/** Words of a person never stand in an event: a reason is a note, and the event names it. */
export const noteReason = async (ctx: Pick<Context, 'keys'>, tx: Tx, actor: StaffActor, caseId: string, at: Date, body: string): Promise<string> => {
  const id = newId(at);
  await tx.db.insert(notes).values({ id, caseId, authorId: actor.id, ...keepBody(await keepingOf(ctx, tx, caseId), sealedAt.note(id), body), at });
  return id;
};

/** The person is locked (`lockHolder`, `lockActor`). */
export const startHolding = async (tx: Tx, caseId: string, staffId: string, at: Date): Promise<void> => {
  await tx.db.insert(assignments).values({ id: newId(at), caseId, staffId, fromAt: at });
};

export const endHolding = async (tx: Tx, caseId: string, at: Date): Promise<void> => {
  await tx.db
    .update(assignments)
    .set({ toAt: at })
    .where(and(eq(assignments.caseId, caseId), isNull(assignments.toAt)));
};

/**
 * Takes the most urgent waiting case of a queue, then the one whose legal date comes first. Callers at the same moment
 * get different cases: each passes over those that another is taking.
 *
 * @returns null when nothing waits
 * @throws AppError not_found for a queue that the person may not work
 */
export const takeNext = (ctx: Context, actor: StaffActor, queueId: string): Promise<CaseSummary | null> =>
  ctx.db.withActor(actor, async (tx) => {
    const [queue] = await tx.db.select({ id: queues.id }).from(queues).where(and(eq(queues.id, queueId), queuesInSight(actor)));
    if (!queue) throw notFound();
    await lockActor(tx, actor);
    const [found] = await tx.db
      .select()
      .from(cases)
      .where(and(eq(cases.queueId, queueId), sql`${cases.status} = 'assigned' and ${cases.assignedTo} is null`, casesInSight(actor)))
      .orderBy(cases.priority, cases.legalDueDate, cases.id)
      .limit(1)
      .for('update', { skipLocked: true });
    return found ? hold(ctx, tx, actor, found) : null;
  });

/** Takes one named case. @throws AppError taken, illegal_move, stale, not_found */
export const claimCase = (ctx: Context, actor: StaffActor, caseId: string, version: number): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    await lockActor(tx, actor);
    const found = await lockCase(tx, actor, caseId, version);
    if (found.assignedTo !== null) throw new AppError('taken');
    return hold(ctx, tx, actor, found);
  });

const hold = async (ctx: Context, tx: Tx, actor: StaffActor, found: Case): Promise<CaseSummary> => {
  assertMove(found, 'in_progress', actor, {});
  const now = ctx.clock.now();
  await startHolding(tx, found.id, actor.id, now);
  await record(tx, actor, now, { caseId: found.id, type: 'case.claimed', data: { from: found.status, to: 'in_progress' } });
  return change(ctx, tx, found, { status: 'in_progress', assignedTo: actor.id });
};

/** Gives a held case back to its queue. */
export const releaseCase = (ctx: Context, actor: StaffActor, caseId: string, input: { version: number; reason: string }): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    assertHeld(found, actor);
    assertMove(found, 'assigned', actor, { released: true, routed: found.queueId !== null });
    const now = ctx.clock.now();
    await endHolding(tx, caseId, now);
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await record(tx, actor, now, { caseId, type: 'case.released', data: { from: found.status, to: 'assigned', noteId } });
    return change(ctx, tx, found, { status: 'assigned', assignedTo: null });
  });
