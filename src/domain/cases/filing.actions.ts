import { createHash } from 'node:crypto';
import type { Filing, Receipt } from '#contract/filing';
import type { Channel } from '#contract/words';
import type { StaffActor } from '#db/actor';
import { deriveCode, hashCode } from '#lib/code';
import { AppError, type FieldError } from '#lib/errors';
import { newId } from '#lib/id';
import { parsePhone } from '#lib/phone';
import { newReference } from '#lib/reference';
import { preview } from '#lib/text';
import type { Context } from '#domain/context';
import { legalBasis, legalDueDate, localDate } from '#domain/deadlines/deadlines.rules';
import { isProvince } from '#domain/territory/territory.rules';
import { findCategory } from '#domain/triage/category.rules';
import type { FiledCase, NewCase } from './opening.actions.ts';

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
  const row = prepareCase(ctx, filing, how.channel);
  if (how.idempotencyKey !== undefined) {
    row.key_hash = sha256(how.idempotencyKey);
    row.body_hash = sha256(JSON.stringify(filing));
  }
  return receiptOf(ctx, await ctx.intake.add(row));
};

/** Files a case that an operator took on the phone or at the counter; the operator tells the code. */
export const fileForCitizen = async (
  ctx: Context,
  actor: StaffActor,
  filing: Filing & { channel: Channel },
): Promise<Receipt> => {
  const { channel, ...content } = filing;
  const row = prepareCase(ctx, content, channel);
  row.actor_kind = 'staff';
  row.actor_id = actor.id;
  const { repeated: _, ...receipt } = receiptOf(ctx, await ctx.intake.add(row));
  return receipt;
};

const receiptOf = (ctx: Context, filed: FiledCase): Receipt & { repeated: boolean } => {
  if (filed.outcome === 'key_reused') throw new AppError('key_reused');
  return {
    reference: filed.reference,
    code: deriveCode(ctx.codeKey, filed.id),
    status: 'received',
    receivedAt: filed.receivedAt,
    legalDueDate: filed.legalDueDate,
    repeated: filed.outcome === 'repeated',
  };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The row of a new case, with its ids, reference, code and legal date. Checks what a schema cannot. */
const prepareCase = (ctx: Context, filing: Filing, channel: Channel): NewCase => {
  const category = filing.category === undefined ? null : findCategory(filing.category);
  const contacts = contactsOf(ctx.clock.now(), filing);
  const errors: FieldError[] = [...contacts.errors];
  if (filing.category !== undefined && !category) errors.push({ path: 'category', code: 'unknown_category' });
  if (filing.territory?.province !== undefined && !isProvince(filing.territory.province))
    errors.push({ path: 'territory.province', code: 'unknown_province' });
  if (filing.anonymous && (filing.contact !== undefined || filing.onBehalfOf !== undefined)) errors.push({ path: 'anonymous', code: 'anonymous_with_contact' });
  if (errors.length > 0) throw new AppError('invalid', { errors });

  return {
    ...blankCase(ctx, channel, filing.text),
    kind: filing.kind,
    body: filing.text,
    language: filing.language ?? null,
    category: category?.category ?? null,
    subcategory: category?.subcategory ?? null,
    programme: filing.programme ?? null,
    province: filing.territory?.province ?? null,
    commune: filing.territory?.commune ?? null,
    // Filed for somebody else: that person is the citizen, and the contact is the submitter's.
    citizen_name: filing.onBehalfOf?.name ?? filing.contact?.name ?? null,
    submitter_name: filing.onBehalfOf ? (filing.contact?.name ?? null) : null,
    submitter_relationship: filing.onBehalfOf?.relationship ?? null,
    anonymous: filing.anonymous ?? false,
    contacts: contacts.rows,
  };
};

/** A case with all that a machine gives it: ids, reference, code, instant, legal date (decree 2-17-265). */
export const blankCase = (ctx: Context, channel: Channel, text: string, receivedAt = ctx.clock.now()): NewCase => {
  const id = newId(receivedAt);
  const reference = newReference();
  return {
    id,
    reference,
    code_hash: hashCode(ctx.codeKey, reference, deriveCode(ctx.codeKey, id)).toString('hex'),
    kind: 'complaint',
    channel,
    language: null,
    category: null,
    subcategory: null,
    programme: null,
    province: null,
    commune: null,
    citizen_id: newId(receivedAt),
    citizen_name: null,
    submitter_name: null,
    submitter_relationship: null,
    anonymous: false,
    received_at: receivedAt.toISOString(),
    received_on: localDate(receivedAt),
    legal_due_date: legalDueDate(receivedAt),
    legal_basis: legalBasis.id,
    preview: preview(text, 160),
    deadline_id: newId(receivedAt),
    message_id: newId(receivedAt),
    body: null,
    actor_kind: 'citizen',
    actor_id: null,
    key_hash: null,
    body_hash: null,
    contacts: [],
  };
};

const contactsOf = (now: Date, { contact }: Filing): { rows: NewCase['contacts']; errors: FieldError[] } => {
  const rows: NewCase['contacts'] = [];
  const errors: FieldError[] = [];
  if (contact?.phone !== undefined) {
    const phone = parsePhone(contact.phone);
    if (!phone) errors.push({ path: 'contact.phone', code: 'invalid_phone' });
    else if (phone.country !== 'MA') errors.push({ path: 'contact.phone', code: 'foreign_phone' });
    else rows.push({ id: newId(now), kind: 'phone', value: phone.e164, main: true });
  }
  if (contact?.email !== undefined)
    rows.push({ id: newId(now), kind: 'email', value: contact.email.toLowerCase(), main: rows.length === 0 });
  return { rows, errors };
};
