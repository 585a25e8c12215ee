/** A rule of law that gives a case its answer date. Configuration, not logic: a new decree is a new object. */
type LegalBasis = { id: string; days: number; source: string; adopted: string };

/** Sixty calendar days from receipt to study and answer. Neither extension nor pause was found in the decree. */
export const legalBasis: LegalBasis = {
  id: 'decree-2-17-265',
  days: 60,
  source: 'Decree 2-17-265 of 28 Ramadan 1438 on complaints, observations and proposals of users',
  adopted: '2017-06-23',
};

const law0908 = 'Law 09-08 on the protection of individuals with regard to the processing of personal data (BO 5714)';

/** Requests about one's own data have a clock of their own. */
const basisOfSubcategory: ReadonlyMap<string, LegalBasis> = new Map([
  // The law names no figure for access; thirty days is what the line binds itself to.
  ['DATA.ACCESS', { id: 'law-09-08-access', days: 30, source: `${law0908}, article 7; the figure is the line's own`, adopted: '2009-02-18' }],
  ['DATA.RECTIFY', { id: 'law-09-08-rectification', days: 10, source: `${law0908}, article 8`, adopted: '2009-02-18' }],
  ['DATA.ERASE', { id: 'law-09-08-opposition', days: 10, source: `${law0908}, articles 8 and 9; the figure is that of article 8`, adopted: '2009-02-18' }],
]);

/** The rule that gives a case of this subcategory (`DATA.RECTIFY`, ...) its legal date. */
export const legalBasisFor = (subcategory: string | null | undefined): LegalBasis =>
  basisOfSubcategory.get(subcategory ?? '') ?? legalBasis;

const dayMs = 86_400_000;

// Every complaint is dated on intake: making a formatter costs some 50 microseconds, using one about one, so it is made once.
const casablanca = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Africa/Casablanca',
  calendar: 'iso8601',
  numberingSystem: 'latn',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The calendar date (YYYY-MM-DD) that an instant has in Morocco. */
export const localDate = (instant: Date): string => {
  // Offsets are whole quarters of an hour, so the date cannot change within one.
  const quarter = Math.floor(instant.getTime() / 900_000);
  if (quarter !== known.quarter) known = { quarter, date: casablanca.format(instant) };
  return known.date;
};
let known = { quarter: Number.NaN, date: '' };

// Dates are counted in UTC, where every day has 24 hours; in local time 20 September 2026 has 25.
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

/** The last calendar date (YYYY-MM-DD) on which an answer is still in time: local date of receipt plus the legal days. */
export const legalDueDate = (receivedAt: Date, basis: LegalBasis = legalBasis): string =>
  new Date((dayNumber(localDate(receivedAt)) + basis.days) * dayMs).toISOString().slice(0, 10);

/** Calendar days until the due date: 0 on the day itself, negative after it. */
export const daysLeft = (dueDate: string, now: Date): number => dayNumber(dueDate) - dayNumber(localDate(now));

/** The due date itself is still in time, until its last second in Morocco. */
export const isLegallyLate = (dueDate: string, now: Date): boolean => daysLeft(dueDate, now) < 0;
