import { and, eq, ne } from 'drizzle-orm';
import type { SecondFactor } from '#contract/factors';
import type { Tx } from '#db/client';
import { sessions, staff, staffEvents } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';
import { endSessions } from './ending.actions.ts';
import { enrolledOf } from './factors.queries.ts';
import { renewToken, type Session } from './session.actions.ts';

/** Until the transaction ends, nobody else changes this person's account or factors. */
export const lockPerson = async (tx: Tx, staffId: string): Promise<void> => {
  await tx.db.select({ id: staff.id }).from(staff).where(eq(staff.id, staffId)).for('update');
};

/**
 * Whoever knows only the password may enrol the first factor of an account, never one beside it.
 *
 * @throws AppError step_up_needed
 */
export const lockForEnrolment = async (tx: Tx, { person, factor }: Session): Promise<void> => {
  await lockPerson(tx, person.id);
  if (factor === 'password' && (await enrolledOf(tx, person.id)).length > 0) throw new AppError('step_up_needed');
};

/**
 * A factor was enrolled: it has been shown, and sessions that were opened by the password alone end.
 * @returns the session's new token
 */
export const finishEnrolment = async (ctx: Context, tx: Tx, { id, person }: Session, factor: SecondFactor): Promise<string> => {
  const now = ctx.clock.now();
  await tx.db.insert(staffEvents).values({ at: now, actorId: person.id, type: `${factor}.enrolled`, subjectId: person.id });
  await endSessions(ctx, tx, and(eq(sessions.staffId, person.id), eq(sessions.factor, 'password'), ne(sessions.id, id)));
  return renewToken(tx, id, factor, now);
};
