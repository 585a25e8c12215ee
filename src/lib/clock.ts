/** The one source of "now", so that tests decide what time it is. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/**
 * Refuses to start on outdated time-zone data. Morocco left GMT+1 for good on 20 September 2026 (decree 2.26.530);
 * tables older than tz 2026c still add the hour, which dates a late-evening complaint, and its legal deadline, a day off.
 * @throws Error whose message says what to do.
 */
export const assertTimeZoneData = (): void => {
  const parts = new Intl.DateTimeFormat('en', { timeZone: 'Africa/Casablanca', timeZoneName: 'longOffset' })
    .formatToParts(new Date('2026-10-01T12:00:00Z'));
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value;
  if (offset !== 'GMT' && offset !== 'GMT+00:00') {
    throw new Error(
      `This Node.js (${process.version}, time-zone data ${process.versions.tz ?? 'unknown'}) puts Morocco at ${offset ?? 'an unknown offset'} ` +
        'on 1 October 2026, where GMT+0 is right. Use Node 24.21 or newer (time-zone data 2026c), for example through "npm start".',
    );
  }
};
