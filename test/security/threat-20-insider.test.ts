import { afterAll, beforeAll, expect, it } from 'vitest';
import { RevealReport } from '#contract/reports';
import { prune } from '#domain/sweep/prune.actions';
import { openCentre, type Held } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let one: Held;
const name = 'زينب العلوي';
const text = 'رقمي ٠٦٦١ ٩٨٧ ٦٥٤ وبطاقتي AB123456، توقف الدعم';
beforeAll(async () => {
  centre = await openCentre();
  one = await centre.waiting({ text, contact: { name, phone: '0661987654', email: 'zineb@example.org' } });
});
afterAll(() => centre.app.close());

const reveal = (who: { cookie: string }, body: Record<string, unknown>) => centre.act(who, one, 'reveal', body);
const revealed = async () => (await centre.events(one.id)).filter(({ type }) => type === 'case.revealed').length;

it('whoever reads a case sees no name, number, address or identity card in full', async () => {
  const shown = [await centre.app.get(`/api/v1/staff/cases/${one.id}`, centre.amal), await centre.app.get('/api/v1/staff/cases', centre.amal)].map(({ text: all }) => all).join();
  for (const word of [name, 'زينب', '661987654', '٠٦٦١ ٩٨٧', 'zineb@example.org', 'AB123456', '123456']) expect(shown).not.toContain(word);
  expect(shown).toContain('توقف الدعم');
});

it('a case is found by its phone number, in any writing, by those alone who may see it', async () => {
  const stranger = await centre.app.as('operator', 'centre-06', 'stranger');
  const find = async (who: { cookie: string }, q: string) => (await centre.app.get(`/api/v1/staff/cases?q=${encodeURIComponent(q)}`, who)).json['items'];
  for (const q of ['0661987654', '+212 661-987-654', '٠٦٦١٩٨٧٦٥٤']) expect(await find(centre.amal, q)).toMatchObject([{ id: one.id }]);
  expect(await find(stranger, '0661987654')).toEqual([]);
  expect(await find(centre.amal, '0661987655')).toEqual([]);
});

it('nothing is revealed without a reason, and each time is kept with who and why, but not what', async () => {
  for (const reason of [undefined, '', ' \u200f ']) expect((await reveal(centre.amal, { reason })).status).toBe(400);
  expect(await revealed()).toBe(0);
  const { status, json } = await reveal(centre.amal, { reason: 'للاتصال بها' });
  expect([status, json]).toMatchObject([200, { name, phone: '+212661987654', email: 'zineb@example.org', narrative: text, messages: [{ text }], left: 29 }]);
  expect(await revealed()).toBe(1);
  const kept = JSON.stringify(await centre.events(one.id));
  for (const word of [name, '661987654', 'للاتصال']) expect(kept).not.toContain(word);
  expect((await reveal(centre.amal, { version: 99, reason: 'سبب' })).status).toBe(409);
});

it('nobody reveals more than thirty a day, however fast, and the next day begins anew', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => reveal(centre.badr, { reason: 'سبب' })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
  expect(answers.flatMap(({ json }) => (typeof json['left'] === 'number' ? [json['left']] : [])).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, left) => left));
  for (const { status, json } of answers.filter((answer) => answer.status !== 200)) expect([status, json['code']]).toEqual([429, 'quota_exceeded']);
  expect((await reveal(centre.chief, { reason: 'سبب' })).status).toBe(200);
  const [found] = await centre.rows<{ taken: number }>("select count(*)::int as taken from events where type = 'case.revealed'");
  expect(found?.taken).toBe(32);
  centre.clock.advance(24 * 3_600_000);
  expect((await reveal(await centre.app.as('operator', 'centre-04', 'badr'), { reason: 'سبب' })).status).toBe(200);
});

it('all that is held is given ten times a day at most, however fast and of however many cases, and stands in the report', async () => {
  const supervisor = await centre.app.as('supervisor', 'centre-04', 'giver');
  const more = await centre.waiting({ contact: { name, phone: '0661987654', email: 'zineb@example.org' } });
  await centre.rows('update cases set citizen_id = (select citizen_id from cases where id = $1) where id = $2', one.id, more.id);
  const give = () => centre.act(supervisor, one, 'personal-data', { reason: 'حضرت ببطاقتها الوطنية' });
  const answers = await Promise.all(Array.from({ length: 14 }, give));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429, 429, 429]);
  for (const { json } of answers.filter(({ status }) => status === 429)) expect(json).toMatchObject({ code: 'quota_exceeded' });
  expect(await centre.rows("select count(*)::int as events from events where type = 'case.data_given'")).toEqual([{ events: 20 }]);
  const { rows } = RevealReport.parse((await centre.app.get('/api/v1/staff/reports/reveals', supervisor)).json);
  expect(rows.find(({ person }) => person.name === 'Test giver')).toMatchObject({ reveals: 0, givings: 10, citizens: 1, others: 1, fullDays: 1, signs: expect.arrayContaining(['many', 'full_days']) as string[] });
  centre.clock.advance(24 * 3_600_000);
  expect((await centre.act(await centre.app.as('supervisor', 'centre-04', 'giver'), one, 'personal-data', { reason: 'سبب' })).status).toBe(200);
});

