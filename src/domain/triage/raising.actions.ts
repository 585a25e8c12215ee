import { eq, sql } from 'drizzle-orm';
import { priorities, type Language } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { record } from '#domain/cases/events.actions';
import { warnOfDanger } from '#domain/threads/asking.actions';

export const urgent = priorities.indexOf('urgent') + 1;

/**
 * Inside a transaction: further words of the case speak of danger. It comes before all others from now on. Before triage nothing:
 * that reads all that was written.
 *
 * @param how.texted whether they came from the phone, which is then told where help is; to one that wrote elsewhere nothing is sent,
 *   as others may read it
 */
export const raiseForDanger = async (ctx: Context, tx: Tx, caseId: string, now: Date, how: { texted: boolean }): Promise<void> => {
  const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for('update');
  if (!found || found.triagedAt === null) return;
  if (how.texted) await warnOfDanger(ctx, tx, found, (found.language ?? 'ar') as Language, now);
  await putFirst(ctx, tx, found, now);
};

/** Makes it urgent, where it is not. */
export const putFirst = async (ctx: Pick<Context, 'live'>, tx: Tx, { id: caseId, priority }: { id: string; priority: number }, now: Date): Promise<void> => {
  if (priority === urgent) return;
  const [row] = await tx.db
    .update(cases)
    .set({ priority: urgent, version: sql`${cases.version} + 1` })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  await record(tx, system, now, { caseId, type: 'case.raised', data: { priority: 'urgent', reason: 'danger' } });
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};
