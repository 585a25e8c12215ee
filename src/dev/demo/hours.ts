import { Temporal } from 'temporal-polyfill';

/** Hours of the day in Morocco during which something happens, `to` exclusive. */
type Hours = { from: number; to: number; weekend: boolean };

export const office: Hours = { from: 9, to: 16, weekend: false };
export const waking: Hours = { from: 7, to: 23, weekend: true };

/** `at`, or the next time within the hours; the minute stays, so that not everything happens on the hour. */
export const within = (hours: Hours, at: Date): Date => {
  let local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO('Africa/Casablanca');
  if (local.hour >= hours.to) local = local.add({ days: 1 }).with({ hour: hours.from });
  if (local.hour < hours.from) local = local.with({ hour: hours.from });
  while (!hours.weekend && local.dayOfWeek > 5) local = local.add({ days: 1 }).with({ hour: hours.from });
  return new Date(local.epochMilliseconds);
};
