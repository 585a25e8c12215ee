import { revealSigns, type RevealRow, type Sign } from '#contract/reports';
import { revealsADay } from '#contract/staff';
import { localDate } from '#domain/deadlines/deadlines.rules';

/** One reveal. `held`: whoever revealed it was given the case at some time. */
export type RevealFact = { at: Date; citizenId: string; held: boolean };

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
 * What one person's reveals come to, and what of it is worth a question; each sign follows from the figures shown, so that
 * whoever is asked can see why.
 *
 * @param colleagues the median of the others with the same role
 */
export const weigh = (facts: readonly RevealFact[], colleagues: number): Omit<RevealRow, 'person'> => {
  const days = Map.groupBy(facts, ({ at }) => localDate(at));
  const figures = {
    reveals: facts.length,
    colleagues,
    citizens: new Set(facts.map(({ citizenId }) => citizenId)).size,
    others: new Set(facts.filter(({ held }) => !held).map(({ citizenId }) => citizenId)).size,
    oddHours: facts.filter(({ at }) => isOddHour(at)).length,
    fullDays: [...days.values()].filter((day) => day.length >= revealsADay).length,
  };
  const is: Record<Sign, boolean> = {
    many: figures.reveals >= revealSigns.many && figures.reveals > revealSigns.times * colleagues,
    odd_hours: figures.oddHours >= revealSigns.oddHours,
    others_cases: figures.others >= revealSigns.othersCases,
    full_days: figures.fullDays > 0,
  };
  return { ...figures, signs: (Object.keys(is) as Sign[]).filter((sign) => is[sign]) };
};
