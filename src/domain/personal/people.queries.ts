import { eq } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { citizenContacts, citizens, contactPoints } from '#db/schema/tables';
import { unsealText } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from './places.rules.ts';

/** A citizen in clear. What was never given, or was erased, is null. */
export type Person = { name: string | null; phone: string | null; email: string | null };

/** For whoever may know: nothing here asks. */
export const personOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, citizenId: string): Promise<Person> => {
  const [citizen] = await tx.db.select({ name: citizens.name }).from(citizens).where(eq(citizens.id, citizenId));
  const contacts = await tx.db
    .select({ kind: contactPoints.kind, index: contactPoints.index, value: citizenContacts.value })
    .from(citizenContacts)
    .innerJoin(contactPoints, eq(contactPoints.id, citizenContacts.contactPointId))
    .where(eq(citizenContacts.citizenId, citizenId));
  const key = (await ctx.keys.read([citizenId])).get(citizenId);
  const reach = (kind: 'phone' | 'email'): string | null => {
    const found = contacts.find((one) => one.kind === kind);
    return found ? unsealText(key, sealedAt.contact(citizenId, found.index), found.value) : null;
  };
  return { name: unsealText(key, sealedAt.name(citizenId), citizen?.name ?? null), phone: reach('phone'), email: reach('email') };
};
