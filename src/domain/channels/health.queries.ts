import type { ChannelHealth } from '#contract/channels';
import { system, type StaffActor } from '#db/actor';
import { channelAccounts } from '#db/schema/tables';
import { may } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import type { End } from './accounts.actions.ts';
import { figuresOf, figuresOfCalls, type Figures } from './figures.queries.ts';
import { healthOf, type Facts } from './health.rules.ts';

/**
 * Each channel that is configured, the preferred of each name first, the telephone last. Operators are told how it is; our end of
 * it, which may be a number, and what waits there is for those who mend it.
 */
export const listChannels = (ctx: Pick<Context, 'db' | 'clock' | 'channels' | 'telephone'>, actor: StaffActor): Promise<ChannelHealth[]> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const rows = await tx.db.select().from(channelAccounts);
    const figuresFor = await figuresOf(tx, ctx.channels, now);
    const shown = may(actor, 'channel.figures');
    const show = (end: End, { queued, received, lastHour }: Figures, more: Pick<Facts, 'heartbeat' | 'oldestQueuedAt'>): ChannelHealth => {
      const row = rows.find((one) => one.channel === end.name && one.account === end.account);
      const { state, since } = healthOf({ ...factsOf(row, now), ...more, lastHour }, now);
      return {
        channel: end.name,
        state,
        since: told(since),
        lastSeenAt: told(row?.lastSeenAt),
        figures: !shown ? null : {
          account: end.account,
          checkedAt: told(row?.checkedAt),
          code: row?.code ?? (row && heldOf(row) ? row.heldCode : null) ?? null,
          carriedAt: told(row?.carriedAt),
          unreturnedSince: told(row?.unreturnedSince),
          reconciledAt: told(row?.reconciledAt),
          lastHour,
          queued: { ...queued, oldestAt: told(queued.oldestAt) },
          received: { ...received, oldestAt: told(received.oldestAt) },
        },
      };
    };
    const written = ctx.channels.map((channel) => {
      const figures = figuresFor(channel);
      return show(channel, figures, { heartbeat: channel.capabilities.heartbeat, oldestQueuedAt: figures.queued.oldestAt });
    });
    if (ctx.telephone === null) return written;
    const { voice } = ctx.telephone;
    // Whoever waits to be called waits for working hours and for a person, and not for the provider.
    return [...written, show(voice, await figuresOfCalls(tx, voice.account, now), { heartbeat: false, oldestQueuedAt: null })];
  });

const factsOf = (row: typeof channelAccounts.$inferSelect | undefined, now: Date): Omit<Facts, 'heartbeat' | 'lastHour' | 'oldestQueuedAt'> => ({
  // Without a row it has just been configured.
  knownSince: row?.knownSince ?? now,
  lastSeenAt: row?.lastSeenAt ?? null,
  // One of a time to come was made by a clock that was wrong.
  checkedAt: row?.checkedAt && row.checkedAt <= now ? row.checkedAt : null,
  failingSince: row?.failingSince ?? null,
  unreturnedSince: row?.unreturnedSince ?? null,
  held: row ? heldOf(row) : null,
});

const told = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** A provider that asks us to be slower is well. */
const heldOf = ({ faults, faultySince, heldClass }: typeof channelAccounts.$inferSelect): Facts['held'] =>
  faults === 0 || faultySince === null || heldClass === 'throttled' ? null : { since: faultySince, refused: heldClass === 'config' };
