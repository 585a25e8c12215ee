/** The listening line: as it is dialled in Morocco, and as a `tel:` link needs it. */
export const line = { shown: '0661864445', dialled: '+212661864445' } as const;

/**
 * Morocco left GMT+1 for good at this instant (decree 2.26.530). Browsers with older time-zone tables still add the hour
 * after it, so from then on nobody's tables are asked.
 */
const utcSince = Date.parse('2026-09-20T01:00:00Z');

/** A formatter of instants (ms since 1970) in Moroccan time, in Western digits. It throws RangeError when there is no such instant. */
function inMorocco(locale: string, options: Intl.DateTimeFormatOptions): (instant: number) => string {
  const inZone = (timeZone: string) => new Intl.DateTimeFormat(locale, { ...options, numberingSystem: 'latn', timeZone });
  const [before, since] = [inZone('Africa/Casablanca'), inZone('UTC')];
  return (instant) => (instant < utcSince ? before : since).format(instant);
}

const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const moment = inMorocco('en-GB', { ...day, hour: '2-digit', minute: '2-digit' });

/** `YYYY-MM-DD` to `DD/MM/YYYY`, in Western digits, as Morocco prints dates. */
export function formatDate(date: string): string {
  return date.split('-').toReversed().join('/');
}

/** An ISO instant to `DD/MM/YYYY HH:MM`, Moroccan time. Throws RangeError when it is no instant. */
export function formatInstant(instant: string): string {
  return moment(Date.parse(instant)).replace(',', '');
}

/** The date in Morocco at an instant (ms since 1970), `YYYY-MM-DD`. Throws RangeError when it is no instant. */
export const todayAt = inMorocco('sv-SE', day);
