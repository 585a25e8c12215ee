import type { Context } from '#domain/context';
import { sweep } from '#domain/sweep/sweep.actions';
import type { JobName } from '#jobs/definitions';
import { processors } from '#workers/processors';
import type { testClock, TestApp } from './app.ts';
import { createTurns } from './turns.ts';

const turnMs = 4000;

/**
 * The worker program's part and the providers' time, in turns of a test's clock: what takes hours is over in a moment, in the same order
 * each time. `provider` is for `startApp`.
 */
export const createLineTurns = (app: () => TestApp, clock: ReturnType<typeof testClock>) => {
  const { schedule, run } = createTurns();
  /** The sweep, then each job that it or another job added; one that is to come later the sweep finds. */
  const work = async (): Promise<void> => {
    const added: [JobName, readonly string[]][] = [];
    const ctx: Context = { ...app().deps.ctx, jobs: { add: (name, ids, how) => void (how?.afterMs === undefined && added.push([name, ids])) } };
    await sweep(ctx);
    for (let next = added.shift(); next; next = added.shift())
      // A provider that cannot be asked what became of a message is asked by the next turn.
      for (const id of next[1]) await processors[next[0]](ctx, [id]).catch(() => undefined);
    await run();
  };
  return {
    provider: { clock, schedule },
    pass: async (ms: number, eachMs = turnMs): Promise<void> => {
      for (let passed = 0; passed < ms; passed += eachMs) {
        clock.advance(eachMs);
        await work();
      }
    },
  };
};
