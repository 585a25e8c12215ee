import { createHmac, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startApp, type TestApp } from '../support/app.ts';

/** As startApp sets the line up. */
const signingKey = 'a-signing-key-for-tests-of-32-letters';
const inbox = '/webhooks/smsgate/default';

let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ sim: true, work: true });
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const now = (): string => String(Math.floor(Date.now() / 1000));
const sign = (body: string, timestamp: string, key = signingKey): string => createHmac('sha256', key).update(body + timestamp).digest('hex');
const received = (text: string, from = '+212661000555'): string =>
  JSON.stringify({ id: randomBytes(8).toString('hex'), webhookId: 'w', event: 'sms:received', deviceId: 'd', payload: { messageId: 'f1', sender: from, phoneNumber: from, simNumber: 1, message: text, receivedAt: '2026-11-22T10:00:00.000+01:00' } });
/** The path goes out to the letter, as fetch would mend it. */
const post = (path: string, body: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = request(app.url, { path, method: 'POST', headers: { 'content-type': 'application/json', ...headers } }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)));
    asked.on('error', reject);
    asked.end(body);
  });
const deliver = (body: string, path = inbox, timestamp = now()): Promise<number> => post(path, body, { 'x-timestamp': timestamp, 'x-signature': sign(body, timestamp) });
const rows = async (): Promise<unknown> => (await sql`select (select count(*) from messages) as m, (select count(*) from contact_points) as p, (select count(*) from inbound_bodies) as b, (select count(*) from cases) as c, (select count(*) from delivery_reports) as d`)[0];

