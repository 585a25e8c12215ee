import type { Organisation } from '#contract/referrals';
import { system, type StaffActor } from '#db/actor';
import { organisations } from '#db/schema/tables';
import type { Context } from '#domain/context';

type Row = typeof organisations.$inferSelect;

export const organisationView = ({ id, nameAr, nameFr }: Row): Organisation => ({ id, names: { ar: nameAr, fr: nameFr } });

/** All bodies to which a case may be referred. */
export const listOrganisations = (ctx: Pick<Context, 'db'>, actor: StaffActor): Promise<Organisation[]> =>
  ctx.db.withActor(actor, async (tx) => (await tx.db.select().from(organisations).orderBy(organisations.id)).map(organisationView));

export const organisationIds = (ctx: Pick<Context, 'db'>): Promise<string[]> =>
  ctx.db.withActor(system, async (tx) => (await tx.db.select({ id: organisations.id }).from(organisations).orderBy(organisations.id)).map(({ id }) => id));
