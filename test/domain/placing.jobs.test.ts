import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '#db/actor';
import { eventually, startApp, testClock, type TestApp } from '../support/app.ts';
import { handset, referenceIn } from '../support/handset.ts';

const clock = testClock();
let app: TestApp;
/** Of the centre that serves what names no place, and of the one of Fes. */
let [anywhere, fes]: { cookie: string }[] = [];
beforeAll(async () => {
  app = await startApp({ sim: true, work: true, clock });
  [anywhere, fes] = [await app.as('operator', 'centre-04'), await app.as('operator', 'centre-03', 'operator-of-fes')];
});
afterAll(() => app.close());

type Row = { id: string; province: string | null; queue_id: string; status: string; priority: number; language: string };
const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> => app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
const caseOf = async (reference: string): Promise<Row> => {
  const [found] = await rows<Row>('select * from cases where reference = $1', reference);
  if (!found) throw new Error('no such case');
  return found;
};
const words = async (id: string): Promise<string[]> => (await rows<{ body: string }>("select body from messages where case_id = $1 and direction = 'in' order by created_at, id", id)).map(({ body }) => body);
const seenBy = async (who: { cookie: string } | undefined, id: string): Promise<number> => (await app.get(`/api/v1/staff/cases/${id}`, who)).status;

describe('rule 11: a text that names no place', () => {
  it('has a case at once, whose receipt asks for the town; the answer brings it to the centre there, with its words', async () => {
    const phone = handset(app, clock, '+212661000401');
    await phone.text('توقف عني الدعم منذ شهرين ولا أعرف السبب');
    const receipt = await phone.reads();
    expect(receipt).toContain('ما مدينتكم؟');
    const reference = referenceIn(receipt);
    const { id } = await caseOf(reference);
    expect([await seenBy(anywhere, id), await seenBy(fes, id)]).toEqual([200, 404]);
    clock.advance(120_000);
    await phone.text('دوار بوعزة');
    expect(await phone.reads()).toContain('مثلا: فاس');
    clock.advance(120_000);
    await phone.text('حنا ففاس');
    await eventually(async () => (await caseOf(reference)).province === 'MA-FES');
    expect(await caseOf(reference)).toMatchObject({ queue_id: 'general-03', status: 'assigned' });
    expect(await words(id)).toEqual(['توقف عني الدعم منذ شهرين ولا أعرف السبب', 'دوار بوعزة', 'حنا ففاس']);
    expect([await seenBy(anywhere, id), await seenBy(fes, id)]).toEqual([404, 200]);
    phone.readNothing();
  });

  it('is not taken from whoever works on it already: they learn the place', async () => {
    const phone = handset(app, clock, '+212661000402');
    await phone.text('mon aide est suspendue depuis deux mois');
    const receipt = await phone.reads();
    expect(receipt).toContain('Quelle est votre ville');
    const reference = referenceIn(receipt);
    const { id } = await caseOf(reference);
    const version = (await app.get(`/api/v1/staff/cases/${id}`, anywhere)).json['version'];
    expect((await app.post(`/api/v1/staff/cases/${id}/claim`, { version }, anywhere)).status).toBe(200);
    await phone.text('Fès');
    await eventually(async () => (await caseOf(reference)).province === 'MA-FES');
    expect(await caseOf(reference)).toMatchObject({ queue_id: 'general-04', status: 'in_progress' });
    expect(await seenBy(anywhere, id)).toBe(200);
  });

  it('asks nothing of who wants no messages, nor of a form: there the place was a choice', async () => {
    const phone = handset(app, clock, '+212661000403');
    await phone.text('توقف');
    await phone.reads();
    await phone.text('توقف عني الدعم منذ شهرين ولا أعرف السبب');
    expect(await phone.reads()).not.toContain('مدينتكم');
    await app.post('/api/v1/cases', { kind: 'complaint', text: 'توقف عني الدعم منذ شهرين', consent: true, contact: { phone: '0661000404' } });
    expect(await handset(app, clock, '+212661000404').reads()).not.toContain('مدينتكم');
  });
});

it('rule 14: whoever writes of danger is told at once where help is, and the case comes before all others', async () => {
  const phone = handset(app, clock, '+212661000405');
  await phone.text('الزوج ديالي كيضربني وهددني بالقتل');
  const said = [await phone.reads(), await phone.reads()];
  expect(said).toContainEqual(expect.stringMatching(/الشرطة 19/));
  const reference = referenceIn(said.find((text) => text.includes('آخر أجل')) ?? '');
  expect(await caseOf(reference)).toMatchObject({ priority: 1 });
  // It is asked nothing: who is in danger does not sit an examination.
  expect(said.join()).not.toContain('مدينتكم');
});

it('rule 1: a text that the phone tells twice is one, and is answered once', async () => {
  const from = '+212661000406';
  const { at } = await app.phone.receiveFromHandset({ from, text: 'لم أتوصل بدعم السكن، فاس' });
  const phone = handset(app, clock, from);
  await phone.reads();
  await app.phone.receiveFromHandset({ from, text: 'لم أتوصل بدعم السكن، فاس', at });
  // One that came later has its answer; the repeat has none.
  await phone.text('مساعدة');
  expect(await phone.reads()).toContain('اكتبوا مشكلتكم');
  phone.readNothing();
  expect(await rows("select 1 from messages where channel = 'sms' and body like 'لم أتوصل بدعم السكن، فاس%'")).toHaveLength(1);
});

it('rule 2: texts of one phone that arrive together are decided one after another, and begin one case', async () => {
  const from = '+212661000407';
  const at = clock.now();
  await Promise.all(['توقف الدعم منذ شهرين', 'أنا أرملة من فاس', 'عندي ثلاثة أطفال'].map((text, index) => app.phone.receiveFromHandset({ from, text, at: new Date(at.getTime() + index) })));
  const reference = referenceIn(await handset(app, clock, from).reads());
  const { id } = await caseOf(reference);
  await eventually(async () => (await words(id)).length === 3);
});

it('rule 13: the answer is in the language of the letters, else in that of the last words', async () => {
  const phone = handset(app, clock, '+212661000408');
  await phone.text('ⴰⵣⵓⵍ, ⵓⵔ ⵉⵢⵉ ⴷ ⵢⵓⵡⵉⴹ ⵉⴷⵔⵉⵎⵏ');
  expect(await phone.reads()).toMatch(/\p{Script=Tifinagh}/u);
  await phone.text('?');
  expect(await phone.reads()).toMatch(/\p{Script=Tifinagh}/u);
  await phone.text('aide');
  expect(await phone.reads()).toContain('écrivez votre problème');
});
