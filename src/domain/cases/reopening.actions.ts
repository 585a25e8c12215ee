import type { Status } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { isOpen, isRouted } from './cases.rules.ts';
import { record } from './events.actions.ts';
import { assertMove, type Case } from './holding.actions.ts';

/**
 * Where a case stands after a move that was recorded just now: one that comes back (reopened, or restored from spam) goes
 * straight on to the queue that it has, as nobody would look for it elsewhere; any other stays where it was moved.
 */
export const afterMove = async (tx: Tx, found: Case, to: Status, now: Date): Promise<Status> => {
  const comesBack = !isOpen(found.status as Status) && (to === 'in_triage' || to === 'received');
  if (!comesBack || !isRouted(found)) return to;
  assertMove({ status: to }, 'assigned', system, { routed: true });
  await record(tx, system, now, { caseId: found.id, type: 'case.moved', data: { from: to, to: 'assigned', reason: 'routed' } });
  return 'assigned';
};
