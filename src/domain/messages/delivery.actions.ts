import { and, eq } from 'drizzle-orm';
import { advances, type DeliveryState, type StatusUpdate } from '#channels/channel';
import { system } from '#db/actor';
import { cases, deliveryReports, messages } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { noteFailure } from './sending.actions.ts';

/**
 * Records what a provider says of a message we sent. Reports come late, twice and in any order: each is kept, and the
 * message's state only moves forward. One about an unknown message is dropped without complaint.
 */
export const recordDelivery = (ctx: Context, account: string, update: StatusUpdate): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const [message] = await tx.db
      .select()
      .from(messages)
      .where(
        and(
          eq(messages.direction, 'out'),
          update.messageId === undefined
            ? and(eq(messages.channelAccount, account), eq(messages.providerId, update.providerId))
            : eq(messages.id, update.messageId),
        ),
      )
      .for('update');
    if (!message || (message.providerId !== null && message.providerId !== update.providerId)) return;
    await tx.db.insert(deliveryReports).values({ messageId: message.id, state: update.status, errorCode: update.errorCode ?? null, at: now });

    const forward = advances(message.state as DeliveryState, update.status);
    await tx.db
      .update(messages)
      .set({
        // A report can arrive before the answer to our own request did.
        providerId: update.providerId,
        channelAccount: account,
        ...(forward ? { state: update.status, stateAt: now } : {}),
        ...(update.errorCode === undefined || !forward ? {} : { errorCode: update.errorCode }),
      })
      .where(eq(messages.id, message.id));
    if (!forward || message.caseId === null) return;
    if (update.status === 'failed') return noteFailure(ctx, tx, message.caseId, message.id, update.errorCode ?? null, now);
    const { caseId } = message;
    const [row] = await tx.db
      .select({ version: cases.version, centreId: cases.centreId, queueId: cases.queueId })
      .from(cases)
      .where(eq(cases.id, caseId));
    if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
  });
