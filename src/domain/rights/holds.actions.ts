import { eq } from 'drizzle-orm';
import type { CaseSummary } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import { legalHolds } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { record } from '#domain/cases/events.actions';
import { change, lockCase, noteReason } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';

type Why = { version: number; reason: string };

/** Keeps a case as it is, whatever retention or anybody asks: a court or an inquiry needs it. Again: changes nothing. */
export const holdForLaw = (ctx: Context, actor: StaffActor, caseId: string, { version, reason }: Why): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, version);
    const since = ctx.clock.now();
    const [held] = await tx.db.insert(legalHolds).values({ caseId, since, heldBy: actor.id }).onConflictDoNothing().returning({ caseId: legalHolds.caseId });
    if (!held) throw new AppError('on_hold');
    const noteId = await noteReason(ctx, tx, actor, caseId, since, reason);
    await record(tx, actor, since, { caseId, type: 'case.held', data: { noteId } });
    return change(ctx, tx, found, {});
  });

/** Ends the hold. @throws AppError not_on_hold */
export const liftHold = (ctx: Context, actor: StaffActor, caseId: string, { version, reason }: Why): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, version);
    const now = ctx.clock.now();
    const [lifted] = await tx.db.delete(legalHolds).where(eq(legalHolds.caseId, caseId)).returning({ caseId: legalHolds.caseId });
    if (!lifted) throw new AppError('not_on_hold');
    const noteId = await noteReason(ctx, tx, actor, caseId, now, reason);
    await record(tx, actor, now, { caseId, type: 'case.hold_lifted', data: { noteId } });
    return change(ctx, tx, found, {});
  });
