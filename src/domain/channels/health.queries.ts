import { and, count, inArray, min } from 'drizzle-orm';
import { channelOf, type Channel } from '#channels/channel';
import type { ChannelHealth } from '#contract/channels';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { channelAccounts, messages } from '#db/schema/tables';
import { may } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { healthOf } from './health.rules.ts';

/**
 * Each channel that is configured, the preferred of each name first. Operators are told how it is; our end of it, which may be
 * a number, and what waits there is for those who mend it.
 */
export const listChannels = (ctx: Pick<Context, 'db' | 'clock' | 'channels'>, actor: StaffActor): Promise<ChannelHealth[]> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const rows = await tx.db.select().from(channelAccounts);
    const waiting = may(actor, 'channel.figures') ? await waitingBy(tx, ctx.channels) : null;
    return ctx.channels.map((channel): ChannelHealth => {
      const row = rows.find((one) => one.channel === channel.name && one.account === channel.account);
      const queued = waiting?.('queued', channel) ?? null;
      const received = waiting?.('received', channel) ?? null;
      const { state, since } = healthOf(
        {
          heartbeat: channel.capabilities.heartbeat,
          // Without a row it has just been configured.
          knownSince: row?.knownSince ?? now,
          lastSeenAt: row?.lastSeenAt ?? null,
          checkedAt: row?.checkedAt ?? null,
          failingSince: row?.failingSince ?? null,
          oldestQueuedAt: queued?.oldestAt ?? null,
        },
        now,
      );
      return {
        channel: channel.name,
        state,
        since: told(since),
        lastSeenAt: told(row?.lastSeenAt),
        figures: queued && received && {
          account: channel.account,
          checkedAt: told(row?.checkedAt),
          code: row?.code ?? null,
          reconciledAt: told(row?.reconciledAt),
          queued: { ...queued, oldestAt: told(queued.oldestAt) },
          received: { ...received, oldestAt: told(received.oldestAt) },
        },
      };
    });
  });

const told = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

type Waiting = { count: number; oldestAt: Date | null };

/** What waits in a state on a channel. A message of ours that is on no account yet leaves by the preferred one of its channel. */
const waitingBy = async (tx: Tx, channels: readonly Channel[]): Promise<(state: 'queued' | 'received', channel: Channel) => Waiting> => {
  const rows = await tx.db
    .select({ state: messages.state, channel: messages.channel, account: messages.channelAccount, count: count(), oldestAt: min(messages.createdAt) })
    .from(messages)
    .where(and(inArray(messages.state, ['queued', 'received']), inArray(messages.channel, [...new Set(channels.map(({ name }) => name))])))
    .groupBy(messages.state, messages.channel, messages.channelAccount);
  return (state, channel) =>
    rows
      .filter((row) => row.state === state && row.channel === channel.name && channelOf(channels, channel.name, row.account) === channel)
      .reduce<Waiting>((sum, row) => ({ count: sum.count + row.count, oldestAt: earlier(sum.oldestAt, row.oldestAt) }), { count: 0, oldestAt: null });
};

const earlier = (one: Date | null, other: Date | null): Date | null => (one === null || (other !== null && other < one) ? other : one);
