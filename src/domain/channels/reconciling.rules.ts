const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const reconcileEveryMs = 5 * minuteMs;
/** How far an ordinary run looks back: providers repeat a webhook for minutes, and clocks differ. */
const ordinaryMs = 2 * hourMs;
/** How far a run of the night looks back. */
const deepMs = 48 * hourMs;
/** What a run begins before the last one's beginning: what came while that one asked. */
const overlapMs = 10 * minuteMs;
/** The quietest hour. Morocco keeps GMT (decree 2.26.530). */
const nightHour = 3;

/** From when on a provider is asked for what it holds. After a time away, from before it began. */
export const sinceFor = (now: Date, reconciledAt: Date | null, deep: boolean): Date => {
  const usual = now.getTime() - (deep ? deepMs : ordinaryMs);
  return new Date(reconciledAt === null ? usual : Math.min(usual, reconciledAt.getTime() - overlapMs));
};

/** The next time at which a run looks back over two days. */
export const nextNight = (now: Date): Date => {
  const tonight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), nightHour);
  return new Date(tonight > now.getTime() ? tonight : tonight + dayMs);
};
