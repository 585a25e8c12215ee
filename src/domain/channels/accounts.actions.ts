import { and, eq, sql } from 'drizzle-orm';
import type { Channel, ChannelName } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { channelAccounts } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { nextNight } from './reconciling.rules.ts';

/** Our end of a provider's line: of messages, or the telephone. */
export type End = { name: ChannelName | 'phone'; account: string };

/** Every end of ours that is configured, the telephone last. */
export const endsOf = ({ channels, telephone }: Pick<Context, 'channels' | 'telephone'>): (End & Pick<Channel, 'health'>)[] => [...channels, ...(telephone ? [telephone.voice] : [])];

/** Inside a transaction: the row of this channel is there afterwards. A channel that is new is asked at once for what it holds. */
export const keepAccount = async (tx: Tx, { name, account }: End, now: Date): Promise<void> => {
  await tx.db.insert(channelAccounts).values({ channel: name, account, knownSince: now, reconcileDueAt: now, deepDueAt: nextNight(now) }).onConflictDoNothing();
};

/** Makes the rows of all channels that are configured; what is known of one that no longer is stays. */
export const keepAccounts = (ctx: Pick<Context, 'db' | 'clock' | 'channels' | 'telephone'>): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    for (const end of endsOf(ctx)) await keepAccount(tx, end, ctx.clock.now());
  });

/** Often enough for whoever looks, and seldom enough for a flood. */
const seenEveryMs = 20_000;

/**
 * Notes that a provider has called, and whether that told of what the network had just carried: at most one write of each for a
 * channel in twenty seconds, in each process.
 */
export const createSightings = (ctx: Pick<Context, 'db' | 'clock'>): ((end: End, carried?: boolean) => Promise<void>) => {
  const written = new Map<string, number>();
  return async (end, carried = false) => {
    const now = ctx.clock.now();
    const key = JSON.stringify([end.name, end.account, carried]);
    const last = written.get(key);
    if (last !== undefined && now.getTime() - last < seenEveryMs) return;
    written.set(key, now.getTime());
    await ctx.db.withActor(system, async (tx) => {
      await keepAccount(tx, end, now);
      // Another process may have seen it later.
      await tx.db.update(channelAccounts).set({ lastSeenAt: sql`greatest(${channelAccounts.lastSeenAt}, ${now.toISOString()})` }).where(rowOf(end));
      if (carried) await noteCarried(tx, end, now);
    });
  };
};

/** The network has just carried something to this end of ours. @param testId only while that is the last test */
export const noteCarried = async (tx: Tx, end: End, now: Date, testId?: string): Promise<void> => {
  await tx.db
    .update(channelAccounts)
    .set({ carriedAt: sql`greatest(${channelAccounts.carriedAt}, ${now.toISOString()})`, testId: null, unreturnedSince: null })
    .where(and(rowOf(end), testId === undefined ? undefined : eq(channelAccounts.testId, testId)));
};

/** The row of a channel. */
export const rowOf = ({ name, account }: End) => and(eq(channelAccounts.channel, name), eq(channelAccounts.account, account));
