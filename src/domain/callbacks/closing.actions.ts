import { eq } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks } from '#db/schema/tables';
import { record } from '#domain/cases/events.actions';

type Held = { id: string; caseId: string };

/** Ends one for which nobody rings any more, inside a transaction that holds it. */
export const closeCallback = async (tx: Tx, { id, caseId }: Held, now: Date): Promise<void> => {
  await tx.db.update(callbacks).set({ state: 'done', nextAt: null, endedAt: now }).where(eq(callbacks.id, id));
  await record(tx, system, now, { caseId, type: 'callback.done', data: { callbackId: id } });
};

/** Gives one that somebody took back to all, inside a transaction that holds it: somebody else may be there. */
export const freeCallback = async (tx: Tx, { id, caseId }: Held, now: Date): Promise<void> => {
  await tx.db.update(callbacks).set({ state: 'open', takenBy: null, nextAt: null }).where(eq(callbacks.id, id));
  await record(tx, system, now, { caseId, type: 'callback.released', data: { callbackId: id } });
};
