import { and, eq, isNull } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { messages } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { applyReport } from './delivery.actions.ts';
import { outboundOf } from './sending.actions.ts';

/**
 * Settles a send whose outcome is unclear, a minute later at the earliest: the provider knows whether it has it.
 * What it says counts like a report of its own; where it has nothing, the message is queued again.
 *
 * @throws where the provider cannot be asked; the message stays unclear
 */
export const settleUnclearSend = async (ctx: Context, messageId: string): Promise<void> => {
  const { sms } = ctx;
  if (!sms) return;
  const still = and(eq(messages.id, messageId), eq(messages.state, 'sending'), isNull(messages.providerId));
  const unclear = await ctx.db.withActor(system, async (tx) => {
    const [row] = await tx.db.select().from(messages).where(still);
    return row ? { ...(await outboundOf(ctx, tx, row)), since: row.createdAt } : null;
  });
  if (!unclear) return;
  const found = await sms.find(unclear);
  await ctx.db.withActor(system, async (tx) => {
    const [message] = await tx.db.select().from(messages).where(still).for('update');
    if (!message) return;
    if (found && !(await isKnown(tx, sms.account, found.providerId))) return applyReport(ctx, tx, message, sms.account, found);
    await tx.db.update(messages).set({ state: 'queued', stateAt: ctx.clock.now() }).where(still);
    tx.afterCommit(() => ctx.jobs.add('send-message', [messageId]));
  });
};

/** The same words to the same person a moment earlier are another message, which the provider may name instead. */
const isKnown = async (tx: Tx, account: string, providerId: string): Promise<boolean> => {
  const rows = await tx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.channelAccount, account), eq(messages.providerId, providerId)));
  return rows.length > 0;
};
