import { and, eq, gt, sql } from 'drizzle-orm';
import { limits } from '#contract/limits';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { events } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { showings, showsCitizen } from './showings.queries.ts';

/**
 * Takes one of the day's reveals, or of the times that all may be given. One person's are counted one after another, so that no
 * two at once take the last one. Who asks for more than a day allows stands in the log.
 *
 * @returns how many are left after this one
 * @throws AppError quota_exceeded
 */
export const takeFromQuota = async (ctx: Pick<Context, 'log'>, tx: Tx, actor: StaffActor, now: Date, what: 'reveals' | 'givings'): Promise<number> => {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${what} ${actor.id}`}, 0))`);
  // No day is longer than 25 hours; which of these fall on today, the calendar says.
  const recent = await tx.db
    .select({ id: events.id, type: events.type, at: events.at, data: events.data })
    .from(events)
    .where(and(showsCitizen, eq(events.actorId, actor.id), gt(events.at, new Date(now.getTime() - 25 * 3_600_000))));
  const today = recent.filter(({ type, at }) => showings[type] === what && localDate(at) === localDate(now));
  const left = limits[what].day - new Set(today.map(timeOf)).size;
  if (left > 0) return left - 1;
  ctx.log.warn({ actorId: actor.id }, 'somebody has been shown all that a day allows, and asks for more');
  throw new AppError('quota_exceeded');
};

/** All that is held is given once, with an event on each of the citizen's cases: they name one note. */
export const timeOf = ({ id, data }: Pick<typeof events.$inferSelect, 'id' | 'data'>): string => String(data['noteId'] ?? id);
