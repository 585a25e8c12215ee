import { and, eq, gt, inArray, lte, or } from 'drizzle-orm';
import type { Channel, InboundMessage } from '#channels/channel';
import { system } from '#db/actor';
import { channelAccounts, messages } from '#db/schema/tables';
import { takeCalls } from '#domain/calls/held.actions';
import type { Context } from '#domain/context';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { keepAccount, rowOf, type End } from './accounts.actions.ts';
import { nextNight, reconcileEveryMs, sinceFor } from './reconciling.rules.ts';

const batchSize = 200;

/** A provider's end of the line, and how what it holds since then is taken. */
type Line = End & { takeMissing(since: Date): Promise<number> };

/**
 * Asks each provider whose time has come for the messages and calls that it holds, and takes those that we do not have: a
 * webhook may be lost for ever. Run often, in every worker; a line's run is made by one of them. A provider that is away
 * keeps no other from being asked, and what it holds is there when it is back.
 *
 * @returns how many messages, calls and recordings were missing
 */
export const reconcile = async (ctx: Context): Promise<number> => {
  const lines = linesOf(ctx);
  await ctx.db.withActor(system, async (tx) => {
    for (const line of lines) await keepAccount(tx, line, ctx.clock.now());
  });
  const found = await Promise.all(
    lines.map(async (line) => {
      try {
        return await reconcileOne(ctx, line);
      } catch (err) {
        ctx.log.warn({ err, channel: line.name, account: line.account }, 'a provider did not say what it holds; it is asked again in five minutes');
        return 0;
      }
    }),
  );
  return found.reduce((sum, one) => sum + one, 0);
};

const linesOf = (ctx: Context): Line[] => {
  const { telephone } = ctx;
  const written = ctx.channels.map((channel): Line => ({
    name: channel.name,
    account: channel.account,
    takeMissing: (since) => takeHeld(ctx, channel, since),
  }));
  if (telephone === null) return written;
  const { name, account } = telephone.voice;
  return [...written, { name, account, takeMissing: (since) => inBatches(telephone.voice.reconcile(since), (batch) => takeCalls(ctx, account, batch)) }];
};

const takeHeld = async (ctx: Context, channel: Channel, since: Date): Promise<number> => {
  let odd = 0;
  const missing = await inBatches(channel.reconcile(since, () => (odd += 1)), (batch) => takeMessages(ctx, channel, batch));
  if (odd > 0) ctx.log.error({ channel: channel.name, account: channel.account, odd }, 'a provider holds messages in a shape that is not known; they were passed over');
  return missing;
};

const inBatches = async <T>(held: AsyncIterable<T>, take: (batch: T[]) => Promise<number>): Promise<number> => {
  let missing = 0;
  let batch: T[] = [];
  for await (const one of held) {
    batch.push(one);
    if (batch.length < batchSize) continue;
    missing += await take(batch);
    batch = [];
  }
  return missing + (batch.length === 0 ? 0 : await take(batch));
};

const reconcileOne = async (ctx: Context, line: Line): Promise<number> => {
  const now = ctx.clock.now();
  const since = await takeRun(ctx, line, now);
  if (since === null) return 0;
  const missing = await line.takeMissing(since);
  await ctx.db.withActor(system, (tx) => tx.db.update(channelAccounts).set({ reconciledAt: now }).where(rowOf(line)));
  if (missing > 0) ctx.log.warn({ channel: line.name, account: line.account, missing }, 'what was taken now had no webhook that came');
  return missing;
};

/**
 * What is due later than a run ever makes it was written by a clock that was wrong.
 *
 * @returns from when on to ask; null where it is not time, or another process has taken the run
 */
const takeRun = (ctx: Context, line: Line, now: Date): Promise<Date | null> =>
  ctx.db.withActor(system, async (tx) => {
    const [due] = await tx.db
      .select()
      .from(channelAccounts)
      .where(and(rowOf(line), or(lte(channelAccounts.reconcileDueAt, now), gt(channelAccounts.reconcileDueAt, new Date(now.getTime() + reconcileEveryMs)))))
      .for('update', { skipLocked: true });
    if (due === undefined) return null;
    const deep = due.deepDueAt <= now;
    await tx.db
      .update(channelAccounts)
      .set({ reconcileDueAt: new Date(now.getTime() + reconcileEveryMs), ...(deep ? { deepDueAt: nextNight(now) } : {}) })
      .where(rowOf(line));
    return sinceFor(now, due.reconciledAt, deep);
  });

/** Asked first, as each one that is taken gets a key of its own. One that its webhook brings at this moment is taken once all the same. */
const takeMessages = async (ctx: Context, channel: Channel, held: readonly InboundMessage[]): Promise<number> => {
  const ids = held.map(({ providerId }) => providerId);
  const rows = await ctx.db.withActor(system, (tx) =>
    tx.db
      .select({ id: messages.providerId })
      .from(messages)
      .where(and(eq(messages.channelAccount, channel.account), inArray(messages.providerId, ids))),
  );
  const known = new Set(rows.map(({ id }) => id));
  const missing = held.filter(({ providerId }) => !known.has(providerId));
  const kept = await Promise.all(missing.map(async (message) => receiveMessage(ctx, (await channel.complete?.(message)) ?? message)));
  return kept.filter(Boolean).length;
};
