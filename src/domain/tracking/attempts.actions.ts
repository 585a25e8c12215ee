import { createHash } from 'node:crypto';
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { failedAttempts } from '#db/schema/tables';
import { AppError, type ErrorCode } from '#lib/errors';
import type { Context } from '#domain/context';

const quarterHourMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;

/**
 * Lets a guess be tried: five wrong ones in 15 minutes, or twenty in a day, close the subject until they are old enough.
 * What the try found is told only once the guesses judged before it have been counted, one after another: so a thousand
 * at the same instant are no more than a thousand in a row, and right ones, however many, never close anything.
 *
 * @param subject `code:` and a reference, or `login:` and a name; known or not, so that the lock tells nothing
 * @param tryIt gives null for a wrong guess
 * @throws AppError `locked` when the subject is closed, to a right guess too
 */
export const guess = async <T>(ctx: Context, subject: string, locked: ErrorCode, tryIt: () => Promise<T | null>): Promise<T | null> => {
  const subjectHash = createHash('sha256').update(subject).digest();
  // A closed subject is not worth the work of a try.
  await ctx.db.withActor(citizen, (tx) => assertOpen(ctx, tx, subjectHash, locked));
  const result = await tryIt();
  await ctx.db.withActor(citizen, async (tx) => {
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${subjectHash.toString('hex')}, 1))`);
    await assertOpen(ctx, tx, subjectHash, locked);
    if (result === null) await tx.db.insert(failedAttempts).values({ subjectHash, at: ctx.clock.now() });
  });
  return result;
};

const assertOpen = async (ctx: Context, tx: Tx, subjectHash: Buffer, locked: ErrorCode): Promise<void> => {
  const now = ctx.clock.now().getTime();
  const recent = new Date(now - quarterHourMs).toISOString();
  const [wrong] = await tx.db
    .select({ recent: sql<number>`count(*) filter (where ${failedAttempts.at} > ${recent})`.mapWith(Number), today: count() })
    .from(failedAttempts)
    .where(and(eq(failedAttempts.subjectHash, subjectHash), gt(failedAttempts.at, new Date(now - dayMs))));
  if (wrong && (wrong.recent >= 5 || wrong.today >= 20)) throw new AppError(locked);
};
