/**
 * How much of citizens one person may be shown: cases revealed, and times that all that is held was given, in a day of Morocco's
 * calendar; each time counts. And by how many citizens' numbers they may search within an hour and within 24. The one place
 * that says so.
 */
export const limits = {
  reveals: { day: 30 },
  givings: { day: 10 },
  searches: { hour: 60, day: 300 },
} as const;
