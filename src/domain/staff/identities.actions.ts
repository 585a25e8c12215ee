import { and, eq } from 'drizzle-orm';
import { system } from '#db/actor';
import { sessions, staff, staffEvents, staffIdentities } from '#db/schema/tables';
import { issuerOf } from '#identity/openid';
import type { Context } from '#domain/context';
import { endSessions } from './ending.actions.ts';

type Link = { login: string; issuer: string; subject: string };

/**
 * Lets an identity at the administration's provider open an account. Who did it is written: from the command line, nobody.
 *
 * @returns `unknown`: no open account of this login; `taken`: the identity opens another account. Nothing is changed then
 */
export const linkIdentity = (ctx: Pick<Context, 'db' | 'clock'>, { login, issuer, subject }: Link): Promise<'linked' | 'unknown' | 'taken'> =>
  ctx.db.withActor(system, async (tx) => {
    const [account] = await tx.db
      .select({ id: staff.id })
      .from(staff)
      .where(and(eq(staff.login, login), eq(staff.active, true)))
      .for('share');
    if (!account) return 'unknown';
    const now = ctx.clock.now();
    const [linked] = await tx.db
      .insert(staffIdentities)
      .values({ issuer: issuerOf(issuer), subject, staffId: account.id, linkedAt: now })
      .onConflictDoNothing()
      .returning({ staffId: staffIdentities.staffId });
    if (!linked) return 'taken';
    await tx.db.insert(staffEvents).values({ at: now, actorId: null, type: 'identity.linked', subjectId: account.id });
    return 'linked';
  });

/**
 * Takes that back, and ends the sessions of the account: nobody knows which of them it opened.
 * @returns whether they were linked
 */
export const unlinkIdentity = (ctx: Pick<Context, 'db' | 'clock' | 'live'>, { login, issuer, subject }: Link): Promise<boolean> =>
  ctx.db.withActor(system, async (tx) => {
    const [account] = await tx.db.select({ id: staff.id }).from(staff).where(eq(staff.login, login));
    if (!account) return false;
    const gone = await tx.db
      .delete(staffIdentities)
      .where(and(eq(staffIdentities.issuer, issuerOf(issuer)), eq(staffIdentities.subject, subject), eq(staffIdentities.staffId, account.id)))
      .returning({ staffId: staffIdentities.staffId });
    if (gone.length === 0) return false;
    await endSessions(ctx, tx, eq(sessions.staffId, account.id));
    await tx.db.insert(staffEvents).values({ at: ctx.clock.now(), actorId: null, type: 'identity.unlinked', subjectId: account.id });
    return true;
  });
