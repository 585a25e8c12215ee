import { eq } from 'drizzle-orm';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, centres } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { record } from '#domain/cases/events.actions';
import { placeFor } from './place.queries.ts';

/**
 * Inside a transaction: the citizen has said where they live. A case that waits where cases without a place wait goes to the
 * centre of that province; one that somebody works on, or has sent elsewhere, only learns it.
 */
export const placeCase = async (ctx: Context, tx: Tx, caseId: string, province: string, now: Date): Promise<void> => {
  const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for('update');
  if (!found || found.province !== null) return;
  const [left] = await tx.db
    .select({ ...casePlace, unlocated: centres.servesUnlocated })
    .from(cases)
    .innerJoin(centres, eq(centres.id, cases.centreId))
    .where(eq(cases.id, caseId));
  const goes = found.status === 'assigned' && found.readers === null && left?.unlocated === true;
  const place = goes ? await placeFor(tx, province, left.restricted) : null;
  const version = found.version + 1;
  const entered = await tx.db.update(cases).set({ province, ...place, version }).where(eq(cases.id, caseId)).returning(casePlace);
  await record(tx, citizen, now, { caseId, type: 'case.placed', data: { province, queue: place?.queueId ?? found.queueId } });
  tx.afterCommit(() => {
    // Those whom it leaves must see it go.
    for (const at of left ? [...entered, left] : entered) ctx.live.publish({ type: 'case.changed', caseId, version, centreId: at.centreId, restricted: at.restricted, readers: at.readers, blocked: at.blocked });
  });
};
