import type { ErrorCode } from '#lib/errors';
import type { Context } from '#domain/context';

/** Why a guess may not be tried, and for how many seconds. */
export type Refusal = { code: ErrorCode; seconds: number };

const most = 50_000;
const known = new WeakMap<Context, ReturnType<typeof create>>();

/**
 * What the database refused is refused until then without asking it again: a flood of guesses would keep it busy. Nothing
 * that it would refuse is ever let through, since what is not remembered is asked.
 */
export const refusalsOf = (ctx: Context): ReturnType<typeof create> => {
  const found = known.get(ctx) ?? create(ctx);
  known.set(ctx, found);
  return found;
};

const create = ({ clock }: Pick<Context, 'clock'>) => {
  const until = new Map<string, { code: ErrorCode; at: number }>();
  return {
    of(key: string): Refusal | null {
      const refused = until.get(key);
      const seconds = refused === undefined ? 0 : Math.ceil((refused.at - clock.now().getTime()) / 1000);
      if (refused === undefined || seconds <= 0) return null;
      return { code: refused.code, seconds };
    },
    keep(key: string, refusal: Refusal | null): Refusal | null {
      if (until.size >= most) until.clear();
      if (refusal) until.set(key, { code: refusal.code, at: clock.now().getTime() + refusal.seconds * 1000 });
      return refusal;
    },
  };
};
