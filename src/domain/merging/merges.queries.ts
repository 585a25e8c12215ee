import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Merged } from '#contract/merging';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, events, merges } from '#db/schema/tables';
import { casesInSight } from '#domain/access/access.queries';

const columns = { id: cases.id, reference: cases.reference, receivedAt: cases.receivedAt };
const shown = (row: { id: string; reference: string; receivedAt: Date }): Merged => ({ ...row, receivedAt: row.receivedAt.toISOString() });

/** Of a case: it is merged, and its citizen has yet to be told that the other is answered. It is not over, whatever its status. */
export const awaitsOther = sql<boolean>`exists (select from ${merges} m where m.case_id = ${cases.id} and m.told_at is null and m.former_status <> 'resolved')`;

type Merges = { mergedInto: Merged | null; merged: Merged[]; contests: Merged | null; contestedBy: Merged[] };

/**
 * The case that this one is handled with, and those that are handled with this one; the case that it was handled with and whose
 * answer its citizen contests, and those that contest the answer of this one: as far as the person sees them.
 */
export const mergesOf = async (tx: Tx, actor: StaffActor, caseId: string): Promise<Merges> => {
  const sight = casesInSight(actor);
  const [into] = await tx.db.select(columns).from(merges).innerJoin(cases, eq(cases.id, merges.intoId)).where(and(eq(merges.caseId, caseId), sight));
  const from = await tx.db.select(columns).from(merges).innerJoin(cases, eq(cases.id, merges.caseId)).where(and(eq(merges.intoId, caseId), sight)).orderBy(asc(cases.receivedAt));
  const named = (key: 'contests' | 'contested') =>
    tx.db
      .select(columns)
      .from(cases)
      .where(and(inArray(cases.id, tx.db.select({ id: sql<string>`(${events.data}->>${key})::uuid` }).from(events).where(and(eq(events.caseId, caseId), sql`${events.data} ? ${key}`))), sight))
      .orderBy(asc(cases.receivedAt));
  const [contests] = await named('contests');
  return { mergedInto: into ? shown(into) : null, merged: from.map(shown), contests: contests ? shown(contests) : null, contestedBy: (await named('contested')).map(shown) };
};
