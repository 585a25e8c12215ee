import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Rectify } from '#contract/rights';
import type { CaseSummary } from '#contract/staff';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { citizenContacts, citizens, contactPoints } from '#db/schema/tables';
import { AppError, invalid } from '#lib/errors';
import { newId } from '#lib/id';
import { parsePhone } from '#lib/phone';
import { blindIndex, seal, type DataKey } from '#lib/sealing';
import { record } from '#domain/cases/events.actions';
import { assertHeldOrFree, change, lockCase, noteReason } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { sayWaitingToNewNumber } from '#domain/messages/new-number.actions';
import { sealedAt } from '#domain/personal/places.rules';

/**
 * Corrects who the citizen of a case is and how they are reached (law 09-08, article 8). What was wrong is not kept: the
 * event names the fields only. A new number is the one that is written to from now on,
 * also with what could not be said to the old one.
 *
 * @throws AppError invalid (phone), erased, taken, stale, not_found
 */
export const rectify = async (ctx: Context, actor: StaffActor, caseId: string, input: Rectify): Promise<CaseSummary> => {
  const phone = input.phone === undefined ? null : parsePhone(input.phone);
  if (input.phone !== undefined && phone?.country !== 'MA') throw invalid('phone', phone ? 'foreign_phone' : 'invalid_phone');
  await ctx.db.withActor(actor, async (tx) => assertHeldOrFree(await lockCase(tx, actor, caseId, input.version), actor));
  // A number may be somebody else's too, whom the actor cannot see: the rest is done by the system, in the actor's name.
  return ctx.db.withActor(system, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    assertHeldOrFree(found, actor);
    const key = (await ctx.keys.read([found.citizenId])).get(found.citizenId);
    if (!key) throw new AppError('erased');
    const now = ctx.clock.now();
    const put = (kind: 'phone' | 'email', value: string) => putContact(ctx, tx, { citizenId: found.citizenId, key, kind, value, at: now });
    if (input.name !== undefined) await tx.db.update(citizens).set({ name: seal(key, sealedAt.name(found.citizenId), input.name) }).where(eq(citizens.id, found.citizenId));
    const email = input.email === undefined ? null : await put('email', input.email.toLowerCase());
    const main = phone ? await put('phone', phone.e164) : email;
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    const fields = (['name', 'phone', 'email'] as const).filter((field) => input[field] !== undefined);
    await record(tx, actor, now, { caseId, type: 'case.rectified', data: { fields, noteId } });
    const changed = await change(ctx, tx, found, main !== null && (phone !== null || found.contactPointId === null) ? { contactPointId: main } : {});
    if (phone !== null && main !== null) await sayWaitingToNewNumber(ctx, tx, caseId, main);
    return changed;
  });
};

/** Takes the place of what the citizen had of this kind. @returns the contact point */
const putContact = async (
  ctx: Pick<Context, 'indexKey'>,
  tx: Tx,
  { citizenId, key, kind, value, at }: { citizenId: string; key: DataKey; kind: 'phone' | 'email'; value: string; at: Date },
): Promise<string> => {
  const index = blindIndex(ctx.indexKey, kind, value);
  const [point] = await tx.db
    .insert(contactPoints)
    .values({ id: newId(at), kind, index, lastSeenAt: at })
    .onConflictDoUpdate({ target: [contactPoints.kind, contactPoints.index], set: { lastSeenAt: sql`greatest(${contactPoints.lastSeenAt}, excluded.last_seen_at)` } })
    .returning({ id: contactPoints.id });
  if (!point) throw new Error('a contact point was neither made nor found');
  const ofKind = tx.db.select({ id: contactPoints.id }).from(contactPoints).where(eq(contactPoints.kind, kind));
  await tx.db.delete(citizenContacts).where(and(eq(citizenContacts.citizenId, citizenId), inArray(citizenContacts.contactPointId, ofKind)));
  await tx.db.insert(citizenContacts).values({ citizenId, contactPointId: point.id, value: seal(key, sealedAt.contact(citizenId, index), value) });
  return point.id;
};
