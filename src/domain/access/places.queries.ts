import { and, arrayContains, eq, inArray, notExists } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { cases, erasures, staff } from '#db/schema/tables';
import { actorOf } from '#domain/staff/session.actions';
import { casePlace } from './access.queries.ts';
import { may, type Place, type Verb } from './access.rules.ts';

export const placeOf = async (tx: Tx, caseId: string): Promise<Place> => {
  const [place] = await tx.db.select(casePlace).from(cases).where(eq(cases.id, caseId));
  if (!place) throw new Error('the case is gone');
  return place;
};

/** Those of these people who might do this to what is in such a place. */
export const whoMay = async (tx: Tx, people: readonly string[], verb: Verb, place: Place): Promise<string[]> => {
  const rows = await tx.db
    .select({ id: staff.id, role: staff.role, centreId: staff.centreId })
    .from(staff)
    .where(and(inArray(staff.id, [...people]), eq(staff.active, true)));
  return rows.filter((row) => may(actorOf(row), verb, place)).map(({ id }) => id);
};

/** The sealed cases, not erased, that would be left to nobody who may unseal them without this reader's account as it was. */
export const leftToNobody = async (tx: Tx, staffId: string): Promise<number> => {
  const theirs = await tx.db
    .select(casePlace)
    .from(cases)
    .where(and(arrayContains(cases.readers, [staffId]), notExists(tx.db.select().from(erasures).where(eq(erasures.caseId, cases.id)))));
  let left = 0;
  for (const place of theirs) if ((await whoMay(tx, place.readers ?? [], 'case.seal', place)).length === 0) left += 1;
  return left;
};
