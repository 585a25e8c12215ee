import { and, eq } from 'drizzle-orm';
import { channelOf, type ChannelName } from '#channels/channel';
import { system } from '#db/actor';
import { messages, sendAttempts } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { beginAttempt, endAttempt } from './attempts.actions.ts';
import { fail } from './failing.actions.ts';
import { lockDue } from './pending.queries.ts';
import { asideMs } from './retrying.rules.ts';

/** The code of a message that is at fault with us: its number or its words cannot be opened. */
const notPrepared = 'not_prepared';

/**
 * A message that could not be claimed waits by itself, longer each time, and fails in the end: left as it is, it would stay first of
 * all that wait for their turn. It stands among the attempts, where operators look for why nothing arrived.
 */
export const putAside = (ctx: Context, messageId: string, error: unknown): Promise<null> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const row = await lockDue(tx, messageId, now);
    const channel = row && channelOf(ctx.channels, row.channel as ChannelName, row.channelAccount);
    if (!channel) return null;
    ctx.log.error({ err: error, row: messageId }, 'a message could not be prepared; the others go before it');
    await endAttempt(tx, await beginAttempt(tx, messageId, channel, now), { outcome: 'rejected', class: 'permanent', code: notPrepared }, now);
    const times = await tx.db.$count(sendAttempts, and(eq(sendAttempts.messageId, messageId), eq(sendAttempts.code, notPrepared)));
    const again = asideMs(times);
    if (again === null) await fail(ctx, tx, messageId, notPrepared);
    else await tx.db.update(messages).set({ nextTryAt: new Date(now.getTime() + again), errorCode: notPrepared }).where(eq(messages.id, messageId));
    return null;
  });
