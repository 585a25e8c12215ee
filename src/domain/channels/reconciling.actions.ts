import { and, eq, inArray, lte } from 'drizzle-orm';
import type { Channel, InboundMessage } from '#channels/channel';
import { system } from '#db/actor';
import { channelAccounts, messages } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { keepAccounts, rowOf } from './accounts.actions.ts';
import { nextNight, reconcileEveryMs, sinceFor } from './reconciling.rules.ts';

const batchSize = 200;

/**
 * Asks each channel whose time has come for the messages that its provider holds, and takes those that we do not have: a
 * webhook may be lost for ever. Run often, in every worker; a channel's run is made by one of them. A provider that is away
 * keeps no other from being asked, and its own messages are there when it is back.
 *
 * @returns how many messages were missing
 */
export const reconcile = async (ctx: Context): Promise<number> => {
  await keepAccounts(ctx);
  const found = await Promise.all(
    ctx.channels.map(async (channel) => {
      try {
        return await reconcileOne(ctx, channel);
      } catch (err) {
        ctx.log.warn({ err, channel: channel.name, account: channel.account }, 'a provider did not say what it holds; it is asked again in five minutes');
        return 0;
      }
    }),
  );
  return found.reduce((sum, one) => sum + one, 0);
};

const reconcileOne = async (ctx: Context, channel: Channel): Promise<number> => {
  const now = ctx.clock.now();
  const since = await takeRun(ctx, channel, now);
  if (since === null) return 0;
  let missing = 0;
  let batch: InboundMessage[] = [];
  for await (const message of channel.reconcile(since)) {
    batch.push(message);
    if (batch.length < batchSize) continue;
    missing += await takeUnknown(ctx, channel, batch);
    batch = [];
  }
  missing += await takeUnknown(ctx, channel, batch);
  await ctx.db.withActor(system, (tx) => tx.db.update(channelAccounts).set({ reconciledAt: now }).where(rowOf(channel)));
  if (missing > 0) ctx.log.warn({ channel: channel.name, account: channel.account, missing }, 'messages were taken whose webhooks never came');
  return missing;
};

/** @returns from when on to ask; null where it is not time, or another process has taken the run */
const takeRun = (ctx: Context, channel: Channel, now: Date): Promise<Date | null> =>
  ctx.db.withActor(system, async (tx) => {
    const [due] = await tx.db
      .select()
      .from(channelAccounts)
      .where(and(rowOf(channel), lte(channelAccounts.reconcileDueAt, now)))
      .for('update', { skipLocked: true });
    if (due === undefined) return null;
    const deep = due.deepDueAt <= now;
    await tx.db
      .update(channelAccounts)
      .set({ reconcileDueAt: new Date(now.getTime() + reconcileEveryMs), ...(deep ? { deepDueAt: nextNight(now) } : {}) })
      .where(rowOf(channel));
    return sinceFor(now, due.reconciledAt, deep);
  });

/** Asked first, as each one that is taken gets a key of its own. One that its webhook brings at this moment is taken once all the same. */
const takeUnknown = async (ctx: Context, channel: Channel, held: readonly InboundMessage[]): Promise<number> => {
  if (held.length === 0) return 0;
  const ids = held.map(({ providerId }) => providerId);
  const rows = await ctx.db.withActor(system, (tx) =>
    tx.db
      .select({ id: messages.providerId })
      .from(messages)
      .where(and(eq(messages.channelAccount, channel.account), inArray(messages.providerId, ids))),
  );
  const known = new Set(rows.map(({ id }) => id));
  const missing = held.filter(({ providerId }) => !known.has(providerId));
  await Promise.all(missing.map(async (message) => receiveMessage(ctx, (await channel.complete?.(message)) ?? message)));
  return missing.length;
};
