import { randomBytes } from 'node:crypto';
import { and, desc, eq, gt, inArray, isNull } from 'drizzle-orm';
import type { RecoverySecret } from '#contract/accounts';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { authenticators, recoveries, sessions, staff, staffEvents, staffIdentities, totpFactors, webauthnChallenges } from '#db/schema/tables';
import { AppError, notFound } from '#lib/errors';
import { newId } from '#lib/id';
import { hashPassword } from '#lib/password';
import { may, ordinary } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { guess } from '#domain/guessing/guessing.actions';
import { endRecoveries, endSessions } from './ending.actions.ts';
import { lockPerson } from './enrolling.actions.ts';
import { isSecondPerson, recoveryMs } from './recovery.rules.ts';
import { hashOf } from './session.actions.ts';
import { guessesAt } from './sign-in.actions.ts';

const since = (ctx: Context): Date => new Date(ctx.clock.now().getTime() - recoveryMs);

/**
 * An administrator says that a person lost their factors, or the password. Nothing changes until somebody else confirms it.
 * @throws AppError not_found; other_person_needed for oneself; already_asked
 */
export const askRecovery = (ctx: Context, actor: StaffActor, staffId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    await lockPerson(tx, staffId);
    const open = await tx.db.$count(staff, and(eq(staff.id, staffId), eq(staff.active, true)));
    if (open === 0) throw notFound();
    if (staffId === actor.id) throw new AppError('other_person_needed');
    const waiting = await tx.db.$count(recoveries, and(eq(recoveries.staffId, staffId), isNull(recoveries.confirmedAt), gt(recoveries.askedAt, since(ctx))));
    if (waiting > 0) throw new AppError('already_asked');
    const now = ctx.clock.now();
    await tx.db.insert(recoveries).values({ id: newId(now), staffId, askedBy: actor.id, askedAt: now });
    await tx.db.insert(staffEvents).values({ at: now, actorId: actor.id, type: 'recovery.asked', subjectId: staffId });
  });

/**
 * The second person confirms: password, factors and linked identities of the account are gone, its sessions end, and a
 * secret that is good once, for a day, takes their place, and that of an earlier secret. A link that stayed would be another way in: whoever holds that
 * identity could enrol a factor of their own before the person who was handed the secret.
 *
 * @throws AppError not_found for one that is not there, was confirmed, is older than a day, was asked by somebody who may
 *   not any more, or is not the reader's to confirm; other_person_needed for whoever asked, is recovered or is no second person yet (`isSecondPerson`)
 */
export const confirmRecovery = async (ctx: Context, actor: StaffActor, id: string): Promise<RecoverySecret> => {
  const secret = randomBytes(24).toString('base64url');
  // A password that nobody has, until the secret is used.
  const passwordHash = await hashPassword(randomBytes(32).toString('base64url'));
  return ctx.db.withActor(system, async (tx) => {
    const [row] = await tx.db
      .select({ recovery: recoveries, person: staff })
      .from(recoveries)
      .innerJoin(staff, eq(staff.id, recoveries.staffId))
      .where(and(eq(recoveries.id, id), isNull(recoveries.confirmedAt), gt(recoveries.askedAt, since(ctx)), eq(staff.active, true)))
      .for('update');
    if (!row || !may(actor, 'recovery.confirm', { ...ordinary, centreId: row.person.centreId }) || !(await stillAdministers(tx, row.recovery.askedBy))) throw notFound();
    const { recovery, person } = row;
    const now = ctx.clock.now();
    const other = actor.id !== recovery.askedBy && actor.id !== person.id && isSecondPerson(await changedAt(tx, actor.id), now);
    if (!other) throw new AppError('other_person_needed');
    await endRecoveries(tx, person.id, now);
    await tx.db.update(recoveries).set({ confirmedBy: actor.id, confirmedAt: now, secretHash: hashOf(secret) }).where(eq(recoveries.id, id));
    await tx.db.update(staff).set({ passwordHash }).where(eq(staff.id, person.id));
    for (const table of [totpFactors, authenticators, webauthnChallenges, staffIdentities]) await tx.db.delete(table).where(eq(table.staffId, person.id));
    await endSessions(ctx, tx, eq(sessions.staffId, person.id));
    await tx.db.insert(staffEvents).values({ at: now, actorId: actor.id, type: 'recovery.confirmed', subjectId: person.id });
    return { login: person.login, secret, expiresAt: new Date(now.getTime() + recoveryMs).toISOString() };
  });
};

const changedAt = async (tx: Tx, id: string): Promise<Date | null> => {
  const changes = ['account.role_changed', 'account.centre_changed'];
  const [last] = await tx.db.select({ at: staffEvents.at }).from(staffEvents).where(and(eq(staffEvents.subjectId, id), inArray(staffEvents.type, changes))).orderBy(desc(staffEvents.id)).limit(1);
  return last?.at ?? null;
};

const stillAdministers = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.db.$count(staff, and(eq(staff.id, id), eq(staff.role, 'administrator'), eq(staff.active, true)))) > 0;

/**
 * Gives the account a new password, once, by the secret; a factor is enrolled at the sign-in that follows. Wrong secrets
 * count as wrong passwords do.
 *
 * @throws AppError wrong_recovery, whatever was wrong; too_many_sign_ins; busy
 */
export const useRecovery = async (ctx: Context, input: { login: string; secret: string; password: string }, address: string): Promise<void> => {
  const login = input.login.trim().toLowerCase();
  const used = await guess(ctx, await guessesAt(ctx, login, address), 'too_many_sign_ins', async () => {
    const good = and(eq(recoveries.secretHash, hashOf(input.secret.trim())), isNull(recoveries.usedAt), gt(recoveries.confirmedAt, since(ctx)));
    const [found] = await ctx.db.withActor(system, (tx) =>
      tx.db.select({ id: recoveries.id, staffId: staff.id }).from(recoveries).innerJoin(staff, eq(staff.id, recoveries.staffId)).where(and(good, eq(staff.login, login), eq(staff.active, true))),
    );
    if (!found) return null;
    const passwordHash = await hashPassword(input.password);
    return ctx.db.withActor(system, async (tx) => {
      const now = ctx.clock.now();
      // Of two who use it at once, one finds it unused.
      const taken = await tx.db.update(recoveries).set({ usedAt: now }).where(and(eq(recoveries.id, found.id), good)).returning({ id: recoveries.id });
      if (taken.length === 0) return null;
      await endRecoveries(tx, found.staffId, now);
      await tx.db.update(staff).set({ passwordHash }).where(eq(staff.id, found.staffId));
      await endSessions(ctx, tx, eq(sessions.staffId, found.staffId));
      await tx.db.insert(staffEvents).values({ at: now, actorId: found.staffId, type: 'recovery.used', subjectId: found.staffId });
      return true;
    });
  });
  if (used === null) throw new AppError('wrong_recovery');
};
