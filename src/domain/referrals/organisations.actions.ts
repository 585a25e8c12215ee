import { system } from '#db/actor';
import { organisations } from '#db/schema/tables';
import type { Context } from '#domain/context';

/** Makes a body known to which cases may be referred, or gives the one of this id other names. */
export const putOrganisation = (ctx: Pick<Context, 'db'>, body: { id: string; nameAr: string; nameFr: string }): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const { id: _, ...names } = body;
    await tx.db.insert(organisations).values(body).onConflictDoUpdate({ target: organisations.id, set: names });
  });
