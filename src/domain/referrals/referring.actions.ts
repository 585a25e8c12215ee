import { eq } from 'drizzle-orm';
import { referralFields, type Refer } from '#contract/referrals';
import type { CaseSummary } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import { organisations, referrals } from '#db/schema/tables';
import { AppError, invalid } from '#lib/errors';
import { newId } from '#lib/id';
import { record } from '#domain/cases/events.actions';
import { assertHeld, assertMove, change, lockCase, noteReason } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';

/**
 * Puts a case into the hands of an outside body: its people, where they have accounts, see what `fields` name until the case
 * leaves `referred`. Whoever holds the case keeps it and follows it up; the legal date stays as it is.
 *
 * @throws AppError not_found, stale, taken, claim_first, illegal_move; condition_unmet for a sealed case, which no outside body
 *   reads; invalid for a body that nobody knows
 */
export const referCase = (ctx: Context, actor: StaffActor, caseId: string, input: Refer): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    assertHeld(found, actor);
    const [body] = await tx.db.select({ id: organisations.id }).from(organisations).where(eq(organisations.id, input.to));
    if (!body) throw invalid('to', 'unknown_organisation');
    assertMove(found, 'referred', actor, { outside_body: true });
    if (found.readers !== null) throw new AppError('condition_unmet', { legal: [], errors: [{ path: 'readers', code: 'sealed' }] });
    const now = ctx.clock.now();
    const fields = referralFields.filter((one) => input.fields.includes(one));
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await tx.db.insert(referrals).values({ id: newId(now), caseId, organisationId: body.id, fields, noteId, referredBy: actor.id, referredAt: now });
    await record(tx, actor, now, { caseId, type: 'case.referred', data: { from: found.status, to: 'referred', organisation: body.id, fields, noteId } });
    return change(ctx, tx, found, { status: 'referred' });
  });
