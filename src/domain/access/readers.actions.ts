import type { Seal } from '#contract/access';
import type { WithReason } from '#contract/rights';
import type { CaseSummary } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { AppError, invalid } from '#lib/errors';
import { record } from '#domain/cases/events.actions';
import { assertMove, change, lockCase, noteReason, releaseWhere, type Case } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import type { Place } from './access.rules.ts';
import { placeOf, whoMay } from './places.queries.ts';

/**
 * Seals a case: from now on its named readers alone see it, of those who might; its texts are kept encrypted. Who seals it
 * need not be one of them. Sealed again, it has other readers.
 *
 * @throws AppError invalid where a reader could not see the case anyway; no_reader where none of them may unseal it; stale,
 *   not_found
 */
export const sealCase = (ctx: Context, actor: StaffActor, caseId: string, input: Seal): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    const readers = [...new Set(input.readers)].toSorted();
    const place = { ...(await placeOf(tx, caseId)), readers };
    await assertReaders(tx, readers, place);
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await record(tx, actor, now, { caseId, type: 'case.sealed', data: { noteId, readers } });
    const status = await takenBack(tx, actor, found, now);
    return change(ctx, tx, found, { readers, status, ...(await releaseWhere(tx, { ...found, status }, place, now)) });
  });

/** An outside body is no reader: what it has comes back. @returns where the case is then */
const takenBack = async (tx: Tx, actor: StaffActor, found: Case, now: Date): Promise<string> => {
  if (found.status !== 'referred') return found.status;
  assertMove(found, 'in_progress', actor, {});
  await record(tx, actor, now, { caseId: found.id, type: 'case.moved', data: { from: found.status, to: 'in_progress', reason: 'sealed' } });
  return 'in_progress';
};

/** Opens a sealed case again to all who might see it. @throws AppError not_sealed, stale, not_found */
export const unsealCase = (ctx: Context, actor: StaffActor, caseId: string, { version, reason }: WithReason): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, version);
    if (found.readers === null) throw new AppError('not_sealed');
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, reason);
    await record(tx, actor, now, { caseId, type: 'case.unsealed', data: { noteId } });
    return change(ctx, tx, found, { readers: null });
  });

/** Whoever is no such reader is told of as one: that nobody is there, works elsewhere or is kept out by a conflict. */
const assertReaders = async (tx: Tx, readers: readonly string[], place: Place): Promise<void> => {
  if ((await whoMay(tx, readers, 'case.read', place)).length < readers.length) throw invalid('readers', 'unknown_reader');
};
