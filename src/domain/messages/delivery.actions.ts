import { and, eq } from 'drizzle-orm';
import { advances, type DeliveryState, type StatusUpdate } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, deliveryReports, messages } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { queueOtherWay } from './other-way.actions.ts';
import { noteFailure, recountFirstReply } from './sending.actions.ts';
import { windowClosed } from './window.queries.ts';

/**
 * Records what a provider says of a message we sent. Reports come late, twice and in any order: each is kept, and the
 * message's state only moves forward. One about an unknown message is dropped without complaint.
 */
export const recordDelivery = (ctx: Context, account: string, update: StatusUpdate): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
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
    if (message) await applyReport(ctx, tx, message, account, update);
  });

type Message = typeof messages.$inferSelect;

/** Inside a transaction that holds the message. A provider's word on another of its messages is not about this one. */
export const applyReport = async (
  ctx: Context,
  tx: Tx,
  message: Message,
  account: string,
  report: Pick<StatusUpdate, 'providerId' | 'status' | 'errorCode' | 'class'>,
): Promise<void> => {
  if (message.providerId !== null && message.providerId !== report.providerId) return;
  // Nor is one provider's word about what another was given.
  if (message.channelAccount !== null && message.channelAccount !== account) return;
  const now = ctx.clock.now();
  await tx.db.insert(deliveryReports).values({ messageId: message.id, state: report.status, errorCode: report.errorCode ?? null, at: now });

  const forward = advances(message.state as DeliveryState, report.status);
  const closed = report.status === 'failed' && report.class === 'window';
  const errorCode = closed ? windowClosed : (report.errorCode ?? null);
  if (forward && closed) await queueOtherWay(ctx, tx, message);
  await tx.db
    .update(messages)
    .set({
      // A report can arrive before the answer to our own request did.
      providerId: report.providerId,
      channelAccount: account,
      ...(forward ? { state: report.status, stateAt: now, errorCode } : {}),
    })
    .where(eq(messages.id, message.id));
  const { caseId } = message;
  if (!forward || caseId === null) return;
  if (report.status === 'failed') return noteFailure(ctx, tx, caseId, message.id, errorCode, now);
  const row = message.state === 'failed' ? await recountFirstReply(tx, caseId) : await placeOf(tx, caseId);
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

const placeOf = async (tx: Tx, caseId: string) => {
  const [row] = await tx.db
    .select({ version: cases.version, ...casePlace })
    .from(cases)
    .where(eq(cases.id, caseId));
  return row;
};
