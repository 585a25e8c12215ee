import { afterAll, beforeAll, expect, it } from 'vitest';
import { RevealReport } from '#contract/reports';
import { openCentre, type Cookie } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const name = 'زينب العلوي';
const reveal = async (who: Cookie, one: { id: string }): Promise<void> => {
  expect((await centre.act(who, one, 'reveal', { reason: 'للاتصال بها' })).status).toBe(200);
};
const report = async (who: Cookie, query = '') => {
  const answer = await centre.app.get(`/api/v1/staff/reports/reveals${query}`, who);
  return { ...answer, rows: answer.status === 200 ? RevealReport.strict().parse(answer.json).rows : [] };
};

it('a supervisor sees who of the own centre revealed how much and of whom, an administrator of all; nobody else sees any of it', async () => {
  // Monday, ten in the morning.
  centre.clock.set(new Date('2026-11-23T10:00:00Z'));
  const amal = await centre.app.as('operator', 'centre-04', 'amal');
  const hers = await centre.held(amal, { contact: { name, phone: '0661987654' } });
  for (let time = 0; time < 2; time += 1) await reveal(amal, hers);
  // In the night, cases that were never his.
  centre.clock.set(new Date('2026-11-23T22:00:00Z'));
  const night = await centre.app.as('operator', 'centre-04', 'badr');
  for (let i = 0; i < 11; i += 1) await reveal(night, await centre.waiting({ contact: { name, phone: `06612345${10 + i}` } }));

  const seen = await report(await centre.app.as('supervisor', 'centre-04', 'chief'));
  expect(seen.rows).toMatchObject([
    { person: { name: 'Test badr', role: 'operator', centre: { id: 'centre-04' } }, reveals: 11, citizens: 11, others: 11, oddHours: 11, fullDays: 0, signs: ['many', 'odd_hours', 'others_cases'] },
    { person: { name: 'Test amal' }, reveals: 2, citizens: 1, others: 0, oddHours: 0, signs: [] },
  ]);
  for (const word of [name, '66198', hers.reference, hers.id]) expect(seen.text).not.toContain(word);
  expect((await report(await centre.app.as('administrator', null, 'admin'))).rows).toEqual(seen.rows);
  expect((await report(await centre.app.as('supervisor', 'centre-06', 'stranger'))).rows).toEqual([]);
  expect((await report(night)).status).toBe(403);
});

it('what was revealed on another day, in a case that has left the centre, is counted on its day, and a wrong period is refused', async () => {
  const chief = await centre.app.as('supervisor', 'centre-04', 'chief');
  expect((await report(chief, '?from=2026-11-24&to=2026-11-24')).rows).toEqual([]);
  await centre.rows("update cases set centre_id = 'centre-06', queue_id = 'general-06'");
  expect((await report(chief, '?from=2026-11-23&to=2026-11-23')).rows.map(({ reveals }) => reveals)).toEqual([11, 2]);
  for (const wrong of ['?from=2026-11-24&to=2026-11-23', '?from=2026-12-01', '?from=2026-01-01', '?from=x', '?by=name']) expect((await report(chief, wrong)).status).toBe(400);
});
