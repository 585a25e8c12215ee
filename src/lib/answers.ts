const numberOrName = /^(?:\d{1,6}|[A-Z_]{2,40})$/;

/** The code of a provider's answer or of a network error; undefined for anything else: free text quotes numbers and words of people, and codes are kept. */
export const asCode = (said: unknown): string | undefined => {
  const code = typeof said === 'number' ? String(said) : said;
  return typeof code === 'string' && numberOrName.test(code) ? code : undefined;
};

/** Longer than that no provider keeps what people are told waiting, whatever it asks for. */
const mostMs = 15 * 60_000;

/** What `Retry-After` asks for: seconds, or a date by the answer's own clock; undefined where it asks for nothing that can be read. */
export const retryAfterMs = (header: string | undefined, date: string | undefined): number | undefined => {
  const said = header?.trim() ?? '';
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.parse(date ?? '');
  return ms > 0 ? Math.min(ms, mostMs) : undefined;
};
