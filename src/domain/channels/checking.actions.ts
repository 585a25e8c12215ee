import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Channel } from '#channels/channel';
import { system } from '#db/actor';
import { channelAccounts } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { tryAccountNow } from '#domain/messages/turns.actions';
import { keepAccounts, rowOf } from './accounts.actions.ts';

/** A little less than a minute: who checks each minute must not find that it is too early. */
const checkEveryMs = 55_000;

/** Asks each provider whether it is there and takes our credentials, once a minute however many workers run. */
export const checkChannels = async (ctx: Context): Promise<void> => {
  await keepAccounts(ctx);
  await Promise.all(ctx.channels.map((channel) => check(ctx, channel)));
};

const check = async (ctx: Context, channel: Channel): Promise<void> => {
  const began = ctx.clock.now();
  const taken = await ctx.db.withActor(system, (tx) =>
    tx.db
      .update(channelAccounts)
      .set({ checkedAt: began })
      .where(and(rowOf(channel), or(isNull(channelAccounts.checkedAt), lte(channelAccounts.checkedAt, new Date(began.getTime() - checkEveryMs)), gt(channelAccounts.checkedAt, new Date(began.getTime() + checkEveryMs)))))
      .returning({ ok: channelAccounts.ok }),
  );
  if (taken.length === 0) return;
  const health = await channel.health();
  await ctx.db.withActor(system, async (tx) => {
    const failing = health.ok ? { failingSince: null } : taken[0]?.ok === false ? {} : { failingSince: began };
    if (health.ok) await tryAccountNow(tx, channel, began);
    await tx.db
      .update(channelAccounts)
      .set({ ok: health.ok, code: health.ok ? null : health.code, ...failing })
      .where(and(rowOf(channel), eq(channelAccounts.checkedAt, began)));
  });
  if (!health.ok && taken[0]?.ok !== false) ctx.log.warn({ channel: channel.name, account: channel.account }, 'a provider of messages does not answer as it should');
};
