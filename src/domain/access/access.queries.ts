import { and, eq, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { StaffActor } from '#db/actor';
import { cases, queues } from '#db/schema/tables';
import { sightOf, type Place } from './access.rules.ts';

/** The place of a case; usable wherever `cases` is read, or written with RETURNING. */
export const casePlace = {
  centreId: cases.centreId,
  restricted: sql<boolean>`coalesce((select q.restricted from ${queues} q where q.id = ${cases.queueId}), false)`,
};

const queuePlace = { centreId: queues.centreId, restricted: queues.restricted };

/** The same sight as `sees`, as a condition on rows. */
const inSight = (actor: StaffActor, place: Record<keyof Place, SQLWrapper>): SQL | undefined => {
  const sight = sightOf(actor);
  if (sight === null) return sql`false`;
  return and(eq(place.centreId, sight.centreId), sight.restricted === undefined ? undefined : eq(place.restricted, sight.restricted));
};

/** The cases within a person's sight, as a condition on `cases`. */
export const casesInSight = (actor: StaffActor): SQL | undefined => inSight(actor, casePlace);

/** The queues within a person's sight, as a condition on `queues`. */
export const queuesInSight = (actor: StaffActor): SQL | undefined => inSight(actor, queuePlace);