describe('a request that the phone did not sign for this account, now', () => {
  const body = received('سلام');
  const old = String(Number(now()) - 301);
  const early = String(Number(now()) + 330);
  const forgeries: [name: string, path: string, headers: Record<string, string>, sent?: string][] = [
    ['without a signature', inbox, {}],
    ['with a signature of nothing', inbox, { 'x-timestamp': now(), 'x-signature': '' }],
    ['without the time', inbox, { 'x-signature': sign(body, '') }],
    ['signed with another key', inbox, { 'x-timestamp': now(), 'x-signature': sign(body, now(), 'the-key-of-a-stranger') }],
    ['signed with an empty key', inbox, { 'x-timestamp': now(), 'x-signature': sign(body, now(), '') }],
    ['signed in base64', inbox, { 'x-timestamp': now(), 'x-signature': createHmac('sha256', signingKey).update(body + now()).digest('base64') }],
    ['with another text than was signed', inbox, { 'x-timestamp': now(), 'x-signature': sign(body, now()) }, received('غيرها')],
    ['replayed after five minutes', inbox, { 'x-timestamp': old, 'x-signature': sign(body, old) }],
    ['replayed with a new time', inbox, { 'x-timestamp': now(), 'x-signature': sign(body, old) }],
    ['of a time to come', inbox, { 'x-timestamp': early, 'x-signature': sign(body, early) }],
    ['for another account', '/webhooks/smsgate/other', { 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
    ['for no account', '/webhooks/smsgate/', { 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
    ['for the other provider', '/webhooks/twilio/messages', { 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
    ['on a path spelled otherwise', '/webhooks//smsgate/default', { 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
    ['on an encoded path', '/webhooks/smsgate%2Fdefault', { 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
    ['on an encoded letter', '/webhooks/smsgate/%64efault', { 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
    ['as a form', inbox, { 'content-type': 'application/x-www-form-urlencoded', 'x-timestamp': now(), 'x-signature': sign(body, now()) }],
  ];
  it.each(forgeries)('%s: is refused, and nothing is stored', async (_, path, headers, sent = body) => {
    const before = await rows();
    expect(await post(path, sent, headers)).toBe(403);
    expect(await rows()).toEqual(before);
  });
});

describe('a text to the SIM', () => {
  it('told twenty times at once, each telling under another id, is one message', async () => {
    const tellings = Array.from({ length: 20 }, () => received('عشرون مرة', '+212661000777'));
    expect(await Promise.all(tellings.map((body) => deliver(body)))).toEqual(tellings.map(() => 200));
    expect(await deliver(received('عشرون مرة', '+212661000777'))).toBe(200);
    expect(await sql`select 1 from messages where body = 'عشرون مرة'`).toHaveLength(1);
  });

  it('opens a case, and its number comes back from the SIM', async () => {
    const from = '+212661000888';
    await app.phone.receiveFromHandset({ from, text: 'توقف الدعم منذ شهرين وأنا أرملة من تارودانت' });
    const [receipt] = await eventually(async () => (app.phone.messagesTo(from).length > 0 ? app.phone.messagesTo(from) : null));
    const digits = receipt?.text.replaceAll(/\D/g, '') ?? '';
    const [found] = await sql<{ reference: string; channel: string }[]>`select reference, channel from cases where contact_point_id = (select contact_point_id from messages where channel_account = 'smsgate:default' and direction = 'out' and id = ${receipt?.id ?? ''})`;
    expect(found?.channel).toBe('sms');
    expect(digits).toContain(found?.reference);
    expect(app.fake.messagesTo(from)).toEqual([]);
    await eventually(async () => (await sql`select 1 from messages where id = ${receipt?.id ?? ''} and state = 'delivered'`).length === 1);
  });

  it('to Twilio is answered from Twilio, as people answer the number they know', async () => {
    const from = '+212661000999';
    await app.fake.receiveFromHandset({ from, to: '+212661864445', text: 'لم أتوصل بالدعم هذا الشهر' });
    await eventually(async () => app.fake.messagesTo(from).length === 1);
    expect(app.phone.messagesTo(from)).toEqual([]);
  });

  it('says nothing of what another provider was given to send', async () => {
    const from = '+212661000998';
    await app.fake.receiveFromHandset({ from, to: '+212661864445', text: 'لم أتوصل بالدعم منذ مدة' });
    await eventually(async () => app.fake.messagesTo(from).length === 1);
    const ours = async () => (await sql<{ id: string; state: string; account: string }[]>`select m.id, m.state, m.channel_account as account from messages m where m.direction = 'out'
      and m.contact_point_id = (select contact_point_id from messages where direction = 'in' and body = 'لم أتوصل بالدعم منذ مدة')`)[0];
    await eventually(async () => (await ours())?.state === 'delivered');
    // As when its provider took it and the answer was lost: nobody knows its number there.
    await sql`update messages set provider_id = null, state = 'sending', state_at = now() where id = ${(await ours())?.id ?? ''}`;
    const before = await ours();
    expect(await deliver(JSON.stringify({ id: 'x', webhookId: 'w', event: 'sms:failed', deviceId: 'd', payload: { messageId: before?.id, reason: 'RESULT_ERROR_GENERIC_FAILURE' } }))).toBe(200);
    expect(await ours()).toEqual(before);
  });

  it('in a shape that nobody knows yet is not answered as taken, so that the phone tells it again', async () => {
    const before = await rows();
    for (const payload of [{}, { sender: '+212661000555', message: 'x', receivedAt: 'yesterday' }, { sender: '+212661000555', receivedAt: '2026-11-22T10:00:00Z' }])
      expect(await deliver(JSON.stringify({ id: 'x', webhookId: 'w', event: 'sms:received', deviceId: 'd', payload }))).toBe(503);
    for (const event of ['mms:received', 'mms:downloaded', 'sms:data-received', 'rcs:received'])
      expect(await deliver(JSON.stringify({ id: 'x', webhookId: 'w', event, deviceId: 'd', payload: {} }))).toBe(503);
    expect(await rows()).toEqual(before);
  });

  it('and a sign of life, and what nobody knows yet, are taken without a trace', async () => {
    const before = await rows();
    expect(await app.phone.ping()).toBe(200);
    for (const body of ['{}', 'null', 'no json', JSON.stringify({ id: 'x', webhookId: 'w', event: 'sms:teleported', deviceId: 'd', payload: {} })]) expect(await deliver(body)).toBe(200);
    expect(await rows()).toEqual(before);
  });

  it('counts from when the network had it, however late the phone tells; never from before a week ago or from a time to come', async () => {
    const [day, moment] = [86_400_000, Date.now()];
    const dated = async (text: string, at: number): Promise<number> => {
      const { status } = await app.phone.receiveFromHandset({ from: '+212661000666', text, at: new Date(at) });
      expect(status).toBe(200);
      const [found] = await sql<{ at: Date }[]>`select created_at as at from messages where body = ${text}`;
      return found?.at.getTime() ?? 0;
    };
    expect(await dated('قبل يومين', moment - 2 * day)).toBe(moment - 2 * day);
    for (const [text, at, meant] of [['ساعة الهاتف قديمة', 0, moment - 7 * day], ['ساعة الهاتف سابقة', moment + 400 * day, moment]] as const)
      expect(Math.abs((await dated(text, at)) - meant)).toBeLessThan(60_000);
  });

  it('that is no SMS is one all the same: the words of an MMS and what came with them, or that something came which nobody can read', async () => {
    const told = { messageId: '12', sender: '+212661000556', receivedAt: '2026-11-22T10:00:00Z' };
    const bodies = async (event: string, payload: Record<string, unknown>) => {
      const before = await sql<{ body: string }[]>`select body from messages where direction = 'in'`;
      expect(await deliver(JSON.stringify({ id: 'x', webhookId: 'w', event, deviceId: 'd', payload: { ...told, ...payload } }))).toBe(200);
      return (await sql<{ body: string }[]>`select body from messages where direction = 'in'`).map(({ body }) => body).filter((body) => !before.some((one) => one.body === body));
    };
    expect(await bodies('mms:downloaded', { body: 'هذه بطاقتي الوطنية', subject: 'الدعم', attachments: [{ partId: 1, contentType: 'image/jpeg; name=a', data: 'AAAA' }] })).toEqual(['الدعم\nهذه بطاقتي الوطنية\n[image/jpeg]']);
    expect(await bodies('mms:downloaded', { attachments: [] })).toEqual(['[unsupported mms]']);
    expect(await bodies('mms:received', { transactionId: 't', size: 9, subject: 'بلا تنزيل' })).toEqual(['بلا تنزيل\n[unsupported mms]']);
    expect(await bodies('sms:data-received', { data: 'AAEC' })).toEqual(['[unsupported data]']);
  });
});
