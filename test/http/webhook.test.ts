import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import fc from 'fast-check';
import postgres from 'postgres';
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '#contract/common';
import { Receipt } from '#contract/filing';
import { sealedAt } from '#domain/personal/places.rules';
import { routeMessage } from '#domain/messages/routing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { unsealText } from '#lib/sealing';
import { filing, line, startApp, type TestApp } from '../support/app.ts';

/** As startApp sets the line up. */
const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'a-token-for-tests-only';

let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp();
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

type Form = Record<string, string>;
const newSid = (): string => `SM${randomBytes(16).toString('hex')}`;
const sms = (more: Form = {}): Form => ({ AccountSid: accountSid, MessageSid: newSid(), From: '+212661000444', To: line, Body: 'سلام', NumMedia: '0', ...more });
const sign = (path: string, form: Form, { token = authToken, base = app.url } = {}): string => twilio.getExpectedTwilioSignature(token, base + path, form);

type Answer = { status: number; type: string; text: string };
const post = (path: string, body: string, headers: Record<string, string | undefined>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
    const asked = request(app.url + path, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...Object.fromEntries(given) } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
const encode = (form: Form): string => new URLSearchParams(form).toString();
/** What Twilio itself would send. */
const deliver = (path: string, form: Form, headers: Form = {}): Promise<Answer> => post(path, encode(form), { 'x-twilio-signature': sign(path, form), ...headers });

const inbox = '/webhooks/twilio/messages';
const expectAccepted = ({ status, type, text }: Answer) => {
  expect([status, text]).toEqual([200, '<?xml version="1.0" encoding="UTF-8"?><Response/>']);
  expect(type).toMatch(/^text\/xml/);
};
const Stored = z.array(z.object({ id: z.string(), body: z.string(), state: z.string(), kind: z.string(), sender: z.instanceof(Buffer), request: z.instanceof(Buffer) }));
/** What is stored of a message, with its sender and the provider's request opened. */
const storedOf = async ({ MessageSid = '' }: Form) => {
  const rows = Stored.parse(await sql`select m.id, m.body, m.state, p.kind, m.sender, b.body as request from messages m
    join contact_points p on p.id = m.contact_point_id join inbound_bodies b on b.message_id = m.id where m.provider_id = ${MessageSid}`);
  const keys = await app.deps.ctx.keys.read(rows.map(({ id }) => id));
  return rows.map(({ sender, request: sent, ...row }) => ({
    ...row,
    value: unsealText(keys.get(row.id), sealedAt.sender(row.id), sender),
    raw: JSON.parse(unsealText(keys.get(row.id), sealedAt.request(row.id), sent) ?? '') as unknown,
  }));
};
const rows = async (): Promise<unknown> =>
  (await sql`select (select count(*) from messages) as m, (select count(*) from contact_points) as p, (select count(*) from inbound_bodies) as b,
    (select count(*) from cases) as c, (select count(*) from delivery_reports) as d`)[0];

describe('a request that the provider did not sign for this account, address and content', () => {
  const forgeries: [name: string, forge: (form: Form, path: string) => { body?: string; path?: string; headers: Record<string, string | undefined> }][] = [
    ['without a signature', () => ({ headers: {} })],
    ['with an empty signature', () => ({ headers: { 'x-twilio-signature': '' } })],
    ['with a made-up signature', () => ({ headers: { 'x-twilio-signature': randomBytes(20).toString('base64') } })],
    ['signed with another token', (form, path) => ({ headers: { 'x-twilio-signature': sign(path, form, { token: 'the-token-of-a-stranger' }) } })],
    ['signed with an empty token', (form, path) => ({ headers: { 'x-twilio-signature': sign(path, form, { token: '' }) } })],
    ['of another account, signed with ours', (form, path) => {
      const other = { ...form, AccountSid: `AC${'1'.repeat(32)}` };
      return { body: encode(other), headers: { 'x-twilio-signature': sign(path, other) } };
    }],
    ['with another text than was signed', (form, path) => ({ body: encode({ ...form, Body: 'غيرها' }), headers: { 'x-twilio-signature': sign(path, form) } })],
    ['with a parameter more than was signed', (form, path) => ({ body: encode({ ...form, More: '1' }), headers: { 'x-twilio-signature': sign(path, form) } })],
    ['signed for the host that it names itself', (form, path) => ({ headers: { host: 'evil.example', 'x-twilio-signature': sign(path, form, { base: 'http://evil.example' }) } })],
    ['signed for a forwarded host', (form, path) => ({
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-twilio-signature': sign(path, form, { base: 'https://evil.example' }) },
    })],
    ['signed for the other webhook', (form, path) => ({ headers: { 'x-twilio-signature': sign(path === inbox ? '/webhooks/twilio/status' : inbox, form) } })],
    ['with a query that was not signed', (form, path) => ({ path: `${path}?mid=00000000-0000-4000-8000-000000000000`, headers: { 'x-twilio-signature': sign(path, form) } })],
    ['as JSON, signed as a form', (form, path) => ({ body: JSON.stringify({ ...form, Body: 'غيرها' }), headers: { 'content-type': 'application/json', 'x-twilio-signature': sign(path, form) } })],
    ['without a body', (_form, path) => ({ body: '', headers: { 'x-twilio-signature': sign(path, {}) } })],
  ];
  for (const path of [inbox, '/webhooks/twilio/status'])
    for (const [name, forge] of forgeries)
      it(`${path} ${name}: is refused, and nothing is stored`, async () => {
        const before = await rows();
        const form = sms({ MessageStatus: 'delivered' });
        const { body = encode(form), headers, ...more } = forge(form, path);
        const answer = await post(more.path ?? path, body, headers);
        expect([answer.status, Problem.parse(JSON.parse(answer.text)).code]).toEqual([403, 'bad_signature']);
        expect(await rows()).toEqual(before);
      });

  it('of another kind of content is refused before anything is read', async () => {
    const form = sms();
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml'])
      expect((await post(inbox, encode(form), { 'content-type': type, 'x-twilio-signature': sign(inbox, form) })).status).toBe(415);
    expect((await post(inbox, `Body=${'x'.repeat(70_000)}`, {})).status).toBe(413);
    expect(await storedOf(form)).toEqual([]);
  });
});

describe('a text to the line', () => {
  it('is stored when the answer comes, whatever host a proxy names', async () => {
    const form = sms();
    expectAccepted(await deliver(inbox, form, { host: 'internal:3000', 'x-forwarded-host': 'evil.example' }));
    expect(await storedOf(form)).toMatchObject([{ body: 'سلام', state: 'received', kind: 'phone', value: '+212661000444', raw: form }]);
  });

  it('sent twenty times at once is one message, and each is answered', async () => {
    const form = sms({ Body: 'عشرون مرة' });
    for (const answer of await Promise.all(Array.from({ length: 20 }, () => deliver(inbox, form)))) expectAccepted(answer);
    expectAccepted(await deliver(inbox, form));
    expect(await storedOf(form)).toHaveLength(1);
  });

  it('from two senders under two ids at once is two messages', async () => {
    const forms = Array.from({ length: 20 }, (_, i) => sms({ From: `+2126610005${String(i).padStart(2, '0')}` }));
    for (const answer of await Promise.all(forms.map((form) => deliver(inbox, form)))) expectAccepted(answer);
    for (const form of forms) expect(await storedOf(form)).toMatchObject([{ value: form['From'] }]);
  });

  it('with parameters that the provider added since is taken like any other', async () => {
    const form = sms({ MessagingServiceSid: `MG${'0'.repeat(32)}`, ProfileName: 'x', FromCity: '', constructor: 'x', 'Ünicode 🙂': '&=+' });
    expectAccepted(await deliver(inbox, form));
    expect(await storedOf(form)).toMatchObject([{ raw: form }]);
    const poisoned = { ...sms(), ['__proto__']: 'x' };
    expectAccepted(await deliver(inbox, poisoned));
    expect(await storedOf(poisoned)).toHaveLength(1);
  });

  it('is kept as it is: empty, long, signs of every kind', async () => {
    for (const Body of ['', ' ', `O'Connor <b>&amp;</b> 100% +1\r\n\tتَوَقَّفَ 👩‍👧‍👦 \u202bفاس\u202c`, 'م'.repeat(1600), '\u{10ffff}', String.raw`\u0000 \ud800`]) {
      const form = sms({ Body });
      expectAccepted(await deliver(inbox, form));
      expect(await storedOf(form)).toMatchObject([{ body: Body }]);
    }
  });

  it('from a name or a short code is stored, begins no case and is never answered', async () => {
    for (const From of ['INWI', '5757']) {
      const form = sms({ From, Body: 'Votre solde est de 10 DH' });
      expectAccepted(await deliver(inbox, form));
      const [stored] = await storedOf(form);
      expect(stored).toMatchObject({ value: From });
      await routeMessage(app.deps.ctx, stored?.id ?? '');
      expect(await sql`select case_id, state from messages where id = ${stored?.id ?? ''}`).toEqual([{ case_id: null, state: 'handled' }]);
      expect(app.fake.messagesTo(From)).toEqual([]);
    }
  });

  it('from a foreign number begins a case and is never answered', async () => {
    const From = '+33612345678';
    const form = sms({ From, Body: 'Votre solde est de 10 DH' });
    expectAccepted(await deliver(inbox, form));
    const [stored] = await storedOf(form);
    expect(stored).toMatchObject({ value: From });
    await routeMessage(app.deps.ctx, stored?.id ?? '');
    const [found] = z.array(z.object({ id: z.string() })).parse(await sql`select case_id as id from messages where id = ${stored?.id ?? ''}`);
    await triageCase(app.deps.ctx, found?.id ?? '');
    expect(await sql`select state from messages where case_id = ${found?.id ?? ''} and direction = 'out' and state <> 'withheld'`).toEqual([]);
    expect(app.fake.messagesTo(From)).toEqual([]);
  });

  it('signed, but of another channel, is acknowledged; in a shape that nobody knows it is not; and either leaves nothing', async () => {
    const before = await rows();
    expectAccepted(await deliver(inbox, sms({ From: 'whatsapp:+212661000444' })));
    for (const odd of [{ From: 'sip:somebody@example.org' }, { MessageSid: 'x' }, { From: '' }, { To: '' }]) expect((await deliver(inbox, sms(odd))).status).toBe(503);
    expect(await rows()).toEqual(before);
  });
});

describe('a report about a message of ours', () => {
  /** A receipt that waits to be sent: no worker runs here, so only the reports change it. */
  const queued = async (): Promise<string> => {
    const { reference } = Receipt.parse((await app.post('/api/v1/cases', filing({ contact: { phone: '0661000888' } }))).json);
    const [found] = z.tuple([z.object({ id: z.string() })]).parse(await sql`select id from cases where reference = ${reference}`);
    await triageCase(app.deps.ctx, found.id);
    const [message] = z.tuple([z.object({ id: z.string() })]).parse(await sql`select id from messages where case_id = ${found.id} and direction = 'out'`);
    return message.id;
  };
  const report = (mid: string, sid: string, status: string) => {
    const failed = status === 'failed' || status === 'undelivered';
    return deliver(`/webhooks/twilio/status?mid=${mid}`, { AccountSid: accountSid, MessageSid: sid, MessageStatus: status, To: '+212661000888', From: line, ...(failed ? { ErrorCode: '30003' } : {}) });
  };
  const stateOf = async (mid: string) => (await sql`select state, provider_id, error_code from messages where id = ${mid}`)[0];

  it('in any order, however often repeated, ends in the same state', async () => {
    const reports = fc.constantFrom('queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed');
    const strength = ['queued', 'sending', 'sent', 'failed', 'delivered'];
    await fc.assert(
      fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 8 }), async (statuses) => {
        const [mid, sid] = [await queued(), newSid()];
        for (const status of statuses) expectAccepted(await report(mid, sid, status));
        const words: string[] = statuses.map((status) => (status === 'undelivered' ? 'failed' : status));
        const strongest = strength.findLast((state) => words.includes(state));
        expect(await stateOf(mid)).toEqual({ state: strongest, provider_id: sid, error_code: strongest === 'failed' ? '30003' : null });
      }),
      { numRuns: 40 },
    );
  });

  it('many at once end in the same state, each kept', async () => {
    const [mid, sid] = [await queued(), newSid()];
    const statuses = ['delivered', 'sent', 'queued', 'sending', 'delivered', 'sent'];
    for (const answer of await Promise.all(statuses.map((status) => report(mid, sid, status)))) expectAccepted(answer);
    expect(await stateOf(mid)).toMatchObject({ state: 'delivered', provider_id: sid });
    expect(await sql`select 1 from delivery_reports where message_id = ${mid}`).toHaveLength(statuses.length);
  });

  it('that names another message\u2019s id changes neither', async () => {
    const [mine, other] = [await queued(), await queued()];
    const sid = newSid();
    expectAccepted(await report(mine, sid, 'sent'));
    expectAccepted(await report(mine, newSid(), 'failed'));
    expect([await stateOf(mine), await stateOf(other)]).toMatchObject([{ state: 'sent', provider_id: sid }, { state: 'queued', provider_id: null }]);
  });

  it('of an unknown message or status is acknowledged, and leaves nothing', async () => {
    const mid = await queued();
    const before = await rows();
    for (const [id, status] of [
      ['00000000-0000-4000-8000-000000000000', 'delivered'],
      ['not an id', 'delivered'],
      [mid, 'a status of next year'],
      [mid, ''],
    ] as const)
      expectAccepted(await report(encodeURIComponent(id), newSid(), status));
    expect(await rows()).toEqual(before);
    expect(await stateOf(mid)).toMatchObject({ state: 'queued' });
  });

  it('never touches a message of a citizen', async () => {
    const form = sms();
    await deliver(inbox, form);
    const [stored] = await storedOf(form);
    expectAccepted(await report(stored?.id ?? '', form['MessageSid'] ?? '', 'failed'));
    expect(await storedOf(form)).toMatchObject([{ state: 'received' }]);
  });
});
