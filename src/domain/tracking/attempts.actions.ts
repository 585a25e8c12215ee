import { createHash } from 'node:crypto';
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { citizen } from '#db/actor';
import { failedAttempts } from '#db/schema/tables';
import type { Context } from '#domain/context';

/** A subject is `code:` and a reference, or `login:` and a name; known or not, so that the lock tells nothing. */
const hashOf = (subject: string): Buffer => createHash('sha256').update(subject).digest();

const quarterHour = 15 * 60_000;
const day = 24 * 3_600_000;

/** Five wrong guesses in 15 minutes, or twenty in a day, close the subject until they are old enough. */
export const isLocked = async (ctx: Context, subject: string): Promise<boolean> => {
  const now = ctx.clock.now().getTime();
  const [row] = await ctx.db.withActor(citizen, (tx) =>
    tx.db
      .select({
        recent: sql<number>`count(*) filter (where ${failedAttempts.at} > ${new Date(now - quarterHour).toISOString()})`.mapWith(Number),
        today: count(),
      })
      .from(failedAttempts)
      .where(and(eq(failedAttempts.subjectHash, hashOf(subject)), gt(failedAttempts.at, new Date(now - day)))),
  );
  return row !== undefined && (row.recent >= 5 || row.today >= 20);
};

export const noteFailedAttempt = (ctx: Context, subject: string): Promise<void> =>
  ctx.db.withActor(citizen, async (tx) => {
    await tx.db.insert(failedAttempts).values({ subjectHash: hashOf(subject), at: ctx.clock.now() });
  });
