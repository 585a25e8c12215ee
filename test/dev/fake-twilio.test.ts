import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inboundMessage } from '#dev/fake-twilio/handset';
import { partsOf } from '#contract/sms';
import { startFakeTwilio } from '#dev/fake-twilio/server';
import { MessageStore, newMessageSid } from '#dev/fake-twilio/store';
import { account, publicUrl, smsAt, startLine } from '../support/twilio-line.ts';
import { twilioApi } from '../support/twilio-api.ts';

const { accountSid, authToken, number } = account;
const citizen = '+212612340000';
const base = `/2010-04-01/Accounts/${accountSid}`;
const sms = smsAt();

let line: Awaited<ReturnType<typeof startLine>>;
beforeEach(async () => {
  line = await startLine();
});
afterEach(() => line.close());

const Resource = z.looseObject({ sid: z.string(), status: z.string(), to: z.string() });
const Page = z.looseObject({ messages: z.array(Resource), next_page_uri: z.string().nullable() });

const ask = async (path: string, form?: Record<string, string>, token = authToken): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(line.fake.url + path, {
    headers: { authorization: `Basic ${btoa(`${accountSid}:${token}`)}` },
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  });
  return { status: response.status, body: await response.json() };
};
const order = { To: citizen, From: number, Body: 'إنصات', StatusCallback: `${publicUrl}/webhooks/twilio/status?mid=1` };
const create = async (to: string): Promise<string> => {
  const { status, body } = await ask(`${base}/Messages.json`, { ...order, To: to });
  expect(status).toBe(201);
  return Resource.parse(body).sid;
};
const reported = (): (string | string[] | undefined)[] => line.received.map(({ body }) => body['MessageStatus']);

describe('the REST API of the fake Twilio', () => {
  it.each<[string, Record<string, string>, number, number]>([
    ['an unknown parameter', { ...order, Colour: 'red' }, 400, 20001],
    ['no recipient', { ...order, To: '' }, 400, 21604],
    ['a recipient not in E.164', { ...order, To: '0612345678' }, 400, 21211],
    ['no sender', { ...order, From: '' }, 400, 21603],
    ["a sender that is not the account's", { ...order, From: '+212600000000' }, 400, 21659],
    ['a messaging service it does not have', { ...order, MessagingServiceSid: 'MG1' }, 404, 21701],
    ['no text', { ...order, Body: '' }, 400, 21602],
    ['1601 letters', { ...order, Body: 'x'.repeat(1601) }, 400, 21617],
    ['a relative callback', { ...order, StatusCallback: '/status' }, 400, 21609],
  ])('never takes %s', async (_, form, status, code) => {
    const refused = await ask(`${base}/Messages.json`, form);
    expect(refused).toMatchObject({ status, body: { status, code, more_info: `https://www.twilio.com/docs/errors/${code}` } });
    expect(line.fake.messagesTo(citizen)).toEqual([]);
  });

  it('never answers without the right credentials, nor for another account', async () => {
    expect(await ask(`${base}/Messages.json`, order, 'wrong')).toMatchObject({ status: 401, body: { code: 20003 } });
    const elsewhere = await ask('/2010-04-01/Accounts/AC00/Messages.json', order);
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 20404 } });
    expect(line.fake.messagesTo(citizen)).toEqual([]);
  });

  it('lists newest first, in pages that lose and repeat nothing even when more is sent meanwhile', async () => {
    const sids = [await create(citizen), await create(citizen), await create('+212612349999'), await create(citizen)];
    const seen: string[] = [];
    let path: string | null = `${base}/Messages.json?To=${encodeURIComponent(citizen)}&PageSize=2`;
    while (path !== null) {
      const page = Page.parse((await ask(path)).body);
      seen.push(...page.messages.map(({ sid }) => sid));
      await create(citizen);
      path = page.next_page_uri;
    }
    expect(seen).toEqual([sids[3], sids[1], sids[0]]);
  });

  it('filters by the day and by the second of sending, which a queued message does not have yet', async () => {
    const sid = await create(citizen);
    const listed = async (from: string): Promise<number> =>
      Page.parse((await ask(`${base}/Messages.json?DateSent%3E=${from}`)).body).messages.length;
    expect(await listed('2020-01-01')).toBe(0);
    await line.run();
    expect(await listed('2020-01-01')).toBe(1);
    expect(await listed('2020-01-01T00:00:00Z')).toBe(1);
    expect(await listed('2999-01-01')).toBe(0);
    expect(await ask(`${base}/Messages.json?DateSent%3E=soon`)).toMatchObject({ status: 400 });
    expect(await ask(`${base}/Messages/${sid}.json`)).toMatchObject({ status: 200, body: { sid, status: 'delivered' } });
    expect(await ask(`${base}/Messages/SM0.json`)).toMatchObject({ status: 404, body: { code: 20404 } });
  });
});

