import { and, eq, sql } from 'drizzle-orm';
import type { Channel } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { channelAccounts } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { nextNight } from './reconciling.rules.ts';

/** Our end of a provider's line: of messages, or the telephone. */
type End = { name: string; account: string };

/** Inside a transaction: the row of this channel is there afterwards. A channel that is new is asked at once for what it holds. */
export const keepAccount = async (tx: Tx, { name, account }: End, now: Date): Promise<void> => {
  await tx.db.insert(channelAccounts).values({ channel: name, account, knownSince: now, reconcileDueAt: now, deepDueAt: nextNight(now) }).onConflictDoNothing();
};

/** Makes the rows of all channels that are configured; what is known of one that no longer is stays. */
export const keepAccounts = (ctx: Pick<Context, 'db' | 'clock' | 'channels'>): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    for (const channel of ctx.channels) await keepAccount(tx, channel, ctx.clock.now());
  });

/** Often enough for whoever looks, and seldom enough for a flood. */
const seenEveryMs = 20_000;

/** Notes that a provider has called: at most one write for each channel in twenty seconds, in each process. */
export const createSightings = (ctx: Pick<Context, 'db' | 'clock'>): ((channel: Channel) => Promise<void>) => {
  const written = new Map<Channel, number>();
  return async (channel) => {
    const now = ctx.clock.now();
    const last = written.get(channel);
    if (last !== undefined && now.getTime() - last < seenEveryMs) return;
    written.set(channel, now.getTime());
    await ctx.db.withActor(system, async (tx) => {
      await keepAccount(tx, channel, now);
      // Another process may have seen it later.
      await tx.db.update(channelAccounts).set({ lastSeenAt: sql`greatest(${channelAccounts.lastSeenAt}, ${now.toISOString()})` }).where(rowOf(channel));
    });
  };
};

/** The row of a channel. */
export const rowOf = ({ name, account }: End) => and(eq(channelAccounts.channel, name), eq(channelAccounts.account, account));
