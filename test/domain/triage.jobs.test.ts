import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { triageCase } from '#domain/triage/triage.actions';
import { eventually, filing, line, startApp, type TestApp } from '../support/app.ts';

type Row = {
  id: string; status: string; version: number; language: string; category: string; subcategory: string | null;
  province: string | null; priority: number; centre_id: string; queue_id: string; triaged_at: string | null;
};
type Receipt = { reference: string; code: string };

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
const file = async (more: Record<string, unknown>): Promise<Receipt> => {
  const answer = await app.post('/api/v1/cases', filing(more));
  expect(answer.status).toBe(201);
  return answer.json as Receipt;
};
const triaged = ({ reference }: { reference: string }): Promise<Row> =>
  eventually(async () => (await rows<Row>('select * from cases where reference = $1 and triaged_at is not null', reference))[0]);
const eventsOf = (id: string, type: string) => rows('select 1 from events where case_id = $1 and type = $2', id, type);

it('a case that was withdrawn before triage stays withdrawn, and its citizen is not written to', async () => {
  const phone = '+212664000001';
  const receipt = await file({ contact: { phone } });
  expect((await app.post('/api/v1/track/withdraw', { reference: receipt.reference, code: receipt.code })).json).toEqual({ status: 'withdrawn' });
  app.work();
  expect(await triaged(receipt)).toMatchObject({ status: 'withdrawn' });
  const { timeline } = (await app.post('/api/v1/track', { reference: receipt.reference, code: receipt.code })).json as { timeline: { status: string }[] };
  expect(timeline.map(({ status }) => status)).toEqual(['received', 'withdrawn']);
  // One that came later has its acknowledgement; this one has none.
  await file({ contact: { phone: '+212664000002' } });
  await eventually(async () => app.fake.messagesTo('+212664000002')[0]);
  expect(app.fake.messagesTo(phone)).toEqual([]);
});

it.each([
  ['Arabic', 'توقف الدعم منذ شهرين بدون تفسير، أنا أرملة أسكن بمدينة فاس.', { language: 'ar', category: 'PAY', subcategory: 'PAY.STOPPED', province: 'MA-FES', priority: 2, centre_id: 'centre-03', queue_id: 'general-03' }],
  ['French', "Bonjour, on me refuse les soins à l'hôpital d'Agadir parce que mes droits AMO sont fermés.", { language: 'fr', category: 'HEALTH', province: 'MA-AGD', priority: 2, centre_id: 'centre-09', queue_id: 'general-09' }],
  ['Arabizi', 'salam, ma weslatnich l flous dyal da3m had chhar, ana f Oujda', { language: 'ar', category: 'PAY', province: 'MA-OUJ', centre_id: 'centre-02', queue_id: 'general-02' }],
  ['Tifinagh', 'ⴰⵣⵓⵍ, ⵓⵔ ⵉⵢⵉ ⴷ ⵢⵓⵡⵉⴹ ⵉⴷⵔⵉⵎⵏ', { language: 'zgh', centre_id: 'centre-04', queue_id: 'general-04' }],
])('a complaint in %s reaches the queue of the centre that serves its place, with nobody asking the citizen', async (_, text, expected) => {
  expect(await triaged(await file({ text }))).toMatchObject({ status: 'assigned', version: 2, ...expected });
});

it('a text to the line is triaged like any other', async () => {
  const from = '+212664000003';
  await app.fake.receiveFromHandset({ from, to: line, text: 'Bonjour, mon aide est suspendue depuis trois mois, je suis à Tanger' });
  const receipt = await eventually(async () => app.fake.messagesTo(from)[0]);
  const reference = /\d{10}/.exec(receipt.text)?.[0] ?? '';
  expect(await triaged({ reference })).toMatchObject({ language: 'fr', category: 'PAY', province: 'MA-TNG', queue_id: 'general-01' });
});

it('what the citizen chose is never overwritten by a suggestion', async () => {
  const chosen = await file({ text: 'توقف الدعم منذ شهرين، أسكن بمدينة فاس.', language: 'fr', category: 'HEALTH', territory: { province: 'MA-OUJ' } });
  expect(await triaged(chosen)).toMatchObject({ language: 'fr', category: 'HEALTH', subcategory: null, province: 'MA-OUJ', centre_id: 'centre-02' });
  const particular = await file({ text: 'توقف الدعم منذ شهرين.', category: 'HH.CHILD' });
  expect(await triaged(particular)).toMatchObject({ category: 'HH', subcategory: 'HH.CHILD' });
});

it('triage that runs again, and at the same moment, changes nothing and acknowledges once', async () => {
  const phone = '+212664000004';
  const { reference } = await file({ contact: { phone } });
  const [one] = await rows<{ id: string }>('select id from cases where reference = $1', reference);
  const id = one?.id ?? '';
  await Promise.all(Array.from({ length: 5 }, () => triageCase(app.deps.ctx, id)));
  const before = await triaged({ reference });
  await triageCase(app.deps.ctx, id);
  expect(await triaged({ reference })).toEqual(before);
  expect(await eventsOf(id, 'case.triaged')).toHaveLength(1);
  expect(await rows("select 1 from messages where case_id = $1 and kind = 'acknowledgement'", id)).toHaveLength(1);
  await eventually(async () => app.fake.messagesTo(phone)[0]?.status === 'delivered');
  expect(app.fake.messagesTo(phone)).toHaveLength(1);
});

it('an accusation of bribery is never seen by operators, only by the supervisor of the centre', async () => {
  const accusation = await triaged(await file({ text: 'طلب مني الموظف رشوة باش يدوز الملف ديالي، أنا فالرباط.' }));
  expect(accusation).toMatchObject({ category: 'FAIR', queue_id: 'integrity-04', priority: 2 });
  const operator = await app.as('operator', 'centre-04');
  const supervisor = await app.as('supervisor', 'centre-04');
  const idsSeenBy = async (who: { cookie: string }) =>
    ((await app.get('/api/v1/staff/cases', who)).json as { items: { id: string }[] }).items.map(({ id }) => id);
  expect(await idsSeenBy(operator)).not.toContain(accusation.id);
  expect((await app.get(`/api/v1/staff/cases/${accusation.id}`, operator)).status).toBe(404);
  expect(await idsSeenBy(supervisor)).toContain(accusation.id);
});

it('a case that names no place goes to the centre that serves such cases, and is not lost between two', async () => {
  expect(await triaged(await file({ text: 'لم أتوصل بالدعم هذا الشهر.' }))).toMatchObject({ province: null, centre_id: 'centre-04', queue_id: 'general-04' });
  expect(await triaged(await file({ text: 'واش نمشي لفاس ولا لمراكش باش ندفع الطلب؟' }))).toMatchObject({ province: null, centre_id: 'centre-04' });
});
