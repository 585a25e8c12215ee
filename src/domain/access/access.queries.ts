import { and, or, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { StaffActor } from '#db/actor';
import { cases, queues, referrals } from '#db/schema/tables';
import { may, rowsFor, type Place, type Test } from './access.rules.ts';

/** The place of a case; usable wherever `cases` is read, or written with RETURNING. */
export const casePlace = {
  centreId: cases.centreId,
  readers: cases.readers,
  blocked: cases.blocked,
  restricted: sql<boolean>`coalesce((select q.restricted from ${queues} q where q.id = ${cases.queueId}), false)`,
};

/** A referral lasts until it ends, or the case leaves that state by another way. */
const referredTo = sql`(select r.organisation_id from ${referrals} r where r.case_id = ${cases.id} and r.ended_at is null and ${cases.status} = 'referred')`;
const queuePlace = { centreId: queues.centreId, restricted: queues.restricted, readers: sql`null::uuid[]`, blocked: sql`null::uuid[]`, referredTo: sql`null` };

const holds = (test: Test | undefined, place: Record<keyof Place, SQLWrapper>): SQL => {
  if (test === undefined) return sql`true`;
  if ('is' in test) return sql`${place[test.fact]} = ${test.is}`;
  return 'names' in test ? sql`${test.names} = any(${place[test.fact]})` : sql`${test.leavesOut} <> all(${place[test.fact]})`;
};

/** The same as `may` reading a case in this place, as a condition on rows. */
const inSight = (actor: StaffActor, place: Record<keyof Place, SQLWrapper>): SQL | undefined => {
  if (!may(actor, 'case.read')) return sql`false`;
  const asked = rowsFor(actor, 'case.read').map(({ does, where }) => ({ does, test: holds(where?.(actor), place) }));
  const opens = asked.filter(({ does }) => does === 'opens').map(({ test }) => test);
  // `is not null`, because the planner takes that for true of nearly every row, and keeps to the index that the query asks for.
  const shuts = asked.filter(({ does }) => does === 'shuts').map(({ test }) => sql`(case when ${test} then null else true end) is not null`);
  return and(or(...opens) ?? sql`false`, ...shuts);
};

/** The cases within a person's sight, as a condition on `cases`. */
export const casesInSight = (actor: StaffActor): SQL | undefined => inSight(actor, { ...casePlace, referredTo });

/** The queues within a person's sight, as a condition on `queues`. */
export const queuesInSight = (actor: StaffActor): SQL | undefined => inSight(actor, queuePlace);
