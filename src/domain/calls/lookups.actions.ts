import { eq } from 'drizzle-orm';
import { system } from '#db/actor';
import { cases } from '#db/schema/tables';
import { deriveCode } from '#lib/code';
import { AppError } from '#lib/errors';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { giveFeedback, moveByCitizen } from '#domain/tracking/tracking.actions';
import { openByCode, trackedOf } from '#domain/tracking/tracking.queries';
import type { Call } from './calls.queries.ts';
import type { CallEffect, CallEvent } from './call.rules.ts';

/** The step of a call that asks. */
type Asking = Pick<Call, 'id' | 'version' | 'contactPointId'>;

/** Whose wrong codes are counted together: those of one number, which solves no challenge. */
const callerFrom = ({ id, version, contactPointId }: Asking): Caller => ({ network: `phone:${contactPointId ?? 'withheld'}`, ours: false, solved: async () => false, once: `${id} ${version}` });

/**
 * Does what a step asks for in a transaction of its own, before the call is held: trying a code waits for others who try,
 * and a rating or a reopening is the citizen's own act. Null where the step asks for nothing of the kind.
 */
export const lookUp = async (ctx: Context, effects: readonly CallEffect[], asking: Asking): Promise<CallEvent | null> => {
  for (const effect of effects) {
    if (effect.do === 'look_up') return { type: 'looked_up', found: await tryCode(ctx, effect, callerFrom(asking)) };
    if (effect.do === 'rate') return { type: 'rated', taken: await byCode(ctx, effect.caseId, (proof) => giveFeedback(ctx, { ...proof, rating: effect.rating, solved: effect.solved }, callerFrom(asking))), solved: effect.solved };
    if (effect.do === 'reopen') return { type: 'reopened', taken: await byCode(ctx, effect.caseId, (proof) => moveByCitizen(ctx, 'reopen', proof, callerFrom(asking))) };
  }
  return null;
};

type Found = Extract<CallEvent, { type: 'looked_up' }>['found'];

const tryCode = async (ctx: Context, typed: { reference: string; code: string }, caller: Caller): Promise<Found> => {
  try {
    const caseId = await openByCode(ctx, typed, caller);
    const { status, nextStep } = await trackedOf(ctx, caseId);
    return { caseId, status, rates: nextStep === 'you_rate' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'not_found_or_wrong_code') return 'wrong';
    if (error.code === 'too_many_attempts' || error.code === 'challenge_needed') return 'locked';
    throw error;
  }
};

/** The citizen's own act, by the code that the call has proved; it is derived again, as nothing keeps it. @returns whether it was taken */
const byCode = async (ctx: Context, caseId: string, act: (proof: { reference: string; code: string }) => Promise<void>): Promise<boolean> => {
  const [about] = await ctx.db.withActor(system, (tx) => tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, caseId)));
  if (!about) return false;
  try {
    await act({ reference: about.reference, code: deriveCode(ctx.codeKey, caseId) });
    return true;
  } catch (error) {
    // Rated or moved meanwhile, or elsewhere: the caller is told so, or thanked for the call alone.
    if (error instanceof AppError && error.status < 500) return false;
    throw error;
  }
};
