import { createHash } from 'node:crypto';
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { failedAttempts } from '#db/schema/tables';
import { AppError, type ErrorCode } from '#lib/errors';
import type { Context } from '#domain/context';

const quarterHourMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;

/** How many wrong guesses at `subject` close it until they are old enough. Known or not, so that the lock tells nothing. */
export type Budget = { subject: string; quarterHour: number; day: number };
type Counter = Budget & { hash: Buffer };

/**
 * Lets a guess be tried while each of its budgets has something left; a wrong one is counted in all of them.
 * What the try found is told only once the guesses judged before it have been counted, one after another: so a thousand
 * at the same instant are no more than a thousand in a row, and right ones, however many, never close anything.
 *
 * @param tryIt gives null for a wrong guess
 * @throws AppError `locked` when a budget is spent, to a right guess too
 */
export const guess = async <T>(ctx: Context, budgets: readonly Budget[], locked: ErrorCode, tryIt: () => Promise<T | null>): Promise<T | null> => {
  // In one order everywhere, so that two guesses never wait for each other's locks.
  const counters = budgets
    .map((budget) => ({ ...budget, hash: createHash('sha256').update(budget.subject).digest() }))
    .toSorted((a, b) => a.hash.compare(b.hash));
  // A closed subject is not worth the work of a try.
  await ctx.db.withActor(citizen, (tx) => assertOpen(ctx, tx, counters, locked));
  const result = await tryIt();
  await ctx.db.withActor(citizen, async (tx) => {
    for (const { hash } of counters) await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${hash.toString('hex')}, 1))`);
    await assertOpen(ctx, tx, counters, locked);
    const at = ctx.clock.now();
    if (result === null) await tx.db.insert(failedAttempts).values(counters.map(({ hash }) => ({ subjectHash: hash, at })));
  });
  return result;
};

const assertOpen = async (ctx: Context, tx: Tx, counters: readonly Counter[], locked: ErrorCode): Promise<void> => {
  const now = ctx.clock.now().getTime();
  const recent = new Date(now - quarterHourMs).toISOString();
  for (const { hash, quarterHour, day } of counters) {
    const [wrong] = await tx.db
      .select({ recent: sql<number>`count(*) filter (where ${failedAttempts.at} > ${recent})`.mapWith(Number), today: count() })
      .from(failedAttempts)
      .where(and(eq(failedAttempts.subjectHash, hash), gt(failedAttempts.at, new Date(now - dayMs))));
    if (wrong && (wrong.recent >= quarterHour || wrong.today >= day)) throw new AppError(locked);
  }
};
