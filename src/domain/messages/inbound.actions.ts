import { and, eq, gt, notInArray, or, sql } from 'drizzle-orm';
import type { Form, InboundMessage } from '#channels/channel';
import { finalStatuses } from '#contract/words';
import { citizen, system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, contactPoints, messages } from '#db/schema/tables';
import { createBatcher } from '#lib/batcher';
import { newId } from '#lib/id';
import { parsePhone } from '#lib/phone';
import { parseReference } from '#lib/reference';
import { record } from '#domain/cases/events.actions';
import { blankCase } from '#domain/cases/filing.actions';
import { openAll } from '#domain/cases/opening.actions';
import type { Context } from '#domain/context';

export type InboundRow = {
  id: string;
  contact_id: string;
  contact_kind: string;
  contact_value: string;
  channel_account: string;
  provider_id: string;
  body: string;
  raw: unknown;
  received_at: string;
};

/** Stores any number of inbound messages; one that is known by account and provider id changes nothing. */
const storeInbound = `
with input as (
  select * from json_to_recordset($1::json) as x(id uuid, contact_id uuid, contact_kind text, contact_value text,
    channel_account text, provider_id text, body text, raw jsonb, received_at timestamptz)
), point as (
  insert into contact_points (id, kind, value, last_seen_at)
  select distinct on (contact_kind, contact_value) contact_id, contact_kind, contact_value, received_at
  from input order by contact_kind, contact_value
  on conflict (kind, value) do update set last_seen_at = excluded.last_seen_at
  returning id, kind, value
), stored as (
  insert into messages (id, direction, channel, kind, channel_account, provider_id, contact_point_id, body, state,
    created_at, state_at)
  select i.id, 'in', 'sms', 'follow_up', i.channel_account, i.provider_id, p.id, i.body, 'received', i.received_at, i.received_at
  from input i join point p on p.kind = i.contact_kind and p.value = i.contact_value
  on conflict on constraint messages_provider do nothing
  returning id
), kept as (
  insert into inbound_bodies (message_id, body, received_at) select i.id, i.raw, i.received_at from input i join stored using (id)
)
select id from stored`;

/** The writer of inbound messages: batched as web filings are, and for the same reason. */
export const createInbox = (ctx: Pick<Context, 'db' | 'jobs'>) =>
  createBatcher<InboundRow, 'stored'>({
    run: async (rows) => {
      const stored = await ctx.db.withActor(citizen, (tx) => tx.raw<{ id: string }>(storeInbound, [JSON.stringify(rows)]));
      ctx.jobs.add('route-message', stored.map(({ id }) => id));
      return rows.map(() => 'stored');
    },
    maxBatch: 200,
    maxWaiting: 2000,
  });

/** Stores a message that a provider brought; resolves after commit, and again without effect for a repeat. */
export const receiveMessage = async (ctx: Context, message: InboundMessage): Promise<void> => {
  const now = ctx.clock.now();
  const phone = parsePhone(message.from);
  await ctx.inbox.add({
    id: newId(now),
    contact_id: newId(now),
    // A short code or a name ("INWI") is kept as it is, and never answered.
    contact_kind: phone ? 'phone' : 'alnum',
    contact_value: phone?.e164 ?? message.from.slice(0, 100),
    channel_account: message.account,
    provider_id: message.providerId,
    body: storable(message.text),
    raw: storableForm(message.raw),
    received_at: now.toISOString(),
  });
};

/** PostgreSQL holds no NUL and UTF-8 no lone surrogate; what a provider sends is kept otherwise as it is. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '');

const storableForm = (form: Form): Form =>
  Object.fromEntries(
    Object.entries(form).map(([key, value]) => [storable(key), typeof value === 'string' ? storable(value) : value?.map(storable)]),
  );

const joinWindowDays = 7;

/**
 * Decides where a received message belongs: the open case whose reference it names, the only one that waits for the
 * sender's answer, the sender's only open case of the last week, or a new case. Messages of one sender are decided one after another. A second run changes nothing.
 */
