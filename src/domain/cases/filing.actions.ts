import type { Filing, Receipt } from '#contract/filing';
import type { Channel } from '#contract/words';
import { citizen, type Actor, type StaffActor } from '#db/actor';
import { AppError, invalid, type FieldError } from '#lib/errors';
import { hmac } from '#lib/hmac';
import { parsePhone } from '#lib/phone';
import { receiptToken } from '#lib/receipt';
import type { Context } from '#domain/context';
import { listOrganisations } from '#domain/referrals/organisations.queries';
import { consentTexts } from '#domain/rights/consent.actions';
import { isProvince } from '#domain/territory/territory.rules';
import { findCategory } from '#domain/triage/category.rules';
import { fileWithAttachments } from './attached.actions.ts';
import type { Draft } from './intake.actions.ts';
import type { Said } from './opening.actions.ts';

/**
 * Files what a citizen sent on the web or through the API. Returns only after commit.
 *
 * @param how.idempotencyKey the same key and content give the same receipt, code included (`repeated`)
 * @throws AppError invalid (fields by path), key_reused, busy
 */
export const fileCase = async (
  ctx: Context,
  filing: Filing,
  how: { channel: Channel; idempotencyKey?: string },
): Promise<Receipt & { repeated: boolean }> => {
  const draft = draftOf(ctx, filing, how.channel);
  if (how.idempotencyKey !== undefined) bindToKey(ctx, draft, how.idempotencyKey, filing);
  return file(ctx, citizen, draft, filing);
};

const bindToKey = (ctx: Context, draft: Draft, key: string, filing: Filing): void => {
  draft.said.key_hash = hmac(ctx.indexKey, `insat/idempotency-key/1\0${key}`).toString('hex');
  draft.said.body_hash = bodyHashOf(ctx, filing);
};

/**
 * Files a case that an operator took on the phone or at the counter, or that a partner brings for somebody it accompanies:
 * then the submitter is the partner. Whoever files tells the code.
 *
 * @param idempotencyKey of this person: the same key and content give the same receipt, code included (`repeated`)
 * @throws AppError invalid where the channel is not the person's, or a partner names nobody as accompanied; key_reused, busy
 */
export const fileForCitizen = async (
  ctx: Context,
  actor: StaffActor,
  filing: Filing & { channel: Channel },
  idempotencyKey?: string,
): Promise<Receipt & { repeated: boolean }> => {
  const { channel, ...content } = filing;
  const partner = actor.role === 'partner';
  if (partner !== (channel === 'partner')) throw invalid('channel', 'not_yours');
  const draft = draftOf(ctx, content, channel);
  if (partner) draft.said.submitter_name = await submitterOf(ctx, actor, content);
  draft.said.actor_kind = 'staff';
  draft.said.actor_id = actor.id;
  // The answer tells a code: nobody gets it by the key of another.
  if (idempotencyKey !== undefined) bindToKey(ctx, draft, `${actor.id}\0${idempotencyKey}`, filing);
  return file(ctx, actor, draft, filing);
};

/** The association that accompanies the citizen; whose name is given as the contact's would be somebody else's. */
const submitterOf = async (ctx: Context, actor: StaffActor, { onBehalfOf, contact }: Filing): Promise<string> => {
  if (!onBehalfOf) throw invalid('onBehalfOf', 'required');
  if (contact?.name !== undefined) throw invalid('contact.name', 'unexpected');
  const own = (await listOrganisations(ctx, actor)).find(({ id }) => id === actor.organisationId);
  if (!own) throw new AppError('forbidden');
  return own.names['ar'] ?? own.id;
};

const file = async (ctx: Context, actor: Actor, draft: Draft, filing: Filing): Promise<Receipt & { repeated: boolean }> => {
  const { attachments = [] } = filing;
  const filed = attachments.length === 0 ? await ctx.intake.add(draft) : await fileWithAttachments(ctx, actor, draft, attachments, (contents) => bodyHashOf(ctx, { ...filing, attachments: contents }));
  if (!filed) throw new AppError('key_reused');
  const { id, reference, code, receivedAt, legalDueDate } = filed;
  const proof = receiptToken(ctx.codeKey, id);
  return { reference, code, status: 'received', receivedAt, legalDueDate, proof, repeated: filed.outcome === 'repeated' };
};

// Hashes without a key would let a phone number be tried out: in what was sent, and in the key of a client that makes it of one.
const bodyHashOf = (ctx: Pick<Context, 'indexKey'>, filing: Filing): string => hmac(ctx.indexKey, `insat/filing/1\0${JSON.stringify(filing)}`).toString('hex');

/** What was said, as the database takes it. Checks what a schema cannot. */
const draftOf = (ctx: Context, filing: Filing, channel: Channel): Draft => {
  const category = filing.category === undefined ? undefined : findCategory(filing.category);
  const contacts = contactsOf(filing);
  const errors: FieldError[] = [...contacts.errors];
  if (filing.category !== undefined && !category) errors.push({ path: 'category', code: 'unknown_category' });
  if (filing.territory?.province !== undefined && !isProvince(filing.territory.province))
    errors.push({ path: 'territory.province', code: 'unknown_province' });
  if (filing.anonymous && (filing.contact !== undefined || filing.onBehalfOf !== undefined)) errors.push({ path: 'anonymous', code: 'anonymous_with_contact' });
  if (errors.length > 0) throw new AppError('invalid', { errors });

  const said: Said = {
    kind: filing.kind,
    channel,
    body: filing.text,
    language: filing.language,
    category: category?.category,
    subcategory: category?.subcategory ?? undefined,
    programme: filing.programme,
    province: filing.territory?.province,
    commune: filing.territory?.commune,
    // Filed for somebody else: that person is the citizen, and the contact is the submitter's.
    citizen_name: filing.onBehalfOf?.name ?? filing.contact?.name,
    submitter_name: filing.onBehalfOf ? filing.contact?.name : undefined,
    submitter_relationship: filing.onBehalfOf?.relationship,
    anonymous: filing.anonymous,
    consent_text: consentTexts[filing.language ?? 'ar'].id,
    actor_kind: 'citizen',
    contacts: contacts.rows,
  };
  return { said, receivedAt: ctx.clock.now(), text: filing.text };
};

const contactsOf = ({ contact }: Filing): { rows: Said['contacts']; errors: FieldError[] } => {
  const rows: Said['contacts'] = [];
  const errors: FieldError[] = [];
  if (contact?.phone !== undefined) {
    const phone = parsePhone(contact.phone);
    if (!phone) errors.push({ path: 'contact.phone', code: 'invalid_phone' });
    else if (phone.country !== 'MA') errors.push({ path: 'contact.phone', code: 'foreign_phone' });
    else rows.push({ kind: 'phone', value: phone.e164, main: true });
  }
  if (contact?.email !== undefined)
    rows.push({ kind: 'email', value: contact.email.toLowerCase(), main: rows.length === 0 });
  return { rows, errors };
};
