import type { ChannelHealth } from '#contract/channels';
import { system, type StaffActor } from '#db/actor';
import { channelAccounts } from '#db/schema/tables';
import { may } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { figuresOf } from './figures.queries.ts';
import { healthOf, type Facts } from './health.rules.ts';

/**
 * Each channel that is configured, the preferred of each name first. Operators are told how it is; our end of it, which may be
 * a number, and what waits there is for those who mend it.
 */
export const listChannels = (ctx: Pick<Context, 'db' | 'clock' | 'channels'>, actor: StaffActor): Promise<ChannelHealth[]> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const rows = await tx.db.select().from(channelAccounts);
    const figuresFor = await figuresOf(tx, ctx.channels, now);
    const shown = may(actor, 'channel.figures');
    return ctx.channels.map((channel): ChannelHealth => {
      const row = rows.find((one) => one.channel === channel.name && one.account === channel.account);
      const held = row ? heldOf(row) : null;
      const { queued, received, lastHour } = figuresFor(channel);
      const { state, since } = healthOf(
        {
          heartbeat: channel.capabilities.heartbeat,
          // Without a row it has just been configured.
          knownSince: row?.knownSince ?? now,
          lastSeenAt: row?.lastSeenAt ?? null,
          // One of a time to come was made by a clock that was wrong.
          checkedAt: row?.checkedAt && row.checkedAt <= now ? row.checkedAt : null,
          failingSince: row?.failingSince ?? null,
          held,
          lastHour,
          oldestQueuedAt: queued.oldestAt,
        },
        now,
      );
      return {
        channel: channel.name,
        state,
        since: told(since),
        lastSeenAt: told(row?.lastSeenAt),
        figures: !shown ? null : {
          account: channel.account,
          checkedAt: told(row?.checkedAt),
          code: row?.code ?? (held ? row?.heldCode : null) ?? null,
          reconciledAt: told(row?.reconciledAt),
          lastHour,
          queued: { ...queued, oldestAt: told(queued.oldestAt) },
          received: { ...received, oldestAt: told(received.oldestAt) },
        },
      };
    });
  });

const told = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** A provider that asks us to be slower is well. */
const heldOf = ({ faults, faultySince, heldClass }: typeof channelAccounts.$inferSelect): Facts['held'] =>
  faults === 0 || faultySince === null || heldClass === 'throttled' ? null : { since: faultySince, refused: heldClass === 'config' };
