import { revealSigns, type RevealRow, type Sign } from '#contract/reports';
import { limits } from '#contract/limits';
import { localDate } from '#domain/deadlines/deadlines.rules';

/** One reveal, or one time that all that is held was given. `held`: whoever was shown it was given a case of the citizen at some time. */
export type ShownFact = { what: 'reveals' | 'givings'; at: Date; citizenId: string; held: boolean };

const casablanca = new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Casablanca', weekday: 'short', hour: '2-digit', hourCycle: 'h23' });

/** Whether an instant is a time at which a centre hardly works: 20:00 to 7:00, a Saturday or a Sunday, in Morocco. */
export const isOddHour = (at: Date): boolean => {
  const parts = new Map(casablanca.formatToParts(at).map(({ type, value }) => [type, value]));
  const hour = Number(parts.get('hour'));
  return hour < 7 || hour >= 20 || ['Sat', 'Sun'].includes(parts.get('weekday') ?? '');
};

/** The middle of some counts, 0 of none. */
export const medianOf = (counts: readonly number[]): number => {
  const sorted = counts.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
};

/** One search by a citizen's number; `sought` is the same for the same number. */
export type SearchFact = { at: Date; sought: string; found: number };

/** What one person did that the report counts. */
export type Facts = { shown: readonly ShownFact[]; searches: readonly SearchFact[] };
/** How much it is, to be compared with what others did: times shown, different numbers sought. */
export const sizeOf = ({ shown, searches }: Facts): { shown: number; numbers: number } => ({ shown: shown.length, numbers: new Set(searches.map(({ sought }) => sought)).size });

/** The days on which at least so many of these fall. */
const daysOf = (facts: readonly { at: Date }[], most: number): string[] =>
  [...Map.groupBy(facts, ({ at }) => localDate(at))].filter(([, day]) => day.length >= most).map(([date]) => date);

/**
 * What one person was shown comes to, and what they searched, and what of it is worth a question; each sign follows from the
 * figures shown, so that whoever is asked can see why.
 *
 * @param colleagues the medians of the others with the same role
 */
export const weigh = (facts: Facts, colleagues: { shown: number; numbers: number }): Omit<RevealRow, 'person'> => {
  const { shown, searches } = facts;
  const reveals = shown.filter(({ what }) => what === 'reveals');
  const givings = shown.filter(({ what }) => what === 'givings');
  const full = [daysOf(reveals, limits.reveals.day), daysOf(givings, limits.givings.day), daysOf(searches, limits.searches.day)];
  const { numbers } = sizeOf(facts);
  const figures = {
    reveals: reveals.length,
    givings: givings.length,
    colleagues: colleagues.shown,
    citizens: new Set(shown.map(({ citizenId }) => citizenId)).size,
    others: new Set(shown.filter(({ held }) => !held).map(({ citizenId }) => citizenId)).size,
    oddHours: shown.filter(({ at }) => isOddHour(at)).length,
    fullDays: new Set(full.flat()).size,
    numbers,
    unfound: searches.filter(({ found }) => found === 0).length,
    colleaguesNumbers: colleagues.numbers,
  };
  const is: Record<Sign, boolean> = {
    many: shown.length >= revealSigns.many && shown.length > revealSigns.times * colleagues.shown,
    odd_hours: figures.oddHours >= revealSigns.oddHours,
    others_cases: figures.others >= revealSigns.othersCases,
    full_days: figures.fullDays > 0,
    many_searches: numbers >= revealSigns.numbers && numbers > revealSigns.times * colleagues.numbers,
  };
  return { ...figures, signs: (Object.keys(is) as Sign[]).filter((sign) => is[sign]) };
};
