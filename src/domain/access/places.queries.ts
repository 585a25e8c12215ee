import { and, eq, inArray } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { cases, staff } from '#db/schema/tables';
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
