/** The listening line: as it is dialled in Morocco, and as a `tel:` link needs it. */
export const line = { shown: '0661864445', dialled: '+212661864445' } as const;

/** `YYYY-MM-DD` to `DD/MM/YYYY`, in Western digits, as Morocco prints dates. */
export function formatDate(date: string): string {
  return date.split('-').toReversed().join('/');
}

const moment = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Africa/Casablanca',
  numberingSystem: 'latn',
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** An ISO instant to `DD/MM/YYYY HH:MM`, Moroccan time. Throws RangeError when it is no instant. */
export function formatInstant(instant: string): string {
  return moment.format(new Date(instant)).replace(',', '');
}
