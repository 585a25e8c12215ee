import { createHash } from 'node:crypto';
import { eq, sql, type SQL } from 'drizzle-orm';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { failedAttempts } from '#db/schema/tables';
import { AppError, type ErrorCode } from '#lib/errors';
import type { Context } from '#domain/context';
import { refusalsOf, type Refusal } from './refusals.actions.ts';

const quarterHourMs = 15 * 60_000;
export const dayMs = 24 * 3_600_000;

/** How many wrong guesses at `subject` close it until they are old enough. Known or not, so that the lock tells nothing. */
export type Budget = { subject: string; quarterHour: number; day: number };

/** Budgets of many subjects together. Who meets a spent one must have `solved` a challenge. */
export type Shared = {
  /** Of everybody. */
  all: Budget;
  /** Of those in one place. When it is spent, the day's first guess at a subject is still free: most are in good faith. */
  place: Budget;
  solved(): Promise<boolean>;
  /** The name of this try, where the same one may be told several times: it is counted once. */
  once?: string | undefined;
};

/**
 * Lets a guess be tried while each of its budgets has something left; a wrong one is counted in all of them.
 * What the try found is told only once the guesses judged before it have been counted, one after another: so a thousand
 * at the same instant are no more than a thousand in a row, and right ones, however many, never close anything.
 * Shared budgets take no turns: everybody would wait for everybody. The few that are judged at one instant may exceed them.
 *
 * @param tryIt gives null for a wrong guess
 * @throws AppError `locked` when a budget is spent, to a right guess too; `challenge_needed` when a shared one is
 */
export const guess = async <T>(
  ctx: Context,
  budgets: readonly Budget[],
  locked: ErrorCode,
  tryIt: () => Promise<T | null>,
  shared?: Shared,
): Promise<T | null> => {
  // In one order everywhere, so that two guesses never wait for each other's locks.
  const own = budgets.map(counterOf).toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const together = shared ? [shared.all, shared.place].map(counterOf) : [];
  const counters = [...own, ...together];
  const mark = shared?.once === undefined ? [] : [hashOf(`once:${shared.once}`)];
  const judge = async (tx: Tx): Promise<Refusal | null> => {
    const states = await statesOf(ctx, tx, counters);
    const mine = states.slice(0, own.length);
    const closed = Math.max(...mine.map(({ opensIn }) => opensIn));
    if (closed > 0) return { code: locked, seconds: closed };
    const [all = 0, place = 0] = states.slice(own.length).map(({ opensIn }) => opensIn);
    const seconds = mine.some(({ any }) => any) ? Math.max(all, place) : all;
    return seconds > 0 ? { code: 'challenge_needed', seconds } : null;
  };
  const respect = async (refusal: Refusal | null): Promise<void> => {
    if (refusal === null || (refusal.code === 'challenge_needed' && (await shared?.solved()))) return;
    throw new AppError(refusal.code, { retryAfter: refusal.seconds });
  };
  const refusals = refusalsOf(ctx);
  const key = counters.map(({ hash }) => hash).join();
  await respect(refusals.of(key));
  // A closed subject is not worth the work of a try.
  await respect(refusals.keep(key, await ctx.db.withActor(citizen, judge)));
  const result = await tryIt();
  const refusal = await ctx.db.withActor(citizen, async (tx) => {
    for (const { hash } of own) await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${hash}, 1))`);
    const found = await judge(tx);
    const at = ctx.clock.now();
    if (result === null && found?.code !== locked && !(await isCounted(tx, mark)))
      await tx.db.insert(failedAttempts).values([...counters.map(({ hash }) => hash), ...mark].map((hash) => ({ subjectHash: Buffer.from(hash, 'hex'), at })));
    return found;
  });
  await respect(refusal);
  return result;
};

const hashOf = (subject: string): string => createHash('sha256').update(subject).digest('hex');

const isCounted = async (tx: Tx, [mark]: readonly string[]): Promise<boolean> =>
  mark !== undefined && (await tx.db.$count(failedAttempts, eq(failedAttempts.subjectHash, Buffer.from(mark, 'hex')))) > 0;

type Counter = { hash: string; quarter_hour: number; day: number };
const counterOf = ({ subject, quarterHour, day }: Budget): Counter => ({ hash: hashOf(subject), quarter_hour: quarterHour, day });

/**
 * A budget is spent while its newest wrong guess but so many is not old enough, and has room again when that one is.
 *
 * @returns for each counter, in order: in how many seconds it has something left (0: now), and whether anything was counted today
 */
const statesOf = async (ctx: Context, tx: Tx, counters: readonly Counter[]): Promise<{ opensIn: number; any: boolean }[]> => {
  const now = ctx.clock.now().getTime();
  const newestBut = (few: SQL, ms: number): SQL => sql`
    (select extract(epoch from f.at) * 1000 from failed_attempts f
     where f.subject_hash = decode(c.hash, 'hex') and f.at > ${new Date(now - ms).toISOString()}::timestamptz
     order by f.at desc offset ${few} - 1 limit 1)`;
  const { rows } = await tx.db.execute<{ recent: string | null; today: string | null; last: string | null }>(sql`
    select ${newestBut(sql`c.quarter_hour`, quarterHourMs)} as recent, ${newestBut(sql`c.day`, dayMs)} as today, ${newestBut(sql`1`, dayMs)} as last
    from rows from (json_to_recordset(${JSON.stringify(counters)}::json) as (hash text, quarter_hour integer, day integer))
      with ordinality as c(hash, quarter_hour, day, nth)
    order by nth`);
  const left = (at: string | null, ms: number): number => (at === null ? 0 : Math.ceil((Number(at) + ms - now) / 1000));
  return rows.map(({ recent, today, last }) => ({ opensIn: Math.max(left(recent, quarterHourMs), left(today, dayMs)), any: last !== null }));
};
