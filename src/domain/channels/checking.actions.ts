import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Channel } from '#channels/channel';
import { system } from '#db/actor';
import { channelAccounts } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { tryAccountNow } from '#domain/messages/turns.actions';
import { endsOf, keepAccounts, rowOf, type End } from './accounts.actions.ts';
import { testLines } from './own-sms.actions.ts';

/** A little less than a minute: who checks each minute must not find that it is too early. */
const checkEveryMs = 55_000;

/** Asks each provider whether it is there and takes our credentials, once a minute however many workers run; and, where that is due, whether the network carries anything. */
export const checkChannels = async (ctx: Context): Promise<void> => {
  await keepAccounts(ctx);
  await Promise.all(endsOf(ctx).map((end) => check(ctx, end)));
  await testLines(ctx);
};

const check = async (ctx: Context, end: End & Pick<Channel, 'health'>): Promise<void> => {
  const { name, account } = end;
  const began = ctx.clock.now();
  const taken = await ctx.db.withActor(system, (tx) =>
    tx.db
      .update(channelAccounts)
      .set({ checkedAt: began })
      .where(and(rowOf(end), or(isNull(channelAccounts.checkedAt), lte(channelAccounts.checkedAt, new Date(began.getTime() - checkEveryMs)), gt(channelAccounts.checkedAt, new Date(began.getTime() + checkEveryMs)))))
      .returning({ ok: channelAccounts.ok }),
  );
  if (taken.length === 0) return;
  const health = await end.health();
  await ctx.db.withActor(system, async (tx) => {
    const failing = health.ok ? { failingSince: null } : taken[0]?.ok === false ? {} : { failingSince: began };
    if (health.ok && name !== 'phone') await tryAccountNow(tx, { name, account }, began);
    await tx.db
      .update(channelAccounts)
      .set({ ok: health.ok, code: health.ok ? null : health.code, ...failing })
      .where(and(rowOf(end), eq(channelAccounts.checkedAt, began)));
  });
  if (!health.ok && taken[0]?.ok !== false) ctx.log.warn({ channel: name, account }, 'a provider does not answer as it should');
};
