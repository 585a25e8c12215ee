import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { AskPersonalData, PersonalData } from '#contract/rights';
import type { Channel, Kind, Language, Outcome, Status } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, citizenContacts, citizens, consentTexts, contactPoints, messages } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { unsealText, type DataKey } from '#lib/sealing';
import { casesInSight } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import { noteReason } from '#domain/cases/holding.actions';
import { readingsTold } from '#domain/cases/reading.queries';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { takeFromQuota } from '#domain/personal/quota.actions';
import { opened } from '#domain/personal/texts.rules';

type Case = typeof cases.$inferSelect;

/**
 * All that is held of the citizen of a case, as it is, for the citizen who asks to see it (law 09-08, article 7): who they
 * are has been checked by the person who asks here, and their reason says how. Internal notes are not the citizen's data.
 * That it was given is an event on each of the cases.
 *
 * @throws AppError not_found out of the person's sight, quota_exceeded; nothing is shown or kept then
 */
export const givePersonalData = (ctx: Context, actor: StaffActor, caseId: string, input: z.infer<typeof AskPersonalData>): Promise<PersonalData> =>
  ctx.db.withActor(actor, async (tx) => {
    const [asked] = await tx.db.select({ citizenId: cases.citizenId }).from(cases).where(and(eq(cases.id, caseId), casesInSight(actor)));
    if (!asked) throw notFound();
    const key = (await ctx.keys.read([asked.citizenId])).get(asked.citizenId);
    const theirs = await tx.db.select().from(cases).where(and(eq(cases.citizenId, asked.citizenId), casesInSight(actor))).orderBy(asc(cases.receivedAt));
    const now = ctx.clock.now();
    await takeFromQuota(ctx, tx, actor, now, 'givings');
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    const given: PersonalData['cases'] = [];
    for (const one of theirs) {
      given.push(await caseOf(ctx, tx, key, one));
      await record(tx, actor, now, { caseId: one.id, type: 'case.data_given', data: { noteId } });
    }
    return { citizen: await citizenOf(tx, key, asked.citizenId), cases: given };
  });

const citizenOf = async (tx: Tx, key: DataKey | undefined, citizenId: string): Promise<PersonalData['citizen']> => {
  const [citizen] = await tx.db.select({ name: citizens.name }).from(citizens).where(eq(citizens.id, citizenId));
  const contacts = await tx.db
    .select({ kind: contactPoints.kind, index: contactPoints.index, value: citizenContacts.value })
    .from(citizenContacts)
    .innerJoin(contactPoints, eq(contactPoints.id, citizenContacts.contactPointId))
    .where(eq(citizenContacts.citizenId, citizenId));
  return {
    name: unsealText(key, sealedAt.name(citizenId), citizen?.name ?? null),
    contacts: contacts.flatMap(({ kind, index, value }) => {
      const clear = unsealText(key, sealedAt.contact(citizenId, index), value);
      return clear === null ? [] : [{ kind: kind as 'phone' | 'email' | 'whatsapp' | 'alnum', value: clear }];
    }),
  };
};

const caseOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, key: DataKey | undefined, found: Case): Promise<PersonalData['cases'][number]> => {
  const said = await tx.db.select().from(messages).where(eq(messages.caseId, found.id)).orderBy(asc(messages.createdAt), asc(messages.id));
  const [consent] = await tx.db.select().from(consentTexts).where(eq(consentTexts.id, found.consentText ?? ''));
  return {
    reference: found.reference,
    kind: found.kind as Kind,
    status: found.status as Status,
    channel: found.channel as Channel,
    receivedAt: found.receivedAt.toISOString(),
    legalDueDate: found.legalDueDate,
    outcome: found.outcome as Outcome | null,
    consent: consent ? { language: consent.language as Language, text: consent.text } : null,
    messages: said.map((message) => ({
      at: message.createdAt.toISOString(),
      direction: message.direction as 'in' | 'out',
      channel: message.channel as Channel,
      text: opened(key, sealedAt.message(message.id), message.body, message.bodySealed) ?? '',
    })),
    readings: (await readingsTold(ctx, tx, found)).toReversed(),
  };
};
