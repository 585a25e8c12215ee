import { and, eq, isNull, lt, not } from 'drizzle-orm';
import { system } from '#db/actor';
import { cases, messages } from '#db/schema/tables';
import { sweepProviderFiles } from '#domain/attachments/fetching.actions';
import { sweepAttachments } from '#domain/attachments/processing.actions';
import { sweepUploads } from '#domain/attachments/uploads.actions';
import type { Context } from '#domain/context';
import { unsettledMerges } from '#domain/merging/settling-merges.actions';
import { heldTooLong } from '#domain/threads/threads.queries';
import { isDue, isHeldUp, probes, unsettled } from '#domain/messages/pending.queries';

/** Rows this young have their job on the way. */
const graceMs = 3000;
const most = 2000;
/** Few at a time: while the provider is away, each takes seconds of a worker that also sends. */
const mostUnsettled = 50;

/**
 * Finds what was left without its job (the process died between commit and enqueue, or the job store lost it) and adds
 * it again: received messages, those held too long for an answer, cases not triaged, messages queued (of those whose provider takes none, one each), merges of which something follows, sends whose fate the provider must be asked for. It
 * calls nobody itself. Run every few seconds; adding a job that waits already changes nothing.
 */
export const sweep = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now();
  const before = new Date(now.getTime() - graceMs);
  const pending = (state: string) => and(eq(messages.state, state), lt(messages.stateAt, before));
  const [received, held, untriaged, queued, asking, merging, probing] = await ctx.db.withActor(system, async (tx) => [
    await tx.db.select({ id: messages.id }).from(messages).where(pending('received')).orderBy(messages.stateAt).limit(most),
    await tx.db.select({ id: messages.id }).from(messages).where(heldTooLong(now)).orderBy(messages.stateAt).limit(most),
    await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(isNull(cases.triagedAt), lt(cases.receivedAt, before)))
      .orderBy(cases.receivedAt)
      .limit(most),
    await tx.db.select({ id: messages.id }).from(messages).where(and(pending('queued'), isDue(now), not(isHeldUp(tx)))).orderBy(messages.stateAt).limit(most),
    await tx.db.select({ id: messages.id }).from(messages).where(unsettled(now)).orderBy(messages.stateAt).limit(mostUnsettled),
    await unsettledMerges(tx, most),
    await probes(tx, now),
  ]);
  const ids = (rows: { id: string }[] | undefined) => (rows ?? []).map(({ id }) => id);
  ctx.jobs.add('route-message', [...ids(received), ...ids(held)]);
  ctx.jobs.add('triage-case', ids(untriaged));
  ctx.jobs.add('settle-merges', ids(merging));
  if (ctx.channels.length === 0) return;
  ctx.jobs.add('send-message', [...ids(queued), ...ids(probing)]);
  ctx.jobs.add('settle-message', ids(asking));
};

/** The same for files, and forgets uploads that nobody attached. Apart, as it waits for the file store, and no part for the others. */
export const sweepFiles = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now();
  const failed = (err: unknown): void => ctx.log.error({ err }, 'files were not swept; it is tried again in a moment');
  await sweepUploads(ctx, now).catch(failed);
  await sweepAttachments(ctx, now, graceMs).catch(failed);
  await sweepProviderFiles(ctx, now).catch(failed);
};
