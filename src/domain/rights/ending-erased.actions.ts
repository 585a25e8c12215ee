import { eq } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { merges } from '#db/schema/tables';
import { isOpen } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import { assertMove, endHolding, type Case, type CasePatch } from '#domain/cases/holding.actions';
import { endReferral } from '#domain/referrals/ending.actions';

/**
 * A case whose erasure is repeated was over when it was erased; where the backup is from before its answer, nobody could work
 * or end what says nothing any more. @returns what that changes of the case
 */
export const endErased = async (tx: Tx, found: Case, now: Date): Promise<CasePatch> => {
  if (!isOpen(found.status as Status)) return {};
  assertMove(found, 'closed', system, { erased: true });
  await record(tx, system, now, { caseId: found.id, type: 'case.moved', data: { from: found.status, to: 'closed', reason: 'erased' } });
  if (found.assignedTo !== null) await endHolding(tx, found.id, now);
  if (found.status === 'referred') await endReferral(tx, found.id, now);
  // The sweep finds it, and what was handled with this one goes on by itself.
  await tx.db.update(merges).set({ unsettled: true }).where(eq(merges.intoId, found.id));
  return { status: 'closed', assignedTo: null };
};
