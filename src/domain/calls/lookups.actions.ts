import { eq } from 'drizzle-orm';
import { system } from '#db/actor';
import { cases } from '#db/schema/tables';
import { deriveCode } from '#lib/code';
import { AppError } from '#lib/errors';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { giveFeedback } from '#domain/tracking/tracking.actions';
import { openByCode, trackedOf } from '#domain/tracking/tracking.queries';
import type { CallEffect, CallEvent } from './call.rules.ts';

/** Whose wrong codes are counted together: those of one number, which solves no challenge. */
const callerFrom = (contactPointId: string | null): Caller => ({ network: `phone:${contactPointId ?? 'withheld'}`, ours: false, solved: async () => false });

/**
 * Does what a step asks for in a transaction of its own, before the call is held: trying a code waits for others who try,
 * and a rating is the citizen's own act. Null where the step asks for nothing of the kind.
 */
export const lookUp = async (ctx: Context, effects: readonly CallEffect[], contactPointId: string | null): Promise<CallEvent | null> => {
  for (const effect of effects) {
    if (effect.do === 'look_up') return { type: 'looked_up', found: await tryCode(ctx, effect, callerFrom(contactPointId)) };
    if (effect.do === 'rate') return { type: 'rated', taken: await rate(ctx, effect, callerFrom(contactPointId)) };
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

/** By the code that the call has proved; it is derived again, as nothing keeps it. */
const rate = async (ctx: Context, { caseId, rating, solved }: Extract<CallEffect, { do: 'rate' }>, caller: Caller): Promise<boolean> => {
  const [about] = await ctx.db.withActor(system, (tx) => tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, caseId)));
  if (!about) return false;
  try {
    await giveFeedback(ctx, { reference: about.reference, code: deriveCode(ctx.codeKey, caseId), rating, solved }, caller);
    return true;
  } catch (error) {
    // Rated meanwhile, or elsewhere again: the caller is thanked for the call alone.
    if (error instanceof AppError && error.status < 500) return false;
    throw error;
  }
};
