import { and, eq, isNotNull } from 'drizzle-orm';
import type { Answer } from '#contract/referrals';
import type { CaseDetail, CaseSummary } from '#contract/staff';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { AppError, notFound } from '#lib/errors';
import { casePlace, casesInSight } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import { assertMove, handOver, noteReason } from '#domain/cases/holding.actions';
import { recordReading } from '#domain/cases/reading.actions';
import type { Context } from '#domain/context';
import { endReferral } from './ending.actions.ts';
import { referredDetail, referredSummary } from './referred.queries.ts';

/** Shows a partner the referred case, and keeps that they read it. @throws AppError not_found */
export const openReferred = (ctx: Context, actor: StaffActor, caseId: string): Promise<CaseDetail> =>
  ctx.db.withActor(actor, async (tx) => {
    const detail = await referredDetail(ctx, tx, actor, caseId);
    await recordReading(tx, actor, ctx.clock.now(), { caseId, assignedTo: null });
    return detail;
  });

type Locked = { id: string; version: number; status: string };

/** As `lockCase`, by what a partner may read. @throws AppError not_found, stale */
const lockReferred = async (tx: Tx, actor: StaffActor, caseId: string, version: number): Promise<Locked> => {
  const [row] = await tx.db
    .select({ id: cases.id, version: cases.version, status: cases.status })
    .from(cases)
    .where(and(eq(cases.id, caseId), casesInSight(actor)))
    .for('update');
  if (!row) throw notFound();
  if (row.version !== version) throw new AppError('stale');
  return row;
};

const change = async (ctx: Context, tx: Tx, found: Locked, patch: { status?: string }): Promise<void> => {
  const version = found.version + 1;
  const places = await tx.db.update(cases).set({ ...patch, version }).where(eq(cases.id, found.id)).returning(casePlace);
  tx.afterCommit(() => places.forEach((place) => ctx.live.publish({ type: 'case.changed', caseId: found.id, version, ...place })));
};

/** A partner's note to the centre that follows the case. @throws AppError not_found, stale */
export const noteByPartner = (ctx: Context, actor: StaffActor, caseId: string, { version, text }: { version: number; text: string }): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockReferred(tx, actor, caseId, version);
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, text);
    await record(tx, actor, now, { caseId, type: 'note.added', data: { noteId } });
    await change(ctx, tx, found, {});
    return referredSummary(ctx, tx, actor, caseId);
  });

/**
 * The partner's answer: the case goes back to whoever holds it, or to its queue where nobody does any more, and out of the partner's sight. The machine moves it, as it does
 * when a citizen answers.
 *
 * @returns the case as the partner leaves it
 * @throws AppError not_found, stale
 */
export const answerReferral = (ctx: Context, actor: StaffActor, caseId: string, { version, text }: Answer): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockReferred(tx, actor, caseId, version);
    const left = await referredSummary(ctx, tx, actor, caseId);
    const now = ctx.clock.now();
    await handOver(tx, caseId);
    assertMove(found, 'in_progress', system, {});
    const noteId = await noteReason(ctx, tx, actor, caseId, now, text);
    await record(tx, actor, now, { caseId, type: 'referral.answered', data: { noteId } });
    await record(tx, system, now, { caseId, type: 'case.moved', data: { from: found.status, to: 'in_progress', reason: 'referral_answered' } });
    await endReferral(tx, caseId, now);
    const status = (await isHeld(tx, caseId)) ? 'in_progress' : 'assigned';
    if (status === 'in_progress') await change(ctx, tx, found, { status });
    else
      await tx.asSystem(async () => {
        assertMove({ status: 'in_progress' }, status, system, { released: true });
        await record(tx, system, now, { caseId, type: 'case.moved', data: { from: 'in_progress', to: status, reason: 'nobody_holds' } });
        await change(ctx, tx, found, { status });
      });
    return { ...left, status, version: version + 1 };
  });

/** A partner does not see who holds the case. */
const isHeld = (tx: Tx, caseId: string): Promise<boolean> =>
  tx.asSystem(async () => (await tx.db.$count(cases, and(eq(cases.id, caseId), isNotNull(cases.assignedTo)))) > 0);
