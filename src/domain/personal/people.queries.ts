import { eq, inArray } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { citizenContacts, citizens, contactPoints } from '#db/schema/tables';
import { unsealText } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from './places.rules.ts';

/** A citizen in clear. What was never given, or was erased, is null. */
export type Person = { name: string | null; phone: string | null; email: string | null };

/** For whoever may know: nothing here asks. */
export const personOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, citizenId: string): Promise<Person> =>
  (await peopleOf(ctx, tx, [citizenId])).get(citizenId) ?? nobody;

/** Of whom nothing is known, or nothing may be. */
export const nobody: Person = { name: null, phone: null, email: null };

/** As `personOf`, of many at the price of one. @returns by citizen */
export const peopleOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, citizenIds: readonly string[]): Promise<Map<string, Person>> => {
  const ids = [...new Set(citizenIds)];
  if (ids.length === 0) return new Map();
  const named = await tx.db.select({ id: citizens.id, name: citizens.name }).from(citizens).where(inArray(citizens.id, ids));
  const contacts = await tx.db
    .select({ of: citizenContacts.citizenId, kind: contactPoints.kind, index: contactPoints.index, value: citizenContacts.value })
    .from(citizenContacts)
    .innerJoin(contactPoints, eq(contactPoints.id, citizenContacts.contactPointId))
    .where(inArray(citizenContacts.citizenId, ids));
  const keys = await ctx.keys.read(ids);
  return new Map(
    ids.map((id) => {
      const reach = (kind: 'phone' | 'email'): string | null => {
        const found = contacts.find((one) => one.of === id && one.kind === kind);
        return found ? unsealText(keys.get(id), sealedAt.contact(id, found.index), found.value) : null;
      };
      const name = named.find((one) => one.id === id)?.name ?? null;
      return [id, { name: unsealText(keys.get(id), sealedAt.name(id), name), phone: reach('phone'), email: reach('email') }];
    }),
  );
};
