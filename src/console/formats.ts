import type { ConsoleLanguage } from '#texts/console';
import { formatDate, formatInstant } from '#texts/format';

/** Western digits in both languages, as Moroccan papers have them. */
const locales: Record<ConsoleLanguage, string> = { ar: 'ar-MA-u-nu-latn', fr: 'fr-MA-u-nu-latn' };

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
/** A measure keeps the smaller unit until the larger one would say something: 90 minutes, 47 hours, then days. */
const unitOf = (seconds: number): ['minute' | 'hour' | 'day', number] =>
  seconds < 90 * minute ? ['minute', minute] : seconds < 2 * day ? ['hour', hour] : ['day', day];

export type Formats = ReturnType<typeof formats>;

/** Numbers, dates and durations as a person of this language reads them; instants are shown in Moroccan time. */
export function formats(language: ConsoleLanguage) {
  const locale = locales[language];
  const numberOf = new Intl.NumberFormat(locale);
  const shareOf = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const monthOf = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const counted = (count: number, unit: string): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(count);

  return {
    number: (value: number): string => numberOf.format(value),
    /** A case's ten digits, grouped as they are printed and read aloud: 264 839 1756. */
    reference: (digits: string): string => digits.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3'),
    /** A share between 0 and 1. */
    share: (value: number): string => shareOf.format(value),
    days: (count: number): string => counted(count, 'day'),
    /** A measured time, in seconds. */
    duration: (seconds: number): string => {
      const [unit, length] = unitOf(seconds);
      const value = seconds / length;
      return counted(unit === 'minute' ? Math.round(value) : value, unit);
    },
    /** How long ago an ISO instant was. */
    ago: (instant: string, now: number): string => {
      const seconds = Math.max(0, (now - Date.parse(instant)) / 1000);
      const [unit, length] = unitOf(seconds);
      return relative.format(-Math.floor(seconds / length), unit);
    },
    instant: formatInstant,
    date: formatDate,
    /** A calendar month, `YYYY-MM`. */
    month: (month: string): string => monthOf.format(new Date(`${month}-01T00:00:00Z`)),
  };
}
