import { newChallenge, redeem } from './challenge.actions.ts';
import type { Challenge } from '#contract/challenge';
import type { Context } from '#domain/context';
import { AppError } from '#lib/errors';
import { isOurs, networkOf } from '#lib/network';
import { createTally } from '#lib/tally';
import { levelFor } from './challenge.rules.ts';

/** Who asks something of the citizen's side: where from, and whether with a solved challenge; it is used up when first asked for. `once` as `Shared` has it. */
export type Caller = { network: string; ours: boolean; solved(): Promise<boolean>; once?: string };

/** @param from.solution the solved challenge as it was sent, if any */
export const callerOf = (ctx: Context, from: { address: string; solution?: string | undefined }): Caller => {
  let redeemed: Promise<boolean> | null = null;
  return {
    network: networkOf(from.address),
    ours: isOurs(from.address),
    solved: () => (redeemed ??= from.solution === undefined ? Promise.resolve(false) : redeem(ctx, from.solution)),
  };
};

export type Admission = {
  /**
   * Lets a filing in. Nobody is refused for good: a network with more than its free filings in this minute, or everybody
   * while this process is crowded, is asked for a solved challenge. A form without script cannot solve one, so some a minute
   * from each network are let in without.
   *
   * @throws AppError challenge_needed
   */
  admit<T>(caller: Caller, how: { form: boolean }, work: () => Promise<T>): Promise<T>;
  /** A challenge as hard as a filing from there would have to bring now, if it had to bring any. */
  challenge(caller: Pick<Caller, 'network'>): Promise<Challenge>;
};

const minuteMs = 60_000;
const formsPerMinute = 30;

/** Counts in this process only, and asks no store: what counts must never cost a complaint. */
export const createAdmission = (ctx: Pick<Context, 'clock' | 'codeKey'>): Admission => {
  const filings = createTally(ctx.clock, minuteMs);
  const forms = createTally(ctx.clock, minuteMs);
  let underWay = 0;

  return {
    async admit(caller, { form }, work) {
      // Behind an address of ours may be anybody: a proxy that was not named would make strangers of each other pay.
      const level = levelFor(caller.ours ? 0 : filings.add(caller.network), underWay);
      if (level > 0 && !(await caller.solved()) && !(form && forms.add(caller.network) <= formsPerMinute))
        throw new AppError('challenge_needed', { retryAfter: filings.secondsLeft() });
      underWay += 1;
      try {
        return await work();
      } finally {
        underWay -= 1;
      }
    },
    challenge: ({ network }) => newChallenge(ctx, Math.max(1, levelFor(filings.count(network), underWay))),
  };
};