describe('a message on its way', () => {
  it.each([
    [citizen, ['sending', 'sent', 'delivered'], 'delivered'],
    ['+212612340002', ['sending', 'sent', 'undelivered'], 'undelivered'],
    ['+212612340005', ['delivered', 'sent', 'sending', 'sending', 'sent', 'delivered'], 'delivered'],
    ['+212612340006', [], 'delivered'],
  ])('to %s is reported as %j', async (to, reports, end) => {
    const sid = await create(to);
    await line.run();
    expect(reported()).toEqual(reports);
    expect(line.received.every((request) => sms.verify(request))).toBe(true);
    expect(line.received.every(({ body }) => body['MessageSid'] === sid)).toBe(true);
    expect(line.fake.messagesTo(to)).toMatchObject([{ sid, status: end }]);
  });

  it('that fails carries its error number in the last report only', async () => {
    await create('+212612340002');
    await line.run();
    expect(line.received.map(({ body }) => body['ErrorCode'])).toEqual([undefined, undefined, '30003']);
  });

  it('never reaches the handset before it is delivered, nor when it fails', async () => {
    const arrived: string[] = [];
    const stop = line.fake.onMessage(({ text, to }) => arrived.push(`${to} ${text}`));
    await create(citizen);
    await create('+212612340002');
    expect(arrived).toEqual([]);
    await line.run();
    expect(arrived).toEqual([`${citizen} إنصات`]);
    stop();
    await create(citizen);
    await line.run();
    expect(arrived).toHaveLength(1);
  });

  it('never has its reports sent outside the line', async () => {
    await ask(`${base}/Messages.json`, { ...order, StatusCallback: `${publicUrl}.attacker.example/status` });
    await line.run();
    expect(line.received).toEqual([]);
    expect(line.fake.messagesTo(citizen)).toMatchObject([{ status: 'delivered' }]);
  });

  it('is counted for another process', async () => {
    await create(citizen);
    await create('+212612349999');
    const Counted = z.object({ messages: z.array(z.looseObject({ to: z.string() })) });
    const counted = async (query: string): Promise<number> =>
      Counted.parse((await ask(`/__messages${query}`)).body).messages.length;
    expect(await counted('')).toBe(2);
    expect(await counted(`?to=${encodeURIComponent(citizen)}`)).toBe(1);
  });
});

