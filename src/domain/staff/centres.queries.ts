import { system } from '#db/actor';
import { centres } from '#db/schema/tables';
import type { Context } from '#domain/context';

/** Ids of all listening centres. */
export const centreIds = (ctx: Pick<Context, 'db'>): Promise<string[]> =>
  ctx.db.withActor(system, async (tx) => (await tx.db.select({ id: centres.id }).from(centres).orderBy(centres.id)).map(({ id }) => id));
