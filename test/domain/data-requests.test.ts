import { afterAll, beforeAll, expect, it } from 'vitest';
import { texts } from '#texts/index';
import { filing } from '../support/app.ts';
import { openCentre } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
beforeAll(async () => {
  centre = await openCentre();
});
afterAll(() => centre.app.close());

const legalOf = async (id: string) =>
  centre.rows<{ basis: string; due: string }>("select basis, due_date::text as due from deadlines where case_id = $1 and kind = 'legal' order by due_date", id);

it.each([
  ['DATA.RECTIFY', '2026-12-02', 'law-09-08-rectification'],
  ['DATA.ERASE', '2026-12-02', 'law-09-08-opposition'],
  ['DATA.ACCESS', '2026-12-22', 'law-09-08-access'],
  ['PAY.LATE', '2027-01-21', 'decree-2-17-265'],
])('a request under %s is due on %s from its receipt on, by its own law', async (category, due, basis) => {
  const filed = await centre.app.post('/api/v1/cases', filing({ category }));
  expect(filed.json['legalDueDate']).toBe(due);
  const [found] = await centre.rows<{ id: string }>('select id from cases where reference = $1', String(filed.json['reference']));
  expect(await legalOf(found?.id ?? '')).toEqual([{ basis, due }]);
});

it('a complaint that turns out to be such a request gets its earlier date, and keeps the one it was told', async () => {
  const { id, reference, code } = await centre.waiting({ text: 'أطلب حق التصحيح: اسمي مكتوب خطأ لديكم.' });
  expect(await legalOf(id)).toEqual([{ basis: 'law-09-08-rectification', due: '2026-12-02' }, { basis: 'decree-2-17-265', due: '2027-01-21' }]);
  expect((await centre.app.post('/api/v1/track', { reference, code })).json['legalDueDate']).toBe('2026-12-02');
});

it('an operator who finds such a request in another matter gives it its date, and none is ever put off', async () => {
  const one = await centre.held(centre.amal);
  const moved = await centre.act(centre.amal, one, 'assign', { version: one.version, queue: 'general-04', category: 'DATA.ACCESS', reason: 'تطلب معطياتها' });
  expect(moved.json).toMatchObject({ category: 'DATA', subcategory: 'DATA.ACCESS', legalDueDate: '2026-12-22' });
  const back = await centre.act(centre.amal, one, 'assign', { version: moved.json['version'], queue: 'general-04', category: 'PAY.LATE', reason: 'خطأ' });
  expect(back.json['legalDueDate']).toBe('2026-12-22');
});

it('what a citizen agreed to is kept in the very words that were shown, by language', async () => {
  const filed = await centre.app.post('/api/v1/cases', filing({ language: 'fr' }));
  const [agreed] = await centre.rows(
    'select t.language, t.text, c.channel from cases c join consent_texts t on t.id = c.consent_text where c.reference = $1', String(filed.json['reference']));
  expect(agreed).toEqual({ language: 'fr', text: texts.fr.pages.form.consentText, channel: 'web' });
});

it('who texts the line has agreed to no text, and none is made up', async () => {
  const id = await centre.text('+212664000055', 'توقف الدعم');
  expect(await centre.rows('select consent_text from cases where id = $1', id)).toEqual([{ consent_text: null }]);
});