describe('an SMS from a handset', () => {
  const message = { from: citizen, to: number, text: ' مشكل + & %\n"O\'Connor" 😀 ' };

  it('arrives signed, with every character and every parameter that Twilio always sends', async () => {
    const { status, messageSid } = await line.fake.receiveFromHandset(message);
    expect(status).toBe(200);
    const [request] = line.received;
    if (!request) throw new Error('nothing arrived');
    expect(request.path).toBe('/webhooks/twilio/messages');
    expect(sms.verify(request)).toBe(true);
    expect(sms.parse(request)).toMatchObject([{ type: 'message', message: { ...message, providerId: messageSid, media: [] } }]);
    expect(Object.keys(request.body)).toEqual(
      expect.arrayContaining(['SmsSid', 'SmsMessageSid', 'NumSegments', 'SmsStatus', 'ApiVersion', 'FromCity', 'ToZip']),
    );
  });

  it('can be repeated under its own id', async () => {
    const { messageSid } = await line.fake.receiveFromHandset(message);
    await line.fake.receiveFromHandset({ ...message, messageSid });
    expect(line.received.map(({ body }) => body['MessageSid'])).toEqual([messageSid, messageSid]);
    const listed = Page.parse((await ask(`${base}/Messages.json?From=${encodeURIComponent(citizen)}`)).body);
    expect(listed.messages).toMatchObject([{ sid: messageSid, status: 'received' }]);
  });

  it('follows the line to where it moves', async () => {
    const elsewhere = await startLine();
    try {
      const { url } = elsewhere.fake;
      line.fake.pointAt({ publicUrl, webhookBase: url });
      expect((await line.fake.receiveFromHandset(message)).status).toBe(404);
      expect(line.received).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('to a line that is down fails aloud', async () => {
    const alone = await startFakeTwilio({ ...account, publicUrl, webhookBase: 'http://127.0.0.1:9' });
    await expect(alone.receiveFromHandset(message)).rejects.toThrow();
    await alone.close();
  });
});

describe('the memory of the fake Twilio', () => {
  it('never grows beyond 20,000 messages, and forgets the oldest', () => {
    const store = new MessageStore();
    const sids = Array.from({ length: 20_002 }, newMessageSid);
    for (const sid of sids) store.add(inboundMessage({ sid, from: citizen, to: number, text: '' }, new Date(0)));
    const kept = store.list(() => true);
    expect(kept).toHaveLength(20_000);
    expect([kept[0]?.sid, kept.at(-1)?.sid]).toEqual([sids.at(-1), sids[2]]);
  });
});

describe('the length of a text in SMS parts', () => {
  it.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    [`ç${'a'.repeat(70)}`, 2],
    ['م'.repeat(70), 1],
    ['م'.repeat(71), 2],
    ['م'.repeat(135), 3],
  ])('of "%s" is %i', (text, parts) => {
    expect(partsOf(text)).toBe(parts);
  });
});

describe("beside Twilio's published API description", () => {
  const get = async (path: string): Promise<unknown> => (await ask(`${base}/${path}`)).body;
  const sidsIn = async (path: string, list: string, field = 'sid'): Promise<string[]> =>
    z.record(z.string(), z.unknown()).transform((all) => z.array(z.looseObject({ [field]: z.string() })).parse(all[list]).map((one) => String(one[field]))).parse(await get(path));

  it.each([citizen, `whatsapp:${citizen}`, '+212612340002'])('every answer about a message to %s is whole and right', async (to) => {
    const created = await ask(`${base}/Messages.json`, { ...order, To: to, From: to.startsWith('whatsapp:') ? `whatsapp:${number}` : number });
    twilioApi.answer('post', 'Messages.json', created.body);
    const { sid } = Resource.parse(created.body);
    await line.run();
    await line.fake.receiveFromHandset({ from: citizen, to: number, text: 'مشكل' });
    twilioApi.answer('get', 'Messages/{Sid}.json', await get(`Messages/${sid}.json`));
    for (const query of ['', '?PageSize=1&Page=1']) twilioApi.answer('get', 'Messages.json', await get(`Messages.json${query}`));
  });

  it('every answer about files, calls, recordings and who waits is whole and right', async () => {
    const { messageSid } = await line.fake.receiveOnWhatsApp({ from: citizen, text: '', files: [{ type: 'image/jpeg', bytes: Buffer.from([0xff]) }] });
    twilioApi.answer('get', 'Messages/{MessageSid}/Media.json', await get(`Messages/${messageSid}/Media.json`));

    const form = { To: 'client:operator_1', From: number, Url: `${publicUrl}/webhooks/twilio/voice/step/whisper?v=0`, Method: 'POST', Timeout: '20' };
    const placed = await ask(`${base}/Calls.json`, form);
    twilioApi.answer('post', 'Calls.json', placed.body);
    const inbound = '/webhooks/twilio/voice/inbound';
    line.documents.set('/over', '<Response/>').set(inbound, `<Response><Record action="${publicUrl}/over"/></Response>`);
    await (await line.fake.voice.call(citizen)).speak();
    line.documents.set(inbound, `<Response><Enqueue waitUrl="${publicUrl}/over" action="${publicUrl}/over">insat</Enqueue></Response>`);
    await line.fake.voice.call(citizen);
    const [called] = await sidsIn('Calls.json', 'calls');
    twilioApi.answer('get', 'Calls.json', await get('Calls.json?PageSize=1'));
    twilioApi.answer('get', 'Calls/{Sid}.json', await get(`Calls/${called}.json`));
    const [recorded] = await sidsIn('Recordings.json', 'recordings');
    twilioApi.answer('get', 'Recordings.json', await get('Recordings.json?DateCreated%3E=2020-01-01T00:00:00Z'));
    twilioApi.answer('get', 'Recordings/{Sid}.json', await get(`Recordings/${recorded}.json`));
    const [queue] = await sidsIn('Queues.json', 'queues');
    twilioApi.answer('get', 'Queues.json', await get('Queues.json'));
    twilioApi.answer('get', 'Queues/{Sid}.json', await get(`Queues/${queue}.json`));
    twilioApi.answer('get', 'Queues/{QueueSid}/Members.json', await get(`Queues/${queue}/Members.json`));
    expect(await sidsIn(`Queues/${queue}/Members.json`, 'queue_members', 'call_sid')).toEqual([called]);
  });

  it('an answer that lacks or adds something is noticed', async () => {
    const { body } = await ask(`${base}/Messages.json`, order);
    const resource = z.record(z.string(), z.unknown()).parse(body);
    const { date_sent: _, ...less } = resource;
    for (const wrong of [less, { ...resource, colour: 'red' }, { ...resource, status: 'teleported' }]) expect(() => twilioApi.answer('post', 'Messages.json', wrong)).toThrow();
    expect(() => twilioApi.form('Messages.json', { ...order, Colour: 'red' })).toThrow();
    expect(() => twilioApi.form('Calls.json', { To: citizen, From: number, Url: 'x', Colour: 'red' })).toThrow();
  });
});

describe('a call that the line places', () => {
  const form = { To: 'client:operator_1', From: number, Url: `${publicUrl}/voice` };
  it.each<[string, Record<string, string>, number]>([
    ['with a parameter that the fake does not obey', { ...form, MachineDetection: 'Enable' }, 20001],
    ['to nobody', { ...form, To: '0612345678' }, 21211],
    ["from a number that is not the account's", { ...form, From: '+212600000000' }, 21212],
    ['without an address to ask', { ...form, Url: 'voice' }, 21205],
  ])('is refused %s', async (_, wrong, code) => {
    expect(await ask(`${base}/Calls.json`, wrong)).toMatchObject({ status: 400, body: { code } });
    expect(line.fake.voice.ringing(form.To)).toEqual([]);
  });
});
