import { and, eq } from 'drizzle-orm';
import type { Language, Role } from '#contract/words';
import { system } from '#db/actor';
import { sessions, signInPlaces, staff, staffEvents, staffIdentities } from '#db/schema/tables';
import { invalid } from '#lib/errors';
import { newId } from '#lib/id';
import { hashPassword } from '#lib/password';
import { releaseAfterChange } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { endRecoveries, endSessions } from './ending.actions.ts';
import { isStaffName } from './names.rules.ts';

type Accounts = Pick<Context, 'db' | 'clock' | 'live'>;

/**
 * Creates an account, or gives an open one a new password, which ends its sessions and recoveries. `password` may be given as its hash
 * (`hashPassword`), so that several accounts can share the work of one.
 *
 * @throws AppError invalid: the name is not one of letters of one script (`isStaffName`)
 * @returns false, and nothing is changed, when the account was closed: a login is not given to a second person
 */
export const putStaff = async (
  ctx: Accounts,
  account: { login: string; name: string; role: Role; language: Language; centreId: string | null; organisationId?: string | null; password: string | { hash: string } },
): Promise<boolean> => {
  const { password, ...rest } = account;
  if (!isStaffName(rest.name)) throw invalid('name', 'not_one_script');
  const passwordHash = typeof password === 'string' ? await hashPassword(password) : password.hash;
  return ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const [put] = await tx.db
      .insert(staff)
      .values({ id: newId(now), ...rest, passwordHash, createdAt: now })
      .onConflictDoUpdate({ target: staff.login, set: { passwordHash }, setWhere: eq(staff.active, true) })
      .returning({ id: staff.id });
    if (!put) return false;
    await endRecoveries(tx, put.id, now);
    await endSessions(ctx, tx, eq(sessions.staffId, put.id));
    return true;
  });
};

/**
 * Closes an account for good and ends its sessions; what it did keeps its name.
 * @returns whether there was an open account of this login
 */
export const closeStaff = (ctx: Accounts, login: string): Promise<boolean> =>
  ctx.db.withActor(system, async (tx) => {
    const [closed] = await tx.db
      .update(staff)
      .set({ active: false })
      .where(and(eq(staff.login, login), eq(staff.active, true)))
      .returning({ id: staff.id });
    if (!closed) return false;
    await endSessions(ctx, tx, eq(sessions.staffId, closed.id));
    await releaseAfterChange(ctx, tx, closed.id);
    await tx.db.delete(signInPlaces).where(eq(signInPlaces.staffId, closed.id));
    // The same person may come back to another account.
    await tx.db.delete(staffIdentities).where(eq(staffIdentities.staffId, closed.id));
    await tx.db.insert(staffEvents).values({ at: ctx.clock.now(), actorId: null, type: 'account.closed', subjectId: closed.id });
    return true;
  });
