import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { limits } from '#contract/limits';
import type { CaseList, CaseListQuery } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { searches } from '#db/schema/tables';
import { AppError, invalid } from '#lib/errors';
import { hmac } from '#lib/hmac';
import { parsePhone } from '#lib/phone';
import type { Context } from '#domain/context';
import { listReferred } from '#domain/referrals/referred.queries';
import { listCases, soughtPhone } from './cases.queries.ts';

const hourMs = 3_600_000;
/** A console asks for its list again whenever a case changes, and for its next page: within this time that is the same search. */
const sameSearchMs = 15 * 60_000;

/**
 * One page of the cases in a person's sight. A search by a citizen's number tells whose it is to whoever tries enough of them:
 * so it is counted by person, and kept that it was made, in the same transaction. By reference anybody searches freely.
 *
 * @throws AppError too_many_searches
 */
export const findCases = (ctx: Context, actor: StaffActor, query: CaseListQuery): Promise<CaseList> =>
  ctx.db.withActor(actor, async (tx) => {
    const phone = query.q === undefined ? null : soughtPhone(query.q);
    const search = phone === null ? null : await newSearch(ctx, tx, actor, phone);
    const list = await (actor.role === 'partner' ? listReferred : listCases)(ctx, tx, actor, query);
    if (search) await tx.db.insert(searches).values({ ...search, found: list.items.length });
    return list;
  });

/** What is known of a number that calls, or that is given at the counter: a search like any other, with the number in no address. @throws AppError as `findCases`; invalid */
export const casesOfCaller = async (ctx: Context, actor: StaffActor, typed: string): Promise<CaseList> => {
  const phone = parsePhone(typed);
  if (!phone) throw invalid('phone', 'invalid_phone');
  return findCases(ctx, actor, { q: phone.e164, limit: 50 });
};

/**
 * One person's searches are counted one after another. Who asks for more than an hour or a day allows stands in the log.
 *
 * @returns what is to be kept of the search; null where it is one that goes on
 */
const newSearch = async (ctx: Pick<Context, 'clock' | 'indexKey' | 'log'>, tx: Tx, actor: StaffActor, phone: string) => {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`searches ${actor.id}`}, 0))`);
  const at = ctx.clock.now();
  const sought = hmac(ctx.indexKey, `insat/search/1\0${actor.id}|${phone}`).subarray(0, 16);
  const recent = await tx.db
    .select({ at: searches.at, sought: searches.sought })
    .from(searches)
    .where(and(eq(searches.staffId, actor.id), gt(searches.at, new Date(at.getTime() - 24 * hourMs))))
    .orderBy(desc(searches.at))
    .limit(limits.searches.day);
  if (recent.some((one) => one.at.getTime() > at.getTime() - sameSearchMs && one.sought.equals(sought))) return null;
  // Spent while the newest search but so many is not old enough; open again when that one is.
  const opensIn = (most: number, ms: number): number => (recent[most - 1]?.at.getTime() ?? -Infinity) + ms - at.getTime();
  const wait = Math.max(opensIn(limits.searches.hour, hourMs), opensIn(limits.searches.day, 24 * hourMs));
  if (wait <= 0) return { staffId: actor.id, at, sought };
  ctx.log.warn({ actorId: actor.id }, 'somebody has searched by as many numbers as is allowed, and asks for more');
  throw new AppError('too_many_searches', { retryAfter: Math.ceil(wait / 1000) });
};
