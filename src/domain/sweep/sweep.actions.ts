import { and, eq, isNull, lt } from 'drizzle-orm';
import { system } from '#db/actor';
import { cases, messages } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { settleUnclearSend } from '#domain/messages/settling.actions';

/** Rows this young have their job on the way. */
const graceMs = 3000;
/** A provider needs a moment before it can say whether it has a message. */
const unclearMs = 60_000;
const most = 2000;

/**
 * Finds what was left without its job (the process died between commit and enqueue, or the job store lost it) and adds
 * it again: received messages, cases not triaged, messages queued; and settles sends whose outcome is unclear.
 * Run every few seconds; adding a job that waits already changes nothing.
 */
export const sweep = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now().getTime();
  const before = new Date(now - graceMs);
  const pending = (state: string, until: Date) => and(eq(messages.state, state), lt(messages.stateAt, until));
  const [received, untriaged, queued, unclear] = await ctx.db.withActor(system, async (tx) => [
    await tx.db.select({ id: messages.id }).from(messages).where(pending('received', before)).orderBy(messages.stateAt).limit(most),
    await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(isNull(cases.triagedAt), lt(cases.receivedAt, before)))
      .orderBy(cases.receivedAt)
      .limit(most),
    await tx.db.select({ id: messages.id }).from(messages).where(pending('queued', before)).orderBy(messages.stateAt).limit(most),
    await tx.db
      .select({ id: messages.id })
      .from(messages)
      .where(and(pending('sending', new Date(now - unclearMs)), isNull(messages.providerId)))
      .limit(50),
  ]);
  const ids = (rows: { id: string }[] | undefined) => (rows ?? []).map(({ id }) => id);
  ctx.jobs.add('route-message', ids(received));
  ctx.jobs.add('triage-case', ids(untriaged));
  if (ctx.sms) ctx.jobs.add('send-message', ids(queued));
  for (const id of ids(unclear))
    await settleUnclearSend(ctx, id).catch((err: unknown) => ctx.log.warn({ err, messageId: id }, 'an unclear send is not settled yet'));
};
