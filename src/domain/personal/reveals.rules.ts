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

/**
 * What one person was shown comes to, and what of it is worth a question; each sign follows from the figures shown, so that
 * whoever is asked can see why.
 *
 * @param colleagues the median of the others with the same role
 */
export const weigh = (facts: readonly ShownFact[], colleagues: number): Omit<RevealRow, 'person'> => {
  const timesOf = (what: ShownFact['what']): ShownFact[] => facts.filter((fact) => fact.what === what);
  const fullDaysOf = (what: ShownFact['what']): string[] =>
    [...Map.groupBy(timesOf(what), ({ at }) => localDate(at))].filter(([, day]) => day.length >= limits[what].day).map(([date]) => date);
  const figures = {
    reveals: timesOf('reveals').length,
    givings: timesOf('givings').length,
    colleagues,
    citizens: new Set(facts.map(({ citizenId }) => citizenId)).size,
    others: new Set(facts.filter(({ held }) => !held).map(({ citizenId }) => citizenId)).size,
    oddHours: facts.filter(({ at }) => isOddHour(at)).length,
    fullDays: new Set([...fullDaysOf('reveals'), ...fullDaysOf('givings')]).size,
  };
  const is: Record<Sign, boolean> = {
    many: facts.length >= revealSigns.many && facts.length > revealSigns.times * colleagues,
    odd_hours: figures.oddHours >= revealSigns.oddHours,
    others_cases: figures.others >= revealSigns.othersCases,
    full_days: figures.fullDays > 0,
  };
  return { ...figures, signs: (Object.keys(is) as Sign[]).filter((sign) => is[sign]) };
};