const find = (who: { cookie: string }, q: string, more = '') => centre.app.get(`/api/v1/staff/cases?q=${encodeURIComponent(q)}${more}`, who);
const number = (i: number): string => `06700${String(i).padStart(5, '0')}`;

it('nobody finds out a number by trying: sixty in an hour, three hundred in a day, each kept with who, when and how many were found, but not the number', async () => {
  const prober = await centre.app.as('operator', 'centre-04', 'prober');
  const before = await centre.rows<{ n: number }>('select count(*)::int as n from searches');
  expect((await find(prober, '0661987654')).json['items']).toHaveLength(2);
  const answers = await Promise.all(Array.from({ length: 70 }, (_, i) => find(prober, number(i))));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(59);
  for (const refused of answers.filter(({ status }) => status !== 200)) {
    expect([refused.status, refused.json['code'], refused.headers.get('content-type')]).toEqual([429, 'too_many_searches', 'application/problem+json']);
    expect(Number(refused.headers.get('retry-after'))).toBe(3600);
    expect(refused.text).not.toContain('0670');
  }
  const kept = await centre.rows<{ found: number; sought: string }>("select found, sought::text as sought from searches s join staff p on p.id = s.staff_id where p.name = 'Test prober' order by s.id");
  expect(kept.map(({ found }) => found)).toEqual([2, ...Array.from({ length: 59 }, () => 0)]);
  expect(new Set(kept.map(({ sought }) => sought)).size).toBe(60);
  expect(await centre.rows('select count(*)::int as n from searches')).toEqual([{ n: (before[0]?.n ?? 0) + 60 }]);
  // What names a case and no person is as free as ever, and so is a colleague.
  expect((await find(prober, one.reference)).json['items']).toHaveLength(1);
  expect((await centre.app.get('/api/v1/staff/cases', prober)).status).toBe(200);
  expect((await find(await centre.app.as('supervisor', 'centre-04', 'giver'), '0661987654')).status).toBe(200);

  for (let hour = 1; hour < 5; hour += 1) {
    centre.clock.advance(3_600_000 + 1000);
    const again = await centre.app.as('operator', 'centre-04', 'prober');
    expect((await Promise.all(Array.from({ length: 60 }, (_, i) => find(again, number(hour * 100 + i))))).every(({ status }) => status === 200)).toBe(true);
  }
  centre.clock.advance(3_600_000 + 1000);
  const spent = await find(await centre.app.as('operator', 'centre-04', 'prober'), number(999));
  expect([spent.status, Number(spent.headers.get('retry-after'))]).toEqual([429, 24 * 3600 - 5 * 3601]);
  const { rows } = RevealReport.parse((await centre.app.get('/api/v1/staff/reports/reveals', await centre.app.as('supervisor', 'centre-04', 'giver'))).json);
  expect(rows.find(({ person }) => person.name === 'Test prober')).toMatchObject({ reveals: 0, numbers: 300, unfound: 299, signs: expect.arrayContaining(['many_searches']) as string[] });
});

it('a console that asks again for the same list, or for its next page, searches once; a quarter of an hour later it is another search', async () => {
  const patient = await centre.app.as('operator', 'centre-04', 'patient');
  const kept = () => centre.rows<{ n: number }>("select count(*)::int as n from searches s join staff p on p.id = s.staff_id where p.name = 'Test patient'");
  for (const q of ['0661987654', '+212 661-987-654', '٠٦٦١٩٨٧٦٥٤']) await find(patient, q);
  const first = await find(patient, '0661987654', '&limit=1');
  expect((await find(patient, '0661987654', `&limit=1&cursor=${String(first.json['nextCursor'])}`)).json['items']).toHaveLength(1);
  expect(await kept()).toEqual([{ n: 1 }]);
  centre.clock.advance(15 * 60_000);
  await find(patient, '0661987654');
  expect(await kept()).toEqual([{ n: 2 }]);
});

it('a partner is counted like anybody, and who searched is forgotten after four hundred days', async () => {
  const partner = await centre.app.as('partner', null, 'asker', 'anss');
  const answers = await Promise.all(Array.from({ length: 61 }, (_, i) => find(partner, number(i))));
  expect(answers.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(1);
  centre.clock.advance(400 * 24 * 3_600_000);
  await prune(centre.app.deps.ctx);
  expect((await centre.rows<{ n: number }>('select count(*)::int as n from searches'))[0]?.n).toBeGreaterThan(0);
  centre.clock.advance(1000);
  await prune(centre.app.deps.ctx);
  expect(await centre.rows('select count(*)::int as n from searches')).toEqual([{ n: 0 }]);
});
