import { and, desc, eq, gt, sql } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { calls } from '#db/schema/tables';
import { spokenLanguages, type SpokenLanguage } from './call.rules.ts';

/** Of one number: a household or an association may share one. */
const mostAtOnce = 3;
/** In a day, apart from what operators talk: they decide that. */
const mostMinutes = 60;

const dayMs = 86_400_000;
/** So many calls of a day are more than enough, and no more work than that. */
const mostRead = 500;
/** A call of which nobody told that it is over counts no longer than this: with an operator, or waiting for one, and without a step. */
const longestMs = 3600_000;
const quietMs = 5 * 60_000;

/**
 * Whether this number has the line enough of the time, so that nobody else is kept from it. The caller of this holds the row of
 * the contact point, so that calls of the same moment are counted one after another.
 *
 * @returns the language in which to say so: that of its last call; null where it is let in
 */
export const heldEnough = async (tx: Tx, contactPointId: string, now: Date): Promise<SpokenLanguage | null> => {
  const ofToday = and(eq(calls.contactPointId, contactPointId), eq(calls.direction, 'in'), gt(calls.startedAt, new Date(now.getTime() - dayMs)));
  const rows = await tx.db
    .select({ language: calls.language, startedAt: calls.startedAt, steppedAt: calls.steppedAt, endedAt: calls.endedAt, waits: sql<boolean>`${calls.state}->>'node' = 'operator'`, talked: sql<boolean>`${calls.outcome} is not distinct from 'talked'` })
    .from(calls)
    .where(ofToday)
    .orderBy(desc(calls.startedAt))
    .limit(mostRead);
  const until = ({ startedAt, steppedAt, waits }: (typeof rows)[number]): number =>
    Math.min(now.getTime(), waits ? startedAt.getTime() + longestMs : (steppedAt ?? startedAt).getTime() + quietMs);
  const atOnce = rows.filter((row) => row.endedAt === null && until(row) === now.getTime()).length;
  const lasted = rows.reduce((sum, row) => sum + (row.talked ? 0 : Math.max(0, (row.endedAt?.getTime() ?? until(row)) - row.startedAt.getTime())), 0);
  if (atOnce < mostAtOnce && lasted < mostMinutes * 60_000) return null;
  return spokenLanguages.find((language) => language === rows[0]?.language) ?? 'ar';
};
