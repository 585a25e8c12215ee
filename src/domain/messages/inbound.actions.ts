import type { Form, InboundMessage } from '#channels/channel';
import { citizen } from '#db/actor';
import { createBatcher } from '#lib/batcher';
import { newId } from '#lib/id';
import { parsePhone } from '#lib/phone';
import type { Context } from '#domain/context';
import { bodyOf } from './inbound.rules.ts';

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
    created_at, state_at, seq)
  select i.id, 'in', 'sms', 'follow_up', i.channel_account, i.provider_id, p.id, i.body, 'received', i.received_at, i.received_at, null
  from input i join point p on p.kind = i.contact_kind and p.value = i.contact_value
  on conflict (channel_account, provider_id) where provider_id is not null do nothing
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
      ctx.jobs.add('route-message', stored.map(({ id }) => id), { together: true });
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
    body: storable(bodyOf(message)),
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
