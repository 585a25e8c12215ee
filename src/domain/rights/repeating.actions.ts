import { and, eq, exists, inArray, not, sql } from 'drizzle-orm';
import { system } from '#db/actor';
import { cases, erasures, erasuresFollowed } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';
import { eraseCase } from './erasing.actions.ts';

type Ctx = Pick<Context, 'db' | 'clock' | 'keys' | 'live' | 'files' | 'log'>;

/** Destroyed keys that are looked at together. */
const page = 500;
/** A key is destroyed before its erasure commits, and another's may commit first: so far back is looked again. */
const againMs = 86_400_000;

/**
 * Erases again what the key store knows as erased and this database does not: a backup from before brought it back, or the
 * erasure failed after its key was destroyed. Run at each start before anybody is served, and with retention. Where nothing was
 * restored it looks at a day of destroyed keys. One case that cannot be erased keeps no other waiting, and is tried again.
 *
 * @returns how many were erased again
 */
export const repeatErasures = async (ctx: Ctx): Promise<number> => {
  let erased = 0;
  let all = true;
  const until = await followedUntil(ctx);
  let after: { at: string; subject?: string } = { at: new Date((until?.getTime() ?? againMs) - againMs).toISOString() };
  for (;;) {
    const destroyed = await ctx.keys.destroyed(after, page);
    const last = destroyed.at(-1);
    if (!last) break;
    for (const id of await broughtBack(ctx, destroyed.map(({ subject }) => subject)))
      if (await eraseAgain(ctx, id)) erased += 1;
      else all = false;
    if (all) await follow(ctx, last.at);
    after = last;
  }
  if (erased > 0) ctx.log.warn({ erased }, 'cases that had been erased were here again, and were erased again');
  return erased;
};

const followedUntil = (ctx: Ctx): Promise<Date | undefined> =>
  ctx.db.withActor(system, async (tx) => (await tx.db.select({ until: erasuresFollowed.until }).from(erasuresFollowed))[0]?.until);

/** Never back: another process may be further. */
const follow = (ctx: Ctx, at: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const until = new Date(at);
    await tx.db.insert(erasuresFollowed).values({ until }).onConflictDoUpdate({ target: erasuresFollowed.one, set: { until: sql`greatest(${erasuresFollowed.until}, excluded.until)` } });
  });

/** Only a citizen's key tells of an erasure: a message's goes with time. */
const broughtBack = (ctx: Ctx, subjects: readonly string[]): Promise<string[]> =>
  ctx.db.withActor(system, async (tx) => {
    const known = tx.db.select().from(erasures).where(eq(erasures.caseId, cases.id));
    const found = await tx.db.select({ id: cases.id }).from(cases).where(and(inArray(cases.citizenId, [...subjects]), not(exists(known))));
    return found.map(({ id }) => id);
  });

/** @returns whether it is erased now */
const eraseAgain = async (ctx: Ctx, id: string): Promise<boolean> => {
  try {
    await eraseCase(ctx, id, { why: 'repeated', actor: system });
    return true;
  } catch (err) {
    // Another process was quicker.
    if (err instanceof AppError && err.code === 'erased') return true;
    ctx.log.error({ row: id, err }, 'a case that had been erased was not erased again; it is tried again in an hour');
    return false;
  }
};
