import { events } from '#db/schema/tables';
import type { Actor } from '#db/actor';
import type { Tx } from '#db/client';

/** What may stand on a timeline. `data` holds codes and ids only: no name, number or words of a person. */
export type EventType =
  | 'case.received' | 'case.triaged' | 'case.placed' | 'case.raised' | 'case.moved' | 'case.claimed' | 'case.released' | 'case.assigned'
  | 'case.read' | 'case.revealed' | 'case.reopened' | 'case.rated' | 'message.received' | 'message.queued' | 'message.failed' | 'message.withheld' | 'note.added' | 'row.restated'
  | 'case.merged' | 'case.answered_with' | 'case.waits_again' | 'case.unmerged' | 'case.split' | 'case.split_off' | 'case.contested' | 'case.referred' | 'referral.answered' | 'case.data_given' | 'case.rectified' | 'case.erased' | 'case.held' | 'case.hold_lifted'
  | 'case.follows' | 'case.flagged' | 'case.dated_back'
  | 'case.sealed' | 'case.unsealed' | 'case.blocked' | 'case.unblocked'
  | 'callback.requested' | 'callback.taken' | 'callback.released' | 'callback.attempted' | 'callback.done' | 'callback.unreachable'
  | 'citizen.unreachable'
  | 'attachment.added' | 'attachment.refused' | 'attachment.read';

/** Writes the fact in the transaction that makes it true. */
export const record = async (
  tx: Tx,
  actor: Actor,
  at: Date,
  fact: { caseId: string; type: EventType; data?: Record<string, unknown> },
): Promise<void> => {
  await tx.db.insert(events).values({
    caseId: fact.caseId,
    type: fact.type,
    actorKind: actor.kind,
    actorId: actor.kind === 'staff' ? actor.id : null,
    at,
    data: fact.data ?? {},
  });
};
