import type { InboundMessage } from '#channels/channel';
import { system } from '#db/actor';
import type { NewKey } from '#db/key-store';
import { createBatcher } from '#lib/batcher';
import { newId } from '#lib/id';
import { parsePhone } from '#lib/phone';
import { blindIndex, seal } from '#lib/sealing';
import type { Context } from '#domain/context';
import { isFromOurselves, takeOwnSms } from '#domain/channels/own-sms.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { bodyOf } from './inbound.rules.ts';

export type InboundRow = {
  id: string;
  contact_id: string;
  contact_kind: string;
  /** Bytes in hexadecimal: `sender` and `raw` are sealed under `key`, the message's own. */
  contact_index: string;
  sender: string;
  key: NewKey;
  channel: string;
  channel_account: string;
  provider_id: string;
  reply_to?: string;
  body: string;
  raw: string;
  /** What came with it and lies with the provider. */
  files: { id: string; position: number; url: string }[];
  received_at: string;
};

/** Stores any number of inbound messages; one that is known by account and provider id changes nothing. */
const storeInbound = `
with input as (
  select * from json_to_recordset($1::json) as x(id uuid, contact_id uuid, contact_kind text, contact_index text,
    sender text, channel text, channel_account text, provider_id text, reply_to text, body text, raw text, files json, received_at timestamptz)
), point as (
  insert into contact_points (id, kind, index, last_seen_at)
  select distinct on (contact_kind, contact_index) contact_id, contact_kind, decode(contact_index, 'hex'), received_at
  from input order by contact_kind, contact_index
  on conflict (kind, index) do update set last_seen_at = greatest(contact_points.last_seen_at, excluded.last_seen_at)
  returning id, kind, index
), stored as (
  insert into messages (id, direction, channel, kind, channel_account, provider_id, reply_to, contact_point_id, body, sender,
    state, created_at, state_at, seq)
  select i.id, 'in', i.channel, 'follow_up', i.channel_account, i.provider_id, i.reply_to, p.id, i.body, decode(i.sender, 'hex'),
    'received', i.received_at, i.received_at, null
  from input i join point p on p.kind = i.contact_kind and p.index = decode(i.contact_index, 'hex')
  on conflict (channel_account, provider_id) where provider_id is not null do nothing
  returning id
), kept as (
  insert into inbound_bodies (message_id, body, received_at) select i.id, decode(i.raw, 'hex'), i.received_at from input i join stored using (id)
), waiting as (
  insert into provider_files (id, message_id, position, url, state, due_at)
  select f.id, i.id, f.position, f.url, 'waiting', i.received_at
  from input i join stored using (id) cross join lateral json_to_recordset(i.files) as f(id uuid, position smallint, url text)
)
select id from stored`;

/** The writer of inbound messages: batched as web filings are, and for the same reason. A provider is no citizen: the system takes what it brings. */
export const createInbox = (ctx: Pick<Context, 'db' | 'jobs' | 'keys'>) =>
  createBatcher<InboundRow, 'stored'>({
    run: async (rows) => {
      await ctx.keys.keep(rows.map(({ key }) => key));
      const input = JSON.stringify(rows.map(({ key: _, ...row }) => row));
      const stored = await ctx.db.withActor(system, (tx) => tx.raw<{ id: string }>(storeInbound, [input]));
      ctx.jobs.add('route-message', stored.map(({ id }) => id), { together: true });
      return rows.map(() => 'stored');
    },
    maxBatch: 200,
    maxWaiting: 2000,
  });

/**
 * Stores a message that a provider brought; resolves after commit, and again without effect for a repeat.
 *
 * @returns whether somebody wrote it: what the line sends to itself is not kept
 */
export const receiveMessage = async (ctx: Context, message: InboundMessage): Promise<boolean> => {
  if (await takeOwnSms(ctx, message)) return false;
  const now = ctx.clock.now();
  const id = newId(now);
  const key = ctx.keys.make(id);
  const { kind, value: sender } = isFromOurselves(ctx, message) ? nobody(message) : senderOf(message);
  await ctx.inbox.add({
    id,
    contact_id: newId(now),
    contact_kind: kind,
    contact_index: blindIndex(ctx.indexKey, kind, sender).toString('hex'),
    sender: seal(key.key, sealedAt.sender(id), sender).toString('hex'),
    key,
    channel: message.channel,
    channel_account: message.account,
    provider_id: message.providerId,
    ...(message.replyTo === undefined ? {} : { reply_to: message.replyTo }),
    body: storable(bodyOf(message)),
    raw: seal(key.key, sealedAt.request(id), JSON.stringify(message.raw)).toString('hex'),
    files: message.media.map(({ url }, position) => ({ id: newId(now), position, url: storable(url.slice(0, 500)) })),
    received_at: (message.heldSince !== undefined && message.heldSince < now ? message.heldSince : now).toISOString(),
  });
  return true;
};

/**
 * Who wrote: a number wherever there is one, so that a person is the same by SMS and by WhatsApp; else the provider's id. A
 * short code or a name ("INWI") is kept as it is, and never answered.
 */
const senderOf = ({ from, userId }: InboundMessage): { kind: 'phone' | 'whatsapp' | 'alnum'; value: string } => {
  const phone = from === userId ? null : parsePhone(from);
  if (phone) return { kind: 'phone', value: phone.e164 };
  return userId === undefined ? nobody({ from }) : { kind: 'whatsapp', value: userId };
};

/** Our own phone too: an answer to it would come back to us, and be answered. */
const nobody = ({ from }: Pick<InboundMessage, 'from'>) => ({ kind: 'alnum' as const, value: from.slice(0, 100) });

/** PostgreSQL holds no NUL and UTF-8 no lone surrogate; what a person writes is kept otherwise as it is. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '');
