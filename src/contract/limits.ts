/**
 * How much of citizens one person may be shown: cases revealed, and times that all that is held was given, in a day of Morocco's
 * calendar; each time counts. The one place that says so.
 */
export const limits = {
  reveals: { day: 30 },
  givings: { day: 10 },
} as const;
