import { and, eq } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, citizenContacts, citizens, contactPoints, inboundBodies, messages, unsealed } from '#db/schema/tables';
import { blindIndex, seal, type DataKey } from '#lib/sealing';
import { casePlace } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { maskIdentifiers } from './identifiers.rules.ts';
import { sealedAt } from './places.rules.ts';
import { keepsSealed, keepTexts } from './texts.actions.ts';

type Keys = Pick<Context, 'keys' | 'indexKey' | 'clock'>;
type Row = typeof unsealed.$inferSelect;

const batch = 200;

/**
 * Seals what the database held in clear before it could seal, as the migration has set it aside. For the start, before
 * anybody is served; several programs may do it at once, and one that is killed is carried on by the next.
 */
export const sealEarlier = async (ctx: Keys & Pick<Context, 'db'>): Promise<void> => {
  for (let left = batch; left === batch; )
    left = await ctx.db.withActor(system, async (tx) => {
      const rows = await tx.db.select().from(unsealed).limit(batch).for('update');
      const keys = await keysOf(ctx, rows);
      for (const row of rows) {
        const key = keys.get(row.subject);
        if (key) await sealRow(ctx, tx, row, key);
        await tx.db.delete(unsealed).where(and(eq(unsealed.place, row.place), eq(unsealed.row, row.row), eq(unsealed.subject, row.subject)));
      }
      return rows.length;
    });
};

const keysOf = async (ctx: Keys, rows: readonly Row[]): Promise<ReadonlyMap<string, DataKey>> => {
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const known = await ctx.keys.read(subjects);
  await ctx.keys.keep(subjects.filter((subject) => !known.has(subject)).map((subject) => ctx.keys.make(subject)));
  return ctx.keys.read(subjects);
};

const sealRow = async (ctx: Keys, tx: Tx, { place, row, subject, value }: Row, key: DataKey): Promise<void> => {
  switch (place) {
    case 'citizens.name':
      await tx.db.update(citizens).set({ name: seal(key, sealedAt.name(row), value) }).where(eq(citizens.id, row));
      return;
    case 'cases.submitter_name':
      await tx.db.update(cases).set({ submitterName: seal(key, sealedAt.submitter(row), value) }).where(eq(cases.id, row));
      return;
    case 'messages.sender':
      await tx.db.update(messages).set({ sender: seal(key, sealedAt.sender(row), value) }).where(eq(messages.id, row));
      return;
    case 'inbound_bodies.body':
      await tx.db.update(inboundBodies).set({ body: seal(key, sealedAt.request(row), value) }).where(eq(inboundBodies.messageId, row));
      return;
    case 'citizen_contacts.value':
      return sealContact(ctx, tx, { citizenId: subject, pointId: row }, value, key);
    default:
      return sealCase(ctx, tx, row);
  }
};

const sealContact = async (ctx: Keys, tx: Tx, link: { citizenId: string; pointId: string }, value: string, key: DataKey): Promise<void> => {
  const [point] = await tx.db.select({ kind: contactPoints.kind }).from(contactPoints).where(eq(contactPoints.id, link.pointId));
  if (!point) return;
  const index = blindIndex(ctx.indexKey, point.kind, value);
  await tx.db.update(contactPoints).set({ index }).where(eq(contactPoints.id, link.pointId));
  await tx.db
    .update(citizenContacts)
    .set({ value: seal(key, sealedAt.contact(link.citizenId, index), value) })
    .where(and(eq(citizenContacts.citizenId, link.citizenId), eq(citizenContacts.contactPointId, link.pointId)));
};

const sealCase = async (ctx: Keys, tx: Tx, caseId: string): Promise<void> => {
  const [found] = await tx.db.select({ preview: cases.preview, place: casePlace }).from(cases).where(eq(cases.id, caseId));
  if (!found) return;
  if (found.preview !== null) await tx.db.update(cases).set({ preview: maskIdentifiers(found.preview) }).where(eq(cases.id, caseId));
  if (keepsSealed(found.place)) await keepTexts(ctx, tx, caseId, true);
};
