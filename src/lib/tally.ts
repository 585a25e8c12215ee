import type { Clock } from './clock.ts';

/** More callers in one window than this are forgotten: what counts them must not be what falls over. */
const mostKeys = 50_000;

/**
 * Counts by key within windows that follow one another, in this process only.
 *
 * @param windowMs length of a window; the first begins with the clock's zero
 */
export const createTally = (clock: Clock, windowMs: number) => {
  const counts = new Map<string, number>();
  let window = 0;

  const turn = (): void => {
    const now = Math.floor(clock.now().getTime() / windowMs);
    if (now === window && counts.size < mostKeys) return;
    window = now;
    counts.clear();
  };

  return {
    /** @returns how often `key` was added in this window, this time included */
    add(key: string): number {
      turn();
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
    count(key: string): number {
      turn();
      return counts.get(key) ?? 0;
    },
    /** Seconds until the next window, at least one. */
    secondsLeft: (): number => Math.max(1, Math.ceil((windowMs - (clock.now().getTime() % windowMs)) / 1000)),
  };
};
