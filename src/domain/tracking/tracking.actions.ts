import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { CitizenMove, Feedback, FollowUp } from '#contract/filing';
import type { Status } from '#contract/words';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, deadlines, feedback } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { casePlace } from '#domain/access/access.queries';
import type { Condition } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import { assertMove, endHolding } from '#domain/cases/holding.actions';
import { afterMove } from '#domain/cases/reopening.actions';
import { reopeningFacts } from '#domain/cases/reopening.queries';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { assertNotErased } from '#domain/personal/erased.queries';
import { sealedAt } from '#domain/personal/places.rules';
import { keep, keepingOf } from '#domain/personal/texts.actions';
import { survivorMoved } from '#domain/merging/marking.actions';
import { endReferral } from '#domain/referrals/ending.actions';
import { addWords, storeWords } from '#domain/messages/follow-up.actions';
import { openByCode } from './tracking.queries.ts';

type Case = typeof cases.$inferSelect;

/** @throws AppError as `openByCode`; erased */
const withCase = async <T>(
  ctx: Context,
  typed: { reference: string; code: string },
  caller: Caller,
  work: (tx: Tx, found: Case, now: Date) => Promise<T>,
): Promise<T> => {
  const caseId = await openByCode(ctx, typed, caller);
  return ctx.db.withActor({ kind: 'citizen', caseId }, async (tx) => {
    const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for('update');
    if (!found) throw new AppError('not_found_or_wrong_code');
    await assertNotErased(tx, caseId);
    return work(tx, found, ctx.clock.now());
  });
};

/** Adds the citizen's message to an open case. @throws AppError illegal_move on one that is answered or has ended (reopen it instead) */
export const followUp = (ctx: Context, input: z.infer<typeof FollowUp>, caller: Caller): Promise<void> =>
  withCase(ctx, input, caller, (tx, found, now) => addWords(ctx, tx, found, { ...input, channel: 'web', by: citizen }, now));

const answered: readonly string[] = ['resolved', 'closed', 'inadmissible'] satisfies Status[];

/** The citizen's verdict, once, on an answered case, be it with the one that it is merged into; "solved" closes it. @throws AppError already_rated, illegal_move */
export const giveFeedback = (ctx: Context, input: z.infer<typeof Feedback>, caller: Caller): Promise<void> =>
  withCase(ctx, input, caller, async (tx, found, now) => {
    const toldWithOther = found.status === 'duplicate' && found.resolvedAt !== null;
    if (!toldWithOther && !answered.includes(found.status)) throw new AppError('illegal_move', { legal: [] });
    const comment = input.comment === undefined ? null : keep(await keepingOf(ctx, tx, found.id), sealedAt.comment(found.id), input.comment);
    const given = await tx.db
      .insert(feedback)
      .values({ caseId: found.id, rating: input.rating, solved: input.solved, comment: comment?.clear ?? null, commentSealed: comment?.sealed ?? null, at: now })
      .onConflictDoNothing()
      .returning({ caseId: feedback.caseId });
    if (given.length === 0) throw new AppError('already_rated');
    await record(tx, citizen, now, { caseId: found.id, type: 'case.rated', data: { rating: input.rating, solved: input.solved } });
    if (input.solved && found.status === 'resolved') await enter(ctx, tx, found, 'closed', now, { satisfied: true });
    else await enter(ctx, tx, found, null, now, {});
  });

const targets = { reopen: 'in_triage', appeal: 'under_appeal', withdraw: 'withdrawn' } as const;

/** Reopens, appeals or withdraws. @throws AppError illegal_move, condition_unmet, with the legal moves */
export const moveByCitizen = (ctx: Context, what: keyof typeof targets, input: z.infer<typeof CitizenMove>, caller: Caller): Promise<void> =>
  withCase(ctx, input, caller, async (tx, found, now) => {
    if (input.reason !== undefined) await heardWords(ctx, tx, found, input.reason, now);
    await enter(ctx, tx, found, targets[what], now, await reopeningFacts(tx, found, now));
  });

const heardWords = async (ctx: Context, tx: Tx, found: Case, text: string, now: Date): Promise<void> => {
  const messageId = await storeWords(ctx, tx, found, { text, channel: 'web', by: citizen }, now);
  await record(tx, citizen, now, { caseId: found.id, type: 'message.received', data: { messageId } });
};

type Facts = { [condition in Condition]?: boolean };

/** Makes the citizen's move (or none) and all that follows from it. A reopened case goes straight back to its queue. */
const enter = async (ctx: Context, tx: Tx, found: Case, to: Status | null, now: Date, facts: Facts): Promise<void> => {
  const caseId = found.id;
  if (to !== null) {
    assertMove(found, to, citizen, facts);
    await record(tx, citizen, now, { caseId, type: to === 'in_triage' ? 'case.reopened' : 'case.moved', data: { from: found.status, to } });
    if (found.assignedTo !== null) await endHolding(tx, caseId, now);
    if (found.status === 'referred') await endReferral(tx, caseId, now);
    await survivorMoved(ctx, tx, caseId);
  }
  if (to === 'in_triage') await tx.db.update(deadlines).set({ metAt: null }).where(eq(deadlines.caseId, caseId));
  const status = to === null ? found.status : await afterMove(tx, found, to, now);
  const [after] = await tx.db
    .update(cases)
    .set({
      version: sql`${cases.version} + 1`,
      ...(to === null ? {} : { status, assignedTo: null }),
      // Reopened means not resolved: the time to resolution runs on from receipt.
      ...(to === 'in_triage' ? { resolvedAt: null, resolvedOn: null, outcome: null } : {}),
    })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  if (after) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...after }));
};
