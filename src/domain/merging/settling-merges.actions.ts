import { and, asc, eq, inArray, or } from 'drizzle-orm';
import type { Language, Outcome } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, erasures, merges } from '#db/schema/tables';
import { texts } from '#texts/index';
import { casePlace } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import { lockHolder } from '#domain/cases/holder.actions';
import { change, type Case } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { setLegalMet } from '#domain/deadlines/deadlines.actions';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { queueMessage } from '#domain/messages/outbound.actions';
import { putFirst, urgent } from '#domain/triage/raising.actions';
import { restore } from './restoring.actions.ts';

type Merge = typeof merges.$inferSelect;

/** Where such a case has ended unanswered, what was handled with it would be lost. */
const ended: readonly string[] = ['withdrawn', 'spam', 'closed'];

/**
 * Draws what follows for the cases that are merged into this one. It is answered: their citizens are told so, each on the own
 * reference, and their legal dates are met. It is open again: they wait again. It ended without an answer: they go back to where
 * they were. A second run changes nothing. Consoles are told in any case: a citizen may have written.
 */
export const settleMerges = (ctx: Context, survivorId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const theirs = await tx.db.select({ id: merges.caseId, holder: merges.formerHolder }).from(merges).where(eq(merges.intoId, survivorId));
    for (const holder of [...new Set(theirs.flatMap((one) => one.holder ?? []))].toSorted()) await lockHolder(tx, holder);
    // In the order in which merging locks them.
    const locked = await tx.db
      .select()
      .from(cases)
      .where(or(eq(cases.id, survivorId), inArray(cases.id, theirs.map(({ id }) => id))))
      .orderBy(asc(cases.id))
      .for('no key update');
    const survivor = locked.find(({ id }) => id === survivorId);
    if (!survivor) return;
    const open = await tx.db.select().from(merges).where(and(eq(merges.intoId, survivorId), eq(merges.unsettled, true)));
    for (const merge of open) {
      const found = locked.find(({ id }) => id === merge.caseId);
      // Merged while this run began: its own job comes.
      if (found) await settle(ctx, tx, found, survivor, merge);
    }
    const [place] = await tx.db.select(casePlace).from(cases).where(eq(cases.id, survivorId));
    if (place) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId: survivorId, version: survivor.version, ...place }));
  });

const settle = async (ctx: Context, tx: Tx, found: Case, survivor: Case, merge: Merge): Promise<void> => {
  await tx.db.update(merges).set({ unsettled: false }).where(eq(merges.caseId, found.id));
  // Somebody wrote of danger there: whoever works on this one is to see it first.
  if (found.priority === urgent) await putFirst(ctx, tx, survivor, ctx.clock.now());
  // It had an answer of its own before.
  if (merge.formerStatus === 'resolved') return;
  if (ended.includes(survivor.status) && survivor.resolvedAt === null) return void (await restore(ctx, tx, system, found, merge));
  if (survivor.resolvedAt !== null && merge.toldAt === null) await tell(ctx, tx, found, survivor);
  if (survivor.resolvedAt === null && merge.toldAt !== null) await waitAgain(ctx, tx, found);
};

/** Not in the words of the other's answer, which were written to another person: in a sentence of the line's own, which is nobody's first reply. */
const tell = async (ctx: Context, tx: Tx, found: Case, survivor: Case): Promise<void> => {
  const now = ctx.clock.now();
  const [erased] = await tx.db.select().from(erasures).where(eq(erasures.caseId, found.id));
  const { sms } = texts[(found.language ?? 'ar') as Language];
  if (!erased) await queueMessage(ctx, tx, system, found, { kind: 'resolution', text: sms.together({ outcome: survivor.outcome as Outcome | null }) });
  await tx.db.update(merges).set({ toldAt: now }).where(eq(merges.caseId, found.id));
  await setLegalMet(tx, found.id, now);
  await record(tx, system, now, { caseId: found.id, type: 'case.answered_with', data: survivor.outcome === null ? {} : { outcome: survivor.outcome } });
  await change(ctx, tx, found, { resolvedAt: now, resolvedOn: localDate(now), outcome: survivor.outcome });
};

const waitAgain = async (ctx: Context, tx: Tx, found: Case): Promise<void> => {
  await tx.db.update(merges).set({ toldAt: null }).where(eq(merges.caseId, found.id));
  await setLegalMet(tx, found.id, null);
  await record(tx, system, ctx.clock.now(), { caseId: found.id, type: 'case.waits_again' });
  await change(ctx, tx, found, { resolvedAt: null, resolvedOn: null, outcome: null });
};

/** Survivors whose job was lost. */
export const unsettledMerges = async (tx: Tx, most: number): Promise<{ id: string }[]> =>
  tx.db.selectDistinct({ id: merges.intoId }).from(merges).where(eq(merges.unsettled, true)).limit(most);
