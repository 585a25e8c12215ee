import { channelOf } from '#channels/channel';
import { mostParts, partsOf } from '#contract/sms';
import type { Kind, Language } from '#contract/words';
import { system, type Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { messages } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { newId } from '#lib/id';
import { isMoroccan, takesSms } from '#lib/phone';
import { texts } from '#texts/index';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keepBody, keepingOf } from '#domain/personal/texts.actions';
import { holdsLink } from './links.rules.ts';
import { lastHeardBy, reachOf } from './reaching.queries.ts';
import { asSent } from './wording.rules.ts';

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

/**
 * Queues the receipt, in the citizen's language; who filed by a message is told the code too, and may be asked for the place in
 * the same message. No phone or WhatsApp: nothing.
 */
export const queueAcknowledgement = async (ctx: Context, tx: Tx, to: Addressee, asksPlace: boolean): Promise<void> => {
  const { sms } = texts[(to.language ?? 'ar') as Language];
  const text = sms.acknowledgement({
    kind: to.kind as Kind,
    reference: to.reference,
    dueDate: to.legalDueDate,
    asksPlace,
    ...(to.channel === 'sms' || to.channel === 'whatsapp' ? { code: codePlace } : {}),
  });
  await queueMessage(ctx, tx, system, to, { kind: 'acknowledgement', text });
};

/**
 * Writes a message to the citizen. It leaves by WhatsApp where they last wrote so, else by SMS where we have a Moroccan mobile
 * number; otherwise it waits on the tracking page (`shown`). A foreign or nameless sender of SMS is never answered (`withheld`):
 * such SMS cost, and can be bought.
 *
 * @returns whether the citizen can get to see it
 * @throws AppError link_in_sms; long_sms
 */
export const queueMessage = async (
  ctx: Context,
  tx: Tx,
  actor: Actor,
  to: Addressee,
  message: { kind: 'acknowledgement' | 'reply' | 'question' | 'resolution' | 'safety'; text: string },
): Promise<{ reaches: boolean }> => {
  const reach = await reachOf(ctx, tx, to);
  const onWhatsApp = reach !== null && (await isOnWhatsApp(ctx, tx, to, message.kind));
  const known = reach?.kind === 'phone' ? reach.value : null;
  // No SMS reaches a landline.
  const phone = known !== null && isMoroccan(known) && !takesSms(known) ? null : known;
  const channel = onWhatsApp ? 'whatsapp' : phone === null ? 'web' : 'sms';
  if (channel === 'web' && message.kind === 'acknowledgement') return { reaches: false };
  // Swindlers imitate the aid by SMS with links (DGSSI alert of 2 December 2024); ours never hold one, so that people can tell.
  if (channel !== 'web' && holdsLink(message.text)) throw new AppError('link_in_sms');
  const leaves = channel !== 'web' && channelOf(ctx.channels, channel, null) !== null;
  if (leaves && channel === 'sms' && actor.kind === 'staff' && partsOf(asSent({ kind: message.kind, channel }, to, message.text)) > mostParts) throw new AppError('long_sms');
  const now = ctx.clock.now();
  const id = newId(now);
  // Whoever wrote without a Moroccan number has no code either, and so no page to read on.
  const unanswerable = channel === 'web' ? to.channel === 'sms' : channel === 'sms' && phone !== null && !isMoroccan(phone);
  const state = unanswerable ? 'withheld' : leaves ? 'queued' : 'shown';
  await tx.db.insert(messages).values({
    id,
    caseId: to.id,
    direction: 'out',
    channel,
    kind: message.kind,
    channelAccount: null,
    contactPointId: channel === 'web' ? null : to.contactPointId,
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

/** A receipt answers what opened the case, anything later what was written last. */
const isOnWhatsApp = async (ctx: Context, tx: Tx, to: Addressee, kind: string): Promise<boolean> => {
  if (channelOf(ctx.channels, 'whatsapp', null) === null) return false;
  const heardBy = kind === 'acknowledgement' ? to.channel : ((await lastHeardBy(tx, to.id)) ?? to.channel);
  return heardBy === 'whatsapp';
};
