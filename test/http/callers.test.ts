import { afterAll, beforeAll, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import { CaseDetail, CaseList } from '#contract/staff';
import { triageCase } from '#domain/triage/triage.actions';
import { filing } from '../support/app.ts';
import { openCentre, type Cookie } from '../support/centre.ts';
import { pdf, uploaded } from '../support/files.ts';

const phone = '0661444555';
const fatima = { ...filing({ contact: { name: 'فاطمة الإدريسي', phone } }), text: 'توقف الدعم منذ شهرين.', channel: 'phone' };
const hassan = { ...filing({ contact: { name: 'حسن أمزيان', phone } }), text: 'لم أتوصل بالمعرف الرقمي.', channel: 'counter' };
const key = (value: string) => ({ 'idempotency-key': value });

let centre: Awaited<ReturnType<typeof openCentre>>;
let far: Cookie;
beforeAll(async () => {
  centre = await openCentre();
  far = await centre.app.as('operator', 'centre-06', 'far');
});
afterAll(() => centre.app.close());

const take = async (body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Receipt & { id: string; status: string }> => {
  const answer = await centre.app.post('/api/v1/staff/cases', body, { ...centre.amal, ...headers });
  const receipt = Receipt.parse(answer.json);
  const [found] = await centre.rows<{ id: string }>('select id from cases where reference = $1', receipt.reference);
  if (!found) throw new Error('the case is not there');
  await triageCase(centre.app.deps.ctx, found.id);
  return { ...receipt, id: found.id };
};
const known = async (who: Cookie, typed = phone): Promise<CaseList['items']> => CaseList.parse((await centre.app.post('/api/v1/staff/callers', { phone: typed }, who)).json).items;
const hear = (who: Cookie, id: string, more: Record<string, unknown> = {}) => centre.act(who, { id }, 'heard', { channel: 'phone', text: 'اتصلت تسأل متى يصل الجواب.', ...more });
const read = async (who: Cookie, id: string) => CaseDetail.parse(await centre.detail(who, { id }));

it('two people of one number keep two cases and two codes, each with their own words', async () => {
  const [one, other] = [await take(fatima), await take(hassan)];
  centre.clock.advance(1000);
  expect(new Set([one.reference, other.reference]).size).toBe(2);
  expect((await hear(centre.badr, one.id)).status).toBe(204);
  const texts = async (id: string) => (await read(centre.amal, id)).messages.filter(({ direction }) => direction === 'in').map(({ text, channel }) => [channel, text]);
  expect(await texts(one.id)).toEqual([['phone', fatima.text], ['phone', 'اتصلت تسأل متى يصل الجواب.']]);
  expect(await texts(other.id)).toEqual([['counter', hassan.text]]);
  // Neither code opens the other's.
  expect((await centre.app.post('/api/v1/track', { reference: one.reference, code: other.code })).status).toBe(404);
});

it('the look-up shows neither name nor number in clear, in any writing of it, and its address holds no number', async () => {
  const answer = await centre.app.post('/api/v1/staff/callers', { phone: '٠٦٦١ ٤٤ ٤٥ ٥٥' }, centre.amal);
  expect(CaseList.parse(answer.json).items.map(({ citizen }) => citizen.name).toSorted()).toEqual(['ح*** أ***', 'ف*** ا***']);
  for (const secret of ['فاطمة', 'الإدريسي', 'حسن', 'أمزيان', '661444555']) expect(answer.text).not.toContain(secret);
  expect((await centre.app.get(`/api/v1/staff/callers?phone=${phone}`, centre.amal)).status).toBe(404);
});

it('an operator of another centre sees nothing of them, and may add nothing', async () => {
  const [one] = await known(centre.amal);
  expect(await known(far)).toEqual([]);
  const before = await read(centre.amal, one?.id ?? '');
  const [refused, missing] = [await hear(far, one?.id ?? ''), await hear(far, '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d55')];
  expect([refused.status, refused.text]).toEqual([404, missing.text]);
  expect((await read(centre.amal, one?.id ?? '')).messages).toEqual(before.messages);
});

it('the look-up is a search by number: counted and kept', async () => {
  const prober = await centre.app.as('operator', 'centre-04', 'prober');
  const before = await centre.rows<{ n: number }>('select count(*)::int as n from searches');
  for (let number = 0; number < 60; number += 1) expect(await known(prober, `06620000${String(10 + number)}`)).toEqual([]);
  const more = await centre.app.post('/api/v1/staff/callers', { phone }, prober);
  expect([more.status, more.json['code']]).toEqual([429, 'too_many_searches']);
  expect(await centre.rows('select count(*)::int as n from searches')).toEqual([{ n: (before[0]?.n ?? 0) + 60 }]);
  expect((await centre.app.post('/api/v1/staff/callers', { phone: '264 839 1756' }, centre.badr)).json['errors']).toEqual([{ path: 'phone', code: 'invalid_phone' }]);
});

it('a form that is sent twice makes one case, with one receipt; its key is of one person', async () => {
  const body = { ...fatima, text: 'نفس الاستمارة مرتين.' };
  const [first, second] = await Promise.all([0, 1].map(() => centre.app.post('/api/v1/staff/cases', body, { ...centre.amal, ...key('one form') })));
  expect([first?.status, second?.status].toSorted()).toEqual([200, 201]);
  expect(first?.json).toEqual(second?.json);
  const changed = await centre.app.post('/api/v1/staff/cases', { ...body, text: 'غيرها' }, { ...centre.amal, ...key('one form') });
  expect([changed.status, changed.json['code']]).toEqual([422, 'key_reused']);
  const ofOther = await centre.app.post('/api/v1/staff/cases', body, { ...centre.badr, ...key('one form') });
  expect(ofOther.status).toBe(201);
  expect(ofOther.json['code']).not.toBe(first?.json['code']);
});

it('a form with a scan that is sent twice makes one case', async () => {
  const send = async () => centre.app.post('/api/v1/staff/cases', { ...hassan, attachments: [await uploaded(centre.app, pdf('a scan'))] }, { ...centre.amal, ...key('with a scan') });
  const [first, second] = [await send(), await send()];
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.json).toEqual(first.json);
});

it('what is said at the counter of an earlier matter joins it once, with its files, and says who wrote it down', async () => {
  const one = await take({ ...fatima, text: 'موضوع ثالث.' });
  centre.clock.advance(60_000);
  const say = async () => hear(centre.badr, one.id, { channel: 'counter', text: 'ها هي الشهادة.', attachments: [await uploaded(centre.app, pdf('brought'))] });
  expect([(await say()).status, (await say()).status]).toEqual([204, 204]);
  const { messages, attachments, events } = await read(centre.amal, one.id);
  const added = messages.filter(({ text }) => text === 'ها هي الشهادة.');
  expect(added).toMatchObject([{ direction: 'in', channel: 'counter', kind: 'follow_up', author: 'Test badr' }]);
  expect(attachments).toMatchObject([{ messageId: added[0]?.id }]);
  expect(events.filter(({ type }) => type === 'message.received').map(({ actor }) => actor)).toEqual(['Test badr']);
});

it('a case that waited for the citizen goes on once they call', async () => {
  const { id, version } = await centre.held(centre.amal, { contact: { phone } });
  await centre.act(centre.amal, { id }, 'reply', { version, text: 'ما هو رقم ملفكم؟', question: true });
  expect((await read(centre.amal, id)).status).toBe('awaiting_citizen');
  expect((await hear(centre.badr, id)).status).toBe(204);
  expect((await read(centre.amal, id)).status).toBe('in_progress');
});

it('to a case that has ended nothing is added: it would be read by nobody', async () => {
  const { id, version } = await centre.held(centre.amal, { contact: { phone } });
  await centre.act(centre.amal, { id }, 'move', { version, to: 'resolved', outcome: 'informed', text: 'أجبناكم.' });
  const answer = await hear(centre.badr, id);
  expect([answer.status, answer.json['code']]).toEqual([409, 'illegal_move']);
});

it('keeps which consent was read aloud, in which language, and sends the receipt to a Moroccan mobile alone', async () => {
  const french = await take({ ...fatima, language: 'fr', text: 'Mon aide est arrêtée.' });
  const fixed = await take({ ...fatima, text: 'من هاتف ثابت.', contact: { phone: '0537123456' } });
  const consent = await centre.rows('select t.language, c.channel from cases c join consent_texts t on t.id = c.consent_text where c.id = $1', french.id);
  expect(consent).toEqual([{ language: 'fr', channel: 'phone' }]);
  const receipts = (id: string) => centre.rows<{ channel: string }>("select channel from messages where case_id = $1 and kind = 'acknowledgement'", id);
  expect([await receipts(french.id), await receipts(fixed.id)]).toEqual([[{ channel: 'sms' }], []]);
});
