import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOddHour, medianOf, weigh as weighAll, type SearchFact, type ShownFact } from '#domain/personal/reveals.rules';

const weigh = (shown: readonly ShownFact[], colleagues: number) => weighAll({ shown, searches: [] }, { shown: colleagues, numbers: 0 });
const noon = new Date('2026-11-24T12:00:00Z');
const facts = (count: number, more: Partial<ShownFact> = {}): ShownFact[] =>
  Array.from({ length: count }, (_, i) => ({ what: 'reveals', at: new Date(noon.getTime() + i * 86_400_000 * 7), citizenId: `citizen ${i}`, held: true, ...more }));

it('night and the end of the week are told by the clock of Morocco, before and after it left GMT+1', () => {
  const odd = (at: string) => isOddHour(new Date(at));
  expect([odd('2026-11-24T06:59:59Z'), odd('2026-11-24T07:00:00Z'), odd('2026-11-24T19:59:59Z'), odd('2026-11-24T20:00:00Z')]).toEqual([true, false, false, true]);
  expect([odd('2026-06-02T06:00:00Z'), odd('2026-06-02T19:00:00Z')]).toEqual([false, true]);
  expect([odd('2026-11-21T12:00:00Z'), odd('2026-11-22T12:00:00Z'), odd('2026-11-23T12:00:00Z')]).toEqual([true, true, false]);
});

it('a person who does as colleagues do is never asked about, however much all have to do', () => {
  expect(weigh(facts(40), 14).signs).toEqual([]);
  expect(weigh(facts(40), 13).signs).toEqual(['many']);
  expect(weigh(facts(9), 0).signs).toEqual([]);
});

it('the same citizen shown ten times is one citizen, and a case that was given to the person is none of others', () => {
  expect(weigh(facts(10, { citizenId: 'one', held: false }), 5)).toMatchObject({ reveals: 10, citizens: 1, others: 1, signs: [] });
  expect(weigh(facts(10, { held: false }), 5)).toMatchObject({ citizens: 10, others: 10, signs: ['others_cases'] });
  expect(weigh(facts(10), 5)).toMatchObject({ citizens: 10, others: 0, signs: [] });
});

it('nights, and days of which nothing was left, are named', () => {
  expect(weigh(facts(3, { at: new Date('2026-11-24T23:00:00Z') }), 3)).toMatchObject({ oddHours: 3, signs: ['odd_hours'] });
  expect(weigh(facts(30, { at: noon }), 30)).toMatchObject({ fullDays: 1, signs: ['full_days'] });
  expect(weigh(facts(29, { at: noon }), 30)).toMatchObject({ fullDays: 0, signs: [] });
});

it('what is given counts with what is revealed, and has a day of its own', () => {
  expect(weigh([...facts(6), ...facts(6, { what: 'givings' })], 3)).toMatchObject({ reveals: 6, givings: 6, signs: ['many'] });
  expect(weigh(facts(10, { what: 'givings', at: noon }), 10)).toMatchObject({ reveals: 0, givings: 10, fullDays: 1, signs: ['full_days'] });
  expect(weigh(facts(9, { what: 'givings', at: noon }), 10)).toMatchObject({ fullDays: 0, signs: [] });
});

it('many different numbers sought are named, beside what colleagues sought; the same one again is one', () => {
  const searches = (count: number, more: Partial<SearchFact> = {}): SearchFact[] => Array.from({ length: count }, (_, i) => ({ at: new Date(noon.getTime() + i * 3_600_000), sought: `number ${i}`, found: 1, ...more }));
  const signs = (some: SearchFact[], numbers: number) => weighAll({ shown: [], searches: some }, { shown: 0, numbers });
  expect(signs(searches(30), 9)).toMatchObject({ numbers: 30, unfound: 0, colleaguesNumbers: 9, signs: ['many_searches'] });
  expect([signs(searches(30), 10).signs, signs(searches(29), 0).signs]).toEqual([[], []]);
  expect(signs(searches(200, { sought: 'one', found: 0 }), 0)).toMatchObject({ numbers: 1, unfound: 200, signs: [] });
  expect(signs(searches(300, { at: noon }), 150)).toMatchObject({ fullDays: 1, signs: ['full_days'] });
});

it('a median lies between the least and the most, and half are on either side', () => {
  fc.assert(fc.property(fc.array(fc.nat(1000), { minLength: 1 }), (counts) => {
    const median = medianOf(counts);
    const half = Math.ceil(counts.length / 2);
    expect(counts.filter((count) => count <= median).length).toBeGreaterThanOrEqual(half);
    expect(counts.filter((count) => count >= median).length).toBeGreaterThanOrEqual(half);
  }));
  expect([medianOf([]), medianOf([4, 1]), medianOf([9, 1, 2])]).toEqual([0, 2.5, 2]);
});
