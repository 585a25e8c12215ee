import { and, eq, gt, isNull } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Account, Recovery } from '#contract/accounts';
import type { Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { authenticators, centres, organisations, recoveries, staff, totpFactors } from '#db/schema/tables';
import { may, ordinary } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { organisationView } from '#domain/referrals/organisations.queries';
import { recoveryMs } from './recovery.rules.ts';

/** All accounts, open ones first. */
export const listAccounts = (ctx: Context): Promise<Account[]> =>
  ctx.db.withActor(system, async (tx) => {
    const rows = await tx.db.select().from(staff).leftJoin(centres, eq(centres.id, staff.centreId)).leftJoin(organisations, eq(organisations.id, staff.organisationId)).orderBy(staff.login);
    const numbers = new Set((await tx.db.select({ id: totpFactors.staffId, secret: totpFactors.secret }).from(totpFactors)).flatMap(({ id, secret }) => (secret ? [id] : [])));
    const keys = new Set((await tx.db.selectDistinct({ id: authenticators.staffId }).from(authenticators)).map(({ id }) => id));
    return rows
      .map(({ staff: { id, login, name, role, active }, centres: centre, organisations: organisation }) => ({
        id, login, name, role: role as Role, active,
        centre: centre ? { id: centre.id, names: { ar: centre.nameAr, fr: centre.nameFr } } : null,
        organisation: organisation && organisationView(organisation),
        factors: [...(numbers.has(id) ? (['totp'] as const) : []), ...(keys.has(id) ? (['webauthn'] as const) : [])],
      }))
      .toSorted((a, b) => Number(b.active) - Number(a.active));
  });

/** The recoveries that wait for a second person, of those for whom the reader may be it; one's own is not shown. */
export const listRecoveries = (ctx: Context, actor: StaffActor): Promise<Recovery[]> =>
  ctx.db.withActor(system, async (tx) => {
    const asker = alias(staff, 'asker');
    const since = new Date(ctx.clock.now().getTime() - recoveryMs);
    const rows = await tx.db
      .select({ recovery: recoveries, person: staff, asker: { id: asker.id, name: asker.name } })
      .from(recoveries)
      .innerJoin(staff, eq(staff.id, recoveries.staffId))
      .innerJoin(asker, eq(asker.id, recoveries.askedBy))
      .where(and(isNull(recoveries.confirmedAt), gt(recoveries.askedAt, since), eq(staff.active, true)))
      .orderBy(recoveries.askedAt, recoveries.id);
    return rows
      .filter(({ person }) => may(actor, 'recovery.confirm', { ...ordinary, centreId: person.centreId }) && person.id !== actor.id)
      .map(({ recovery, person, asker: by }) => ({
        id: recovery.id,
        account: { id: person.id, login: person.login, name: person.name },
        askedBy: by.name,
        askedAt: recovery.askedAt.toISOString(),
        mine: by.id === actor.id,
      }));
  });
