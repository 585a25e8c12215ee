import { eq } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, merges } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import type { Case } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { keepsSealed } from '#domain/personal/texts.actions';

/**
 * A merged case that its citizen takes further, or back, is handled by itself from now on. Whoever works on the other reads that
 * there; and what is contested comes to their queue, unless either is sealed: who reads that is named one by one. The caller
 * holds the case, and never locks the other: whoever locks both does so in the order of their ids.
 *
 * @returns what the event of the citizen's move says of it: the case whose answer, or silence, is contested (not where it had an
 *   answer of its own before), and its queue
 */
export const leaveMerge = async (ctx: Pick<Context, 'jobs' | 'live'>, tx: Tx, found: Case, to: Status, now: Date): Promise<{ contests?: string; queue?: string }> => {
  const [merge] = await tx.asSystem(() => tx.db.delete(merges).where(eq(merges.caseId, found.id)).returning());
  if (!merge) throw new Error('a duplicate is merged with nothing');
  const into = merge.intoId;
  tx.afterCommit(() => ctx.jobs.add('settle-merges', [into]));
  if (to === 'withdrawn' || merge.formerStatus === 'resolved') {
    await record(tx, citizen, now, { caseId: into, type: 'case.unmerged', data: { unmerged: found.id } });
    return {};
  }
  await record(tx, citizen, now, { caseId: into, type: 'case.contested', data: { contested: found.id } });
  const queue = await tx.asSystem(() => sendAfter(ctx, tx, found, into));
  return { contests: into, ...(queue !== null && { queue }) };
};

/** To the queue of those who answer for it. Those whom it leaves must see it go. */
const sendAfter = async (ctx: Pick<Context, 'live'>, tx: Tx, { id, queueId, version }: Case, into: string): Promise<string | null> => {
  const read = async (caseId: string) => (await tx.db.select({ queueId: cases.queueId, centreId: cases.centreId, place: casePlace }).from(cases).where(eq(cases.id, caseId)))[0];
  const [own, other] = [await read(id), await read(into)];
  if (!own || !other || other.queueId === null || other.queueId === queueId || keepsSealed(own.place) || keepsSealed(other.place)) return null;
  await tx.db.update(cases).set({ queueId: other.queueId, centreId: other.centreId }).where(eq(cases.id, id));
  tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId: id, version: version + 1, ...own.place }));
  return other.queueId;
};
