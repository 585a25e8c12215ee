/** Runs `work` after `delayMs`. Whoever asks for it sees to the failures of `work`. */
export type Schedule = (delayMs: number, work: () => Promise<void>) => void;

/** The real clock's schedule; `close` drops what has not begun and waits for what has. */
export const createTimers = (): { schedule: Schedule; close(): Promise<void> } => {
  const waiting = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  return {
    schedule: (delayMs, work) => {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        const run = work().finally(() => running.delete(run));
        running.add(run);
      }, delayMs);
      waiting.add(timer);
    },
    close: async () => {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
      await Promise.all(running);
    },
  };
};
