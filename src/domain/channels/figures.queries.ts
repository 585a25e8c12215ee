import { and, count, eq, gte, inArray, isNotNull, isNull, lte, min, ne, or, sql } from 'drizzle-orm';
import { channelOf, type Channel } from '#channels/channel';
import type { Tx } from '#db/client';
import { callbacks, calls, messages, recordings, sendAttempts } from '#db/schema/tables';
import { isDue } from '#domain/messages/pending.queries';

const hourMs = 3_600_000;
/** So long a provider may have a message without a word that it left; after that it waits there. */
const underWayMs = 10 * 60_000;

type Waiting = { count: number; oldestAt: Date | null };
type Tried = { tried: number; failed: number };
export type Figures = { queued: Waiting; received: Waiting; lastHour: Tried };

const earlier = (one: Date | null, other: Date | null): Date | null => (one === null || (other !== null && other < one) ? other : one);

/** What waits on each channel, and how it went in the last hour: read from what is undone, and from what was tried since then. */
export const figuresOf = async (tx: Tx, channels: readonly Channel[], now: Date): Promise<(channel: Channel) => Figures> => {
  const pending = await pendingOn(tx, channels, now);
  const tried = await triedSince(tx, channels, new Date(now.getTime() - hourMs));
  return (channel) => {
    // One that is on no account yet leaves by the preferred one of its channel.
    const own = pending.filter((row) => channelOf(channels, channel.name, row.account) === channel && row.channel === channel.name);
    const sum = (...states: string[]): Waiting =>
      own.filter((row) => states.includes(row.state)).reduce<Waiting>((all, row) => ({ count: all.count + row.count, oldestAt: earlier(all.oldestAt, row.oldestAt) }), { count: 0, oldestAt: null });
    const { tried: handed = 0, failed = 0 } = tried.find((row) => row.channel === channel.name && row.account === channel.account) ?? {};
    return { queued: sum('queued', 'sending'), received: sum('received'), lastHour: { tried: handed, failed } };
  };
};

/** Of what its provider has: since then. Of words that are said again: since it was time to. */
const oldestAt = sql`min(case when ${messages.state} = 'sending' then ${sendAttempts.beganAt} when ${messages.repeats} is null then ${messages.createdAt} else coalesce(${messages.nextTryAt}, ${messages.createdAt}) end)`.mapWith(messages.createdAt);

/** Words that are said again later rest until then, and wait for nothing of the channel before. */
const pendingOn = (tx: Tx, channels: readonly Channel[], now: Date) =>
  tx.db
    .select({ state: messages.state, channel: messages.channel, account: messages.channelAccount, count: count(), oldestAt })
    .from(messages)
    .leftJoin(sendAttempts, eq(sendAttempts.id, messages.attemptId))
    .where(
      and(
        inArray(messages.state, ['queued', 'received', 'sending']),
        inArray(messages.channel, channels.map(({ name }) => name)),
        or(isNull(messages.repeats), isDue(now)),
        or(ne(messages.state, 'sending'), lte(sendAttempts.beganAt, new Date(now.getTime() - underWayMs))),
      ),
    )
    .groupBy(messages.state, messages.channel, messages.channelAccount);

/** To be asked to wait is no failure; no answer is one until the message is found. What was accepted fails by a report, which stands on the message. */
const triedSince = (tx: Tx, channels: readonly Channel[], since: Date) =>
  tx.db
    .select({
      channel: sendAttempts.channel,
      account: sendAttempts.account,
      tried: count(),
      failed: sql`count(*) filter (where ${sendAttempts.outcome} in ('rejected', 'unknown') or (${messages.state} = 'failed' and ${messages.attemptId} = ${sendAttempts.id}))`.mapWith(Number),
    })
    .from(sendAttempts)
    .innerJoin(messages, eq(messages.id, sendAttempts.messageId))
    .where(
      and(
        inArray(sendAttempts.channel, channels.map(({ name }) => name)),
        inArray(sendAttempts.account, channels.map(({ account }) => account)),
        gte(sendAttempts.beganAt, since),
        isNotNull(sendAttempts.outcome),
        sql`${sendAttempts.class} is distinct from 'throttled'`,
      ),
    )
    .groupBy(sendAttempts.channel, sendAttempts.account);

/** The same of the telephone: who waits to be called, what was recorded and is still with the provider, and how often it was asked for a call in the last hour. */
export const figuresOfCalls = async (tx: Tx, account: string, now: Date): Promise<Figures> => {
  const [queued = none] = await tx.db.select({ count: count(), oldestAt: min(callbacks.requestedAt) }).from(callbacks).where(isNull(callbacks.endedAt));
  const [received = none] = await tx.db
    .select({ count: count(), oldestAt: min(calls.startedAt) })
    .from(recordings)
    .innerJoin(calls, eq(calls.id, recordings.callId))
    .where(and(isNotNull(recordings.nextAt), eq(recordings.state, 'wanted')));
  const [lastHour = { tried: 0, failed: 0 }] = await tx.db
    .select({ tried: count(), failed: sql`count(*) filter (where ${calls.providerId} = ${calls.id}::text and ${calls.endedAt} is not null)`.mapWith(Number) })
    .from(calls)
    .where(and(eq(calls.account, account), eq(calls.direction, 'out'), gte(calls.startedAt, new Date(now.getTime() - hourMs))));
  return { queued, received, lastHour };
};

const none: Waiting = { count: 0, oldestAt: null };
