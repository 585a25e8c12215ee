import type { Schedule } from '#dev/fake-twilio/schedule';

/** Time that passes only in `run`: then everything is done that was put off, the earliest first. */
export const createTurns = (): { schedule: Schedule; run: () => Promise<void> } => {
  const tasks: { delayMs: number; work: () => Promise<void> }[] = [];
  return {
    schedule: (delayMs, work) => tasks.push({ delayMs, work }),
    run: async () => {
      for (const { work } of tasks.splice(0).toSorted((a, b) => a.delayMs - b.delayMs)) await work();
    },
  };
};
