import { eq, inArray } from 'drizzle-orm';
import type { AccountChange } from '#contract/accounts';
import type { Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { centres, organisations, sessions, signInPlaces, staff, staffEvents, staffIdentities } from '#db/schema/tables';
import { AppError, invalid, notFound } from '#lib/errors';
import { releaseAfterChange } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { endSessions } from './ending.actions.ts';
import { worksInCentre } from './recovery.rules.ts';

/**
 * Changes the role of an account, its centre or a partner's organisation, or closes it for good; its sessions end, the cases
 * that it may not see any more go back to their queues, and the next sign-in asks for the factor that the new role needs.
 *
 * @throws AppError not_found; other_person_needed for one's own; forbidden for who is no administrator any more; invalid
 */
export const changeAccount = (ctx: Context, actor: StaffActor, id: string, change: AccountChange): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    // In one order, so that two who change each other wait for one another; the second is no administrator any more.
    const rows = await tx.db.select().from(staff).where(inArray(staff.id, [actor.id, id])).orderBy(staff.id).for('no key update');
    const by = rows.find((row) => row.id === actor.id);
    const person = rows.find((row) => row.id === id);
    if (!by?.active || by.role !== 'administrator') throw new AppError('forbidden');
    if (!person?.active) throw notFound();
    if (id === actor.id) throw new AppError('other_person_needed');
    const role = change.role ?? (person.role as Role);
    const centreId = change.centre !== undefined ? change.centre : worksInCentre(role) ? person.centreId : null;
    if (worksInCentre(role) !== (centreId !== null)) throw invalid('centre', centreId === null ? 'required' : 'not_allowed');
    if (centreId !== null && (await tx.db.$count(centres, eq(centres.id, centreId))) === 0) throw invalid('centre', 'unknown');
    const organisationId = change.organisation !== undefined ? change.organisation : role === 'partner' ? person.organisationId : null;
    if (role !== 'partner' && organisationId !== null) throw invalid('organisation', 'not_allowed');
    // Who was made a partner before it was asked for can still be closed.
    if (role === 'partner' && organisationId === null && change.active !== false) throw invalid('organisation', 'required');
    if (organisationId !== null && (await tx.db.$count(organisations, eq(organisations.id, organisationId))) === 0) throw invalid('organisation', 'unknown');
    const changes = [
      ...(role === person.role ? [] : ['account.role_changed']),
      ...(centreId === person.centreId ? [] : ['account.centre_changed']),
      ...(organisationId === person.organisationId ? [] : ['account.organisation_changed']),
      ...(change.active === false ? ['account.closed'] : []),
    ];
    if (changes.length === 0) return;
    await tx.db.update(staff).set({ role, centreId, organisationId, active: change.active ?? true }).where(eq(staff.id, id));
    await endSessions(ctx, tx, eq(sessions.staffId, id));
    await releaseAfterChange(ctx, tx, id);
    // An identity that was linked may be given to another account: the same person may come back.
    if (change.active === false) for (const table of [signInPlaces, staffIdentities]) await tx.db.delete(table).where(eq(table.staffId, id));
    await tx.db.insert(staffEvents).values(changes.map((type) => ({ at: ctx.clock.now(), actorId: actor.id, type, subjectId: id })));
  });
