import { and, countDistinct, eq } from 'drizzle-orm';
import { advances, type ChannelName, type DeliveryState, type StatusUpdate } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, deliveryReports, messages } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import { callNoMore } from '#domain/callbacks/closing.actions';
import type { Context } from '#domain/context';
import { endAttempt, noteFailedLater } from './attempts.actions.ts';
import { dropRepeats, followFailure, noteFailure, recountFirstReply } from './failing.actions.ts';
import { expectRating } from './rating.actions.ts';
import { releaseAccount } from './turns.actions.ts';
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
  report: Pick<StatusUpdate, 'providerId' | 'status' | 'errorCode' | 'class' | 'part'>,
): Promise<void> => {
  if (message.providerId !== null && message.providerId !== report.providerId) return;
  // Nor is one provider's word about what another was given.
  if (message.channelAccount !== null && message.channelAccount !== account) return;
  const now = ctx.clock.now();
  await tx.db.insert(deliveryReports).values({ messageId: message.id, state: report.status, errorCode: report.errorCode ?? null, part: report.part ?? null, at: now });
  const status = await stateOfWhole(tx, message, report);
  // Whatever the provider says of it, it took it: what waited for an answer need not wait.
  const taken = message.providerId === null && (await endAttempt(tx, message.attemptId, { outcome: 'accepted' }, now));
  if (taken) await releaseAccount(tx, { name: message.channel as ChannelName, account }, now);
  if (taken && status !== 'failed') await expectRating(tx, message, now);

  const forward = advances(message.state as DeliveryState, status);
  // Taken, and not arrived for a reason that nobody tells: at another hour it may.
  const failed = status === 'failed' ? (report.class ?? 'unreachable') : null;
  const errorCode = failed === 'window' ? windowClosed : (report.errorCode ?? null);
  if (forward && failed !== null) {
    await noteFailedLater(tx, message.attemptId, failed, report.errorCode ?? null);
    await followFailure(ctx, tx, message, failed, errorCode ?? 'failed');
  }
  if (forward && (status === 'delivered' || status === 'read')) await dropRepeats(ctx, tx, message);
  await tx.db
    .update(messages)
    .set({
      // A report can arrive before the answer to our own request did.
      providerId: report.providerId,
      channelAccount: account,
      ...(forward ? { state: status, stateAt: now, errorCode, nextTryAt: null } : {}),
    })
    .where(eq(messages.id, message.id));
  const { caseId } = message;
  if (!forward || caseId === null) return;
  if (status === 'delivered' || status === 'read') await callNoMore(tx, caseId, now);
  if (failed !== null) return noteFailure(ctx, tx, caseId, message.id, errorCode, now);
  const row = message.state === 'failed' ? await recountFirstReply(tx, caseId) : await placeOf(tx, caseId);
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

/** A message of several parts is delivered once each of them is; one that is not makes it failed. */
const stateOfWhole = async (tx: Tx, { id, parts }: Message, { status, part }: Pick<StatusUpdate, 'status' | 'part'>): Promise<DeliveryState> => {
  if (status !== 'delivered' || part === undefined || parts === null || parts < 2) return status;
  const [told] = await tx.db
    .select({ parts: countDistinct(deliveryReports.part) })
    .from(deliveryReports)
    .where(and(eq(deliveryReports.messageId, id), eq(deliveryReports.state, status)));
  return (told?.parts ?? 0) < parts ? 'sent' : status;
};

const placeOf = async (tx: Tx, caseId: string) => {
  const [row] = await tx.db
    .select({ version: cases.version, ...casePlace })
    .from(cases)
    .where(eq(cases.id, caseId));
  return row;
};
