import { and, inArray, lt } from 'drizzle-orm';
import { system } from '#db/actor';
import { failedAttempts, searches, smsCounts, spentChallenges } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { dayMs } from '#domain/guessing/guessing.actions';

/** Few at a time: a run that was long away must not hold locks for long. */
const most = 5000;

/** A year and a month: so long may be asked who searched by a number. */
const searchesDays = 400;

/** Deletes what counts nothing any more: wrong guesses and sent messages after the longest budget, solved challenges that have expired; and who searched, once nobody asks any more. */
export const prune = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now();
  // Two days: the day of a count begins at midnight.
  const [aDayAgo, twoDaysAgo] = [new Date(now.getTime() - dayMs), new Date(now.getTime() - 2 * dayMs)];
  await ctx.db.withActor(system, async (tx) => {
    // Guesses are numbered as they come, so the oldest are the first of the primary key.
    const first = tx.db.select({ id: failedAttempts.id }).from(failedAttempts).orderBy(failedAttempts.id).limit(most);
    await tx.db.delete(failedAttempts).where(and(inArray(failedAttempts.id, first), lt(failedAttempts.at, aDayAgo)));
    const searched = tx.db.select({ id: searches.id }).from(searches).orderBy(searches.id).limit(most);
    await tx.db.delete(searches).where(and(inArray(searches.id, searched), lt(searches.at, new Date(now.getTime() - searchesDays * dayMs))));
    await tx.db.delete(spentChallenges).where(lt(spentChallenges.expiresAt, now));
    await tx.db.delete(smsCounts).where(lt(smsCounts.since, twoDaysAgo));
  });
};
