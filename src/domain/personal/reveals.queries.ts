import { and, eq, gte, lt, sql } from 'drizzle-orm';
import type { RevealQuery, RevealReport } from '#contract/reports';
import type { Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { assignments, cases, centres, events, searches, staff } from '#db/schema/tables';
import { invalid } from '#lib/errors';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { timeOf } from './quota.actions.ts';
import { medianOf, sizeOf, weigh, type Facts, type ShownFact } from './reveals.rules.ts';
import { showings, showsCitizen } from './showings.queries.ts';

const dayMs = 86_400_000;
const dayBefore = (date: string, days: number): Date => new Date(Date.parse(date) - days * dayMs);

/**
 * Who revealed and gave how much, and by how many numbers they searched, those first of whom most is to be asked: of the own centre for a supervisor, of all for an
 * administrator. Read by the system, because a case that has left the reader's sight since still counts; it names no case
 * and no citizen.
 *
 * @throws AppError invalid: more than a quarter of a year, or an end before its beginning
 */
export const revealReport = async (ctx: Context, actor: StaffActor, asked: RevealQuery): Promise<RevealReport> => {
  const to = asked.to ?? localDate(ctx.clock.now());
  const from = asked.from ?? localDate(dayBefore(to, 29));
  if (from > to) throw invalid('to', 'before_from');
  if (Date.parse(to) - Date.parse(from) > 92 * dayMs) throw invalid('from', 'too_long');
  return ctx.db.withActor(system, async (tx) => {
    const people = await tx.db
      .select({ id: staff.id, name: staff.name, role: staff.role, active: staff.active, centre: centres })
      .from(staff)
      .leftJoin(centres, eq(centres.id, staff.centreId));
    const held = sql<boolean>`exists (select from ${assignments} where ${assignments.caseId} = ${events.caseId} and ${assignments.staffId} = ${events.actorId})`;
    const found = await tx.db
      .select({ id: events.id, type: events.type, actorId: events.actorId, at: events.at, data: events.data, citizenId: cases.citizenId, held })
      .from(events)
      .innerJoin(cases, eq(cases.id, events.caseId))
      // Which of these fall into the period, the calendar of Morocco says.
      .where(and(showsCitizen, gte(events.at, dayBefore(from, 1)), lt(events.at, dayBefore(to, -2))));
    const sought = await tx.db
      .select({ actorId: searches.staffId, at: searches.at, sought: sql<string>`encode(${searches.sought}, 'hex')`, found: searches.found })
      .from(searches)
      .where(and(gte(searches.at, dayBefore(from, 1)), lt(searches.at, dayBefore(to, -2))));
    const isInPeriod = ({ at }: { at: Date }): boolean => localDate(at) >= from && localDate(at) <= to;
    const shownTo = Map.groupBy(factsOf(found.filter(isInPeriod)), ({ actorId }) => actorId);
    const searchedBy = Map.groupBy(sought.filter(isInPeriod), ({ actorId }) => actorId);
    const did = (id: string): Facts => ({ shown: shownTo.get(id) ?? [], searches: searchedBy.get(id) ?? [] });
    const rows = people
      .filter(({ id, centre }) => (shownTo.has(id) || searchedBy.has(id)) && (actor.role === 'administrator' || (centre !== null && centre.id === actor.centreId)))
      .map(({ id, name, role, centre }) => {
        const others = people.filter((other) => other.id !== id && other.role === role && other.active).map((other) => sizeOf(did(other.id)));
        return {
          person: { id, name, role: role as Role, centre: centre && { id: centre.id, names: { ar: centre.nameAr, fr: centre.nameFr } } },
          ...weigh(did(id), { shown: medianOf(others.map(({ shown }) => shown)), numbers: medianOf(others.map(({ numbers }) => numbers)) }),
        };
      })
      .toSorted((one, other) => other.signs.length - one.signs.length || other.reveals + other.givings - one.reveals - one.givings || other.numbers - one.numbers);
    return { from, to, rows };
  });
};

type Found = Pick<typeof events.$inferSelect, 'id' | 'type' | 'actorId' | 'at' | 'data'> & { citizenId: string; held: boolean };

/** What was given at once, of several cases of a citizen, is one fact; held, if one of the cases was. */
const factsOf = (found: readonly Found[]): (ShownFact & { actorId: string | null })[] =>
  [...Map.groupBy(found, timeOf).values()].flatMap((told) =>
    told.slice(0, 1).map(({ type, actorId, at, citizenId }) => ({ what: showings[type] ?? 'reveals', actorId, at, citizenId, held: told.some(({ held }) => held) })),
  );
