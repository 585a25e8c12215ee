type Measured = { p50: number | null; p90: number | null };

/** The longest time to draw, in seconds: the full length of the bars. */
export const longestOf = (all: readonly Measured[]): number =>
  Math.max(0, ...all.flatMap(({ p50, p90 }) => [p50 ?? 0, p90 ?? 0]));

/** Length of a bar, 0 to 1; null for a percentile that was not reached, which is longer than any that was. */
export const shareOf = (seconds: number | null, longest: number): number | null =>
  seconds === null ? null : longest === 0 ? 0 : seconds / longest;
