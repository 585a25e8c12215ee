import { and, eq, inArray, isNotNull, isNull, ne, type SQL } from 'drizzle-orm';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { centres, recoveries, sessions, staff, staffEvents } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { may, ordinary } from '#domain/access/access.rules';
import type { Context } from '#domain/context';

/** Ends the sessions that `which` describes; after the commit every process is told to look which sockets are left alone. */
export const endSessions = async (ctx: Pick<Context, 'live'>, tx: Tx, which: SQL | undefined): Promise<number> => {
  const ended = await tx.db.delete(sessions).where(which).returning({ id: sessions.id });
  if (ended.length > 0) tx.afterCommit(() => ctx.live.publish({ type: 'sessions.ended' }));
  return ended.length;
};

/** Ends what was handed out to recover an account: a secret does not outlive the password that came after it. */
export const endRecoveries = async (tx: Tx, staffId: string, now: Date): Promise<void> => {
  await tx.db.update(recoveries).set({ usedAt: now }).where(and(eq(recoveries.staffId, staffId), isNotNull(recoveries.confirmedAt), isNull(recoveries.usedAt)));
};

/** Signs out: ends this session. */
export const signOut = (ctx: Context, sessionId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    await endSessions(ctx, tx, eq(sessions.id, sessionId));
  });

/** Ends one of one's own sessions. @throws AppError not_found when it is another person's, or over */
export const endSession = (ctx: Context, actor: StaffActor, id: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    if ((await endSessions(ctx, tx, and(eq(sessions.id, id), eq(sessions.staffId, actor.id)))) === 0) throw notFound();
  });

/** Ends all of one's own sessions but this one. */
export const endOtherSessions = (ctx: Context, actor: StaffActor, sessionId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    await endSessions(ctx, tx, and(eq(sessions.staffId, actor.id), ne(sessions.id, sessionId)));
  });

/**
 * The kill switch, for a centre whose machines are in wrong hands: ends every session of its staff, the caller's too if
 * they belong to it. Who did it stays written.
 *
 * @returns how many sessions ended
 * @throws AppError not_found for a centre that is not there or not the person's to close
 */
export const signOutCentre = async (ctx: Context, actor: StaffActor, centreId: string): Promise<number> => {
  const ended = await ctx.db.withActor(system, async (tx) => {
    const [centre] = await tx.db.select({ id: centres.id }).from(centres).where(eq(centres.id, centreId));
    if (!centre || !may(actor, 'centre.sign_out', { ...ordinary, centreId: centre.id })) throw notFound();
    const people = tx.db.select({ id: staff.id }).from(staff).where(eq(staff.centreId, centre.id));
    await tx.db.insert(staffEvents).values({ at: ctx.clock.now(), actorId: actor.id, type: 'centre.signed_out', subjectId: centre.id });
    return endSessions(ctx, tx, inArray(sessions.staffId, people));
  });
  ctx.log.warn({ centreId, actorId: actor.id, ended }, 'the staff of a centre was signed out');
  return ended;
};
