import { and, eq } from 'drizzle-orm';
import { channelOf } from '#channels/channel';
import type { Kind, Language } from '#contract/words';
import { system, type Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, citizenContacts, contactPoints, messages } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { newId } from '#lib/id';
import { isMoroccan, takesSms } from '#lib/phone';
import { unsealText } from '#lib/sealing';
import { texts } from '#texts/index';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keepBody, keepingOf } from '#domain/personal/texts.actions';

/** Stands in a stored acknowledgement where the code goes: a code is never stored, it is derived when the SMS leaves. */
export const codePlace = '••••••';

type Addressee = {
  id: string;
  reference: string;
  kind: string;
  channel: string;
  language: string | null;
  legalDueDate: string;
  contactPointId: string | null;
};

/** Queues the receipt by SMS, in the citizen's language; who filed by SMS is told the code too. No phone: nothing. */
export const queueAcknowledgement = async (ctx: Context, tx: Tx, to: Addressee): Promise<void> => {
  const { sms } = texts[(to.language ?? 'ar') as Language];
  const text = sms.acknowledgement({
    kind: to.kind as Kind,
    reference: to.reference,
    dueDate: to.legalDueDate,
    ...(to.channel === 'sms' ? { code: codePlace } : {}),
  });
  await queueMessage(ctx, tx, system, to, { kind: 'acknowledgement', text });
};

/** Swindlers imitate the aid by SMS with links (DGSSI alert of 2 December 2024); ours never hold one, so that people can tell. */
const link = /https?:|www\.|[a-z0-9-]\.(?:ma|com|net|org|info|gov)(?![a-z])/i;

/**
 * Writes a message to the citizen. It leaves by SMS where we have a Moroccan mobile number; otherwise it waits on the tracking
 * page (`shown`). A foreign or nameless sender is never answered (`withheld`): such SMS cost, and can be bought.
 *
 * @returns whether the citizen can get to see it
 * @throws AppError link_in_sms
 */
export const queueMessage = async (
  ctx: Context,
  tx: Tx,
  actor: Actor,
  to: Addressee,
  message: { kind: 'acknowledgement' | 'reply' | 'question' | 'resolution'; text: string },
): Promise<{ reaches: boolean }> => {
  const known = await phoneOf(ctx, tx, to);
  // No SMS reaches a landline.
  const phone = known !== null && isMoroccan(known) && !takesSms(known) ? null : known;
  if (phone === null && message.kind === 'acknowledgement') return { reaches: false };
  if (phone !== null && link.test(message.text)) throw new AppError('link_in_sms');
  const now = ctx.clock.now();
  const id = newId(now);
  // Whoever wrote without a Moroccan number has no code either, and so no page to read on.
  const unanswerable = phone === null ? to.channel === 'sms' : !isMoroccan(phone);
  const state = unanswerable ? 'withheld' : phone === null || channelOf(ctx.channels, 'sms', null) === null ? 'shown' : 'queued';
  await tx.db.insert(messages).values({
    id,
    caseId: to.id,
    direction: 'out',
    channel: phone === null ? 'web' : 'sms',
    kind: message.kind,
    channelAccount: null,
    contactPointId: phone === null ? null : to.contactPointId,
    ...keepBody(await keepingOf(ctx, tx, to.id), sealedAt.message(id), message.text),
    state,
    authorId: actor.kind === 'staff' ? actor.id : null,
    createdAt: now,
    stateAt: now,
  });
  await record(tx, actor, now, {
    caseId: to.id,
    type: 'message.queued',
    data: { messageId: id, kind: message.kind },
  });
  if (state === 'queued') tx.afterCommit(() => ctx.jobs.add('send-message', [id]));
  return { reaches: state !== 'withheld' };
};

/** The number of a case's citizen at this contact point; null for other kinds, and once it is erased. */
export const phoneOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, at: { id: string; contactPointId: string | null }): Promise<string | null> => {
  if (at.contactPointId === null) return null;
  const [point] = await tx.db
    .select({ citizenId: cases.citizenId, index: contactPoints.index, value: citizenContacts.value })
    .from(cases)
    .innerJoin(citizenContacts, eq(citizenContacts.citizenId, cases.citizenId))
    .innerJoin(contactPoints, eq(contactPoints.id, citizenContacts.contactPointId))
    .where(and(eq(cases.id, at.id), eq(contactPoints.id, at.contactPointId), eq(contactPoints.kind, 'phone')));
  if (!point) return null;
  const keys = await ctx.keys.read([point.citizenId]);
  return unsealText(keys.get(point.citizenId), sealedAt.contact(point.citizenId, point.index), point.value);
};
