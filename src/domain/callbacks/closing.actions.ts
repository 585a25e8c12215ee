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

/**
 * Ends the call-back that took the place of words which arrived after all, inside the transaction that notes so: unless somebody took it,
 * the citizen asks for it too, or other words of the case did not arrive.
 */
export const callNoMore = async (tx: Tx, caseId: string, now: Date): Promise<void> => {
  const [needless] = await tx.raw<{ id: string }>(
    `select c.id from callbacks c where c.case_id = $1 and c.ended_at is null and c.state = 'open' and c.attempts = 0 and c.taken_by is null
       and exists (select from events e where e.case_id = $1 and e.type = 'citizen.unreachable' and e.data->>'callbackId' = c.id::text)
       and not exists (select from events e where e.type = 'callback.requested' and e.case_id = $1 and e.data->>'callbackId' = c.id::text)
       and not exists (select from messages m where m.case_id = $1 and m.direction = 'out' and m.state in ('failed', 'unknown') and not exists (
         select from messages s where coalesce(s.repeats, s.id) = coalesce(m.repeats, m.id) and s.state in ('delivered', 'read')))
     for no key update of c`,
    [caseId],
  );
  if (needless) await closeCallback(tx, { id: needless.id, caseId }, now);
};