export const routeMessage = (ctx: Context, messageId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [message] = await tx.db
      .select()
      .from(messages)
      .where(and(eq(messages.id, messageId), eq(messages.state, 'received')))
      .for('update');
    if (!message?.contactPointId) return;
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${message.contactPointId}, 0))`);
    const caseId = await caseOf(tx, message.contactPointId, message.body, message.createdAt);
    if (caseId === null) await openFrom(ctx, tx, { ...message, contactPointId: message.contactPointId });
    else await append(ctx, tx, caseId, messageId);
  });

const isOpen = notInArray(cases.status, [...finalStatuses, 'resolved']);

const caseOf = async (tx: Tx, contactPointId: string, text: string, at: Date): Promise<string | null> => {
  const named = (text.match(/[\d٠-٩۰-۹][\d٠-٩۰-۹ .-]{8,20}/gu) ?? []).map(parseReference).find((reference) => reference !== null);
  if (named) {
    const [own] = await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(eq(cases.reference, named), eq(cases.contactPointId, contactPointId), isOpen));
    if (own) return own.id;
  }
  const since = new Date(at.getTime() - joinWindowDays * 86_400_000);
  const lastHeard = sql`(select max(m.created_at) from messages m where m.case_id = ${cases.id})`;
  const waits = eq(cases.status, 'awaiting_citizen');
  const open = await tx.db
    .select({ id: cases.id, status: cases.status })
    .from(cases)
    .where(and(eq(cases.contactPointId, contactPointId), isOpen, or(waits, gt(cases.receivedAt, since), sql`${lastHeard} > ${since.toISOString()}`)));
  // A text after a question is its answer, however late and whatever else is open.
  const asked = open.filter(({ status }) => status === 'awaiting_citizen');
  const [only, ...others] = asked.length > 0 ? asked : open;
  return only && others.length === 0 ? only.id : null;
};

const openFrom = async (
  ctx: Context,
  tx: Tx,
  message: { id: string; body: string; contactPointId: string; createdAt: Date },
): Promise<void> => {
  const [point] = await tx.db
    .select({ kind: contactPoints.kind, value: contactPoints.value })
    .from(contactPoints)
    .where(eq(contactPoints.id, message.contactPointId));
  if (!point) throw new Error('a message has no contact point');
  const row = {
    ...blankCase(ctx, 'sms', message.body, message.createdAt),
    kind: 'complaint',
    message_id: message.id,
    contacts: [{ id: message.contactPointId, kind: point.kind as 'phone' | 'alnum', value: point.value, main: true }],
  };
  await openAll(tx, [row]);
  await tx.db
    .update(messages)
    .set({ caseId: row.id, kind: 'narrative', state: 'routed', stateAt: ctx.clock.now() })
    .where(eq(messages.id, message.id));
  tx.afterCommit(() => ctx.jobs.add('triage-case', [row.id]));
};

/** Adds a citizen's message to a case; one that waited for the citizen goes on. */
const append = async (ctx: Context, tx: Tx, caseId: string, messageId: string): Promise<void> => {
  const now = ctx.clock.now();
  await tx.db.update(messages).set({ caseId, state: 'routed', stateAt: now }).where(eq(messages.id, messageId));
  await heardFromCitizen(ctx, tx, caseId, messageId, now);
};

/** Inside the transaction that stores a citizen's further message: events, version, and the end of waiting. */
export const heardFromCitizen = async (ctx: Context, tx: Tx, caseId: string, messageId: string, now: Date): Promise<void> => {
  const [before] = await tx.db.select({ status: cases.status }).from(cases).where(eq(cases.id, caseId)).for('update');
  const resumes = before?.status === 'awaiting_citizen';
  const [after] = await tx.db
    .update(cases)
    .set({ version: sql`${cases.version} + 1`, ...(resumes ? { status: 'in_progress' } : {}) })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, centreId: cases.centreId, queueId: cases.queueId });
  await record(tx, citizen, now, { caseId, type: 'message.received', data: { messageId } });
  if (resumes)
    await record(tx, system, now, { caseId, type: 'case.moved', data: { from: 'awaiting_citizen', to: 'in_progress', reason: 'citizen_wrote' } });
  if (after) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...after }));
};
