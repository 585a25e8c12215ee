import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '#db/actor';
import { routeMessage } from '#domain/messages/routing.actions';
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

/** A phone from which two cases were begun, so that the line cannot know which one a further text is about. */
const withTwoOpen = async (number: string) => {
  const phone = handset(app, clock, number);
  await phone.text('لم أتوصل بدعم السكن، أنا من الرباط');
  await phone.reads();
  await phone.text('جديد');
  await phone.reads();
  await phone.text('توقف التعويض الشهري، أنا من الرباط');
  await phone.reads();
  clock.advance(120_000);
  return phone;
};

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

describe('rule 14: danger that is written of later', () => {
  it('puts the case before all others at once, and no cap holds the numbers back; three times a day is enough', async () => {
    const phone = handset(app, clock, '+212661000409');
    await phone.text('توقف عني الدعم منذ شهرين، أنا من الرباط');
    const reference = referenceIn(await phone.reads());
    // What leaves by itself to one phone is used up.
    for (let asked = 0; asked < 12; asked += 1) {
      clock.advance(600_000);
      await phone.text('مساعدة');
      if (asked < 10) await phone.reads();
    }
    for (let told = 0; told < 4; told += 1) {
      await phone.text(`كيهددني بالقتل ${told}`);
      if (told < 3) expect(await phone.reads()).toContain('الشرطة 19');
    }
    await eventually(async () => (await words((await caseOf(reference)).id)).length === 5);
    expect(await rows("select 1 from messages where kind = 'safety' and case_id = $1", (await caseOf(reference)).id)).toHaveLength(3);
    expect(await caseOf(reference)).toMatchObject({ priority: 1 });
    expect(await rows('select 1 from events where case_id = $1 and type = $2', (await caseOf(reference)).id, 'case.raised')).toHaveLength(1);
  });

  it('never waits for the answer to which case is meant', async () => {
    const phone = await withTwoOpen('+212661000410');
    await phone.text('واش كاين شي جديد فالملف ديالي');
    expect(await phone.reads()).toContain('عن أي ملف');
    await phone.text('راجلي كيضربني وكيهددني بالقتل');
    const answers = [await phone.reads(), await phone.reads()];
    expect(answers).toContainEqual(expect.stringContaining('الشرطة 19'));
    const { id, priority } = await caseOf(referenceIn(answers.find((text) => text.includes('آخر أجل')) ?? ''));
    expect([priority, await words(id)]).toEqual([1, ['واش كاين شي جديد فالملف ديالي', 'راجلي كيضربني وكيهددني بالقتل']]);
  });
});

it('texts that waited for an answer in vain begin one case with the first of them, from when that came', async () => {
  const phone = await withTwoOpen('+212661000411');
  await phone.text('مشيت للمقاطعة ثلاث مرات بلا نتيجة من الرباط');
  expect(await phone.reads()).toContain('عن أي ملف');
  const first = clock.now();
  clock.advance(120_000);
  await phone.text('واش سمعتوني');
  await phone.reads();
  clock.advance(25 * 3_600_000);
  const held = await rows<{ id: string }>("select id from messages where state = 'held' order by created_at desc");
  expect(held).toHaveLength(2);
  await routeMessage(app.deps.ctx, held[0]?.id ?? '');
  const [begun] = await rows<{ id: string; at: string }>("select c.id, c.received_at::text as at from cases c join messages m on m.case_id = c.id and m.kind = 'narrative' and m.body like 'مشيت للمقاطعة%'");
  expect([await words(begun?.id ?? ''), new Date(begun?.at ?? '')]).toEqual([['مشيت للمقاطعة ثلاث مرات بلا نتيجة من الرباط', 'واش سمعتوني'], first]);
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
