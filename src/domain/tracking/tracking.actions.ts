import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { CitizenMove, Feedback, FollowUp } from '#contract/filing';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { record } from '#domain/cases/events.actions';
import { reopeningFacts } from '#domain/cases/reopening.queries';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { assertNotErased } from '#domain/personal/erased.queries';
import { addWords, storeWords } from '#domain/messages/follow-up.actions';
import { namesDanger } from '#domain/triage/priority.rules';
import { raiseForDanger } from '#domain/triage/raising.actions';
import { enter, rateCase } from './citizen-moves.actions.ts';
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

/** The citizen's verdict, once, on an answered case, be it with the one that it is merged into; "solved" closes it. @throws AppError already_rated, illegal_move */
export const giveFeedback = (ctx: Context, input: z.infer<typeof Feedback>, caller: Caller): Promise<void> =>
  withCase(ctx, input, caller, (tx, found, now) => rateCase(ctx, tx, found, input, now));

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
  if (namesDanger(text)) await raiseForDanger(ctx, tx, found.id, now, { texted: false });
};
