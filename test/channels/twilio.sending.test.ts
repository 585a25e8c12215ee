import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Channel } from '#channels/channel';
import { createTwilioVoice } from '#channels/twilio/voice/voice';
import { twilioApi } from '../support/twilio-api.ts';
import { account, publicUrl, smsAt, startLine, template, whatsAppAt } from '../support/twilio-line.ts';

const id = '0190a2b4-7c11-7d3e-8f00-0123456789ab';
const citizen = '+212612340000';
const text = 'إنصات: رقم ملفكم 264 839 1756';

describe('sending through the REST API', () => {
  let line: Awaited<ReturnType<typeof startLine>>;
  let sms: Channel;
  beforeEach(async () => {
    line = await startLine();
    sms = smsAt(line.fake.url);
  });
  afterEach(() => line.close());
  const since = (): Date => new Date();

  it('hands the text over unchanged and brings the delivery home with our id and a true signature', async () => {
    const unusual = `${text}\n+ & % "' 😀 O'Connor`;
    const result = await sms.send({ id, to: citizen, text: unusual });
    const [held] = line.fake.messagesTo(citizen);
    expect(result).toEqual({ outcome: 'accepted', providerId: held?.sid });
    expect(held).toMatchObject({ text: unusual, from: account.number });
    await line.run();
    expect(line.received.every((request) => sms.verify(request))).toBe(true);
    expect(line.received.flatMap((request) => sms.parse(request))).toEqual(
      ['sending', 'sent', 'delivered'].map((status) => ({ type: 'report', report: { messageId: id, providerId: held?.sid, status } })),
    );
  });

  it.each([
    ['a citizen who opted out', '+212612340001', text, { class: 'opted_out', code: '21610' }],
    ['a malformed number', '0612345678', text, { class: 'address', code: '21211' }],
    ['a text beyond 1600 letters', citizen, 'x'.repeat(1601), { class: 'permanent', code: '21617' }],
  ])('to %s is refused for good', async (_, to, body, refusal) => {
    expect(await sms.send({ id, to, text: body })).toEqual({ outcome: 'rejected', ...refusal });
    expect(line.fake.messagesTo(to)).toEqual([]);
  });

  it('too fast is never tried again by itself, and succeeds later', async () => {
    const to = '+212612340003';
    const throttled = { outcome: 'rejected', class: 'throttled', code: '20429', retryAfterMs: 1_000 };
    expect(await sms.send({ id, to, text })).toEqual(throttled);
    expect(await sms.send({ id, to, text })).toEqual(throttled);
    expect(await sms.send({ id, to, text })).toMatchObject({ outcome: 'accepted' });
    expect(line.fake.messagesTo(to)).toHaveLength(1);
  });

  it('with wrong credentials is a fault of our account, never of the message', async () => {
    const stranger = smsAt(line.fake.url, { authTokens: ['wrong'] });
    expect(await stranger.send({ id, to: citizen, text })).toEqual({ outcome: 'rejected', class: 'config', code: '20003' });
  });

  it('that is cut off before the answer is unknown, and the message is found without sending it again', async () => {
    const to = '+212612340004';
    const began = since();
    expect(await sms.send({ id, to, text })).toMatchObject({ outcome: 'unknown' });
    const [held] = line.fake.messagesTo(to);
    expect(await sms.find({ id, to, text, since: began })).toEqual({ providerId: held?.sid, status: 'queued' });
    await line.run();
    expect(await sms.find({ id, to, text, since: began })).toEqual({ providerId: held?.sid, status: 'delivered' });
    expect(line.fake.messagesTo(to)).toHaveLength(1);
  });

  it('never finds another text, another number, an older sending, or what the citizen wrote', async () => {
    await sms.send({ id, to: citizen, text });
    await line.fake.receiveFromHandset({ from: citizen, to: account.number, text });
    const later = new Date(Date.now() + 3_600_000);
    expect(await sms.find({ id, to: citizen, text: 'other', since: since() })).toBeNull();
    expect(await sms.find({ id, to: '+212612349999', text, since: since() })).toBeNull();
    expect(await sms.find({ id, to: citizen, text, since: later })).toBeNull();
    expect(await sms.find({ id, to: account.number, text, since: since() })).toBeNull();
  });

  it('never passes through a proxy of the environment when the server is named', async () => {
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    try {
      expect(await smsAt(line.fake.url).send({ id, to: citizen, text })).toMatchObject({ outcome: 'accepted' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('to a server that is not there certainly sent nothing, and the failure names no person and no secret', async () => {
    const gone = smsAt(line.fake.url);
    await line.fake.close();
    expect(await gone.send({ id, to: citizen, text })).toEqual({ outcome: 'rejected', class: 'transient', code: 'ECONNREFUSED' });
    const failure: unknown = await gone.find({ id, to: citizen, text, since: since() }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    const shown = inspect(failure, { depth: 10, showHidden: true });
    for (const secret of [citizen.slice(1), 'إنصات', account.authToken, Buffer.from(account.authToken).toString('base64')]) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('a strange answer', () => {
  let answer: { status: number; body: string; headers?: Record<string, string> };
  const server = createServer((_, response) => response.writeHead(answer.status, answer.headers).end(answer.body));
  let sms: Channel;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is an object
    sms = smsAt(`http://127.0.0.1:${port}`);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    [500, '{"code":20500}', { outcome: 'unknown', code: '20500' }],
    [502, '<html>Bad Gateway</html>', { outcome: 'unknown', code: 'http_502' }],
    [503, '', { outcome: 'unknown', code: 'http_503' }],
    [200, '<html>Sign in to the network</html>', { outcome: 'unknown', code: 'answer_not_json' }],
    [201, '{}', { outcome: 'unknown', code: 'no_sid' }],
    [302, '', { outcome: 'rejected', class: 'config', code: 'http_302' }],
    [404, '{"code":20404}', { outcome: 'rejected', class: 'config', code: '20404' }],
    [400, '{"code":21408}', { outcome: 'rejected', class: 'config', code: '21408' }],
    [400, '{"code":21611}', { outcome: 'rejected', class: 'throttled', code: '21611', retryAfterMs: 60_000 }],
    [429, 'slow down', { outcome: 'rejected', class: 'throttled', code: 'http_429', retryAfterMs: 1_000 }],
  ])('%i %s is never taken for a success', async (status, body, result) => {
    answer = { status, body };
    expect(await sms.send({ id, to: citizen, text })).toEqual(result);
  });

  it.each([
    ['20', 20_000],
    ['Mon, 30 Nov 2026 10:00:30 GMT', 30_000],
    ['86400', 900_000],
    ['soon', 1_000],
    ['0', 1_000],
  ])('with Retry-After %s is waited for so long, within bounds', async (said, retryAfterMs) => {
    answer = { status: 429, body: '{"code":20429}', headers: { 'retry-after': said, date: 'Mon, 30 Nov 2026 10:00:00 GMT' } };
    expect(await sms.send({ id, to: citizen, text })).toMatchObject({ class: 'throttled', retryAfterMs });
  });

  it('keeps no words of the provider for a code: they quote numbers of people', async () => {
    answer = { status: 400, body: JSON.stringify({ code: `cannot write to ${citizen}` }) };
    expect(await sms.send({ id, to: citizen, text })).toMatchObject({ code: 'http_400' });
  });
});

describe("beside Twilio's published API description", () => {
  type Seen = { method: string; path: string; host: unknown; form: Record<string, string>; query: Record<string, string> };
  let line: Awaited<ReturnType<typeof startLine>>;
  let recorder: ReturnType<typeof createServer>;
  let baseUrl: string;
  const seen: Seen[] = [];
  beforeEach(async () => {
    seen.length = 0;
    line = await startLine();
    recorder = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? '', line.fake.url);
      seen.push({
        method: request.method ?? '',
        path: url.pathname.replace(`/2010-04-01/Accounts/${account.accountSid}/`, ''),
        host: request.headers['x-twilio-original-host'],
        form: Object.fromEntries(new URLSearchParams(body)),
        query: Object.fromEntries(url.searchParams),
      });
      const { authorization = '', 'content-type': type } = request.headers;
      const answer = await fetch(url, { method: request.method ?? 'GET', headers: { authorization, ...(type !== undefined && { 'content-type': type }) }, ...(body && { body }) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
    await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
    const { port } = recorder.address() as AddressInfo; // a TCP server's address is an object
    baseUrl = `http://127.0.0.1:${port}`;
  });
  afterEach(async () => {
    recorder.close();
    await line.close();
  });

  const expectKnown = (requests: [method: string, path: string][]): void => {
    expect(seen.map(({ method, path }) => [method, path])).toEqual(requests);
    for (const { method, path, host, form, query } of seen) {
      expect(host).toBe('api.twilio.com');
      if (method === 'POST') twilioApi.form(path, form);
      else twilioApi.query(path, query);
    }
  };

  it('every request about a message is one that Twilio knows', async () => {
    const sms = smsAt(baseUrl);
    expect(await sms.send({ id, to: citizen, text })).toMatchObject({ outcome: 'accepted' });
    expect(await sms.find({ id, to: citizen, text, since: new Date() })).toMatchObject({ status: 'queued' });
    const whatsApp = whatsAppAt(baseUrl);
    expect(await whatsApp.send({ id, to: citizen, text, template: { id: template.id, values: ['2648391756', text] } })).toMatchObject({ outcome: 'accepted' });
    expectKnown([['POST', 'Messages.json'], ['GET', 'Messages.json'], ['POST', 'Messages.json']]);
    expect(seen[0]?.form).toMatchObject({ StatusCallback: `${publicUrl}/webhooks/twilio/status?mid=${id}` });
  });

  it('every request about a call is one that Twilio knows', async () => {
    const { accountSid, authToken, number } = account;
    const voice = createTwilioVoice({ accountSid, authTokens: [authToken], apiKey: { sid: `SK${'0'.repeat(32)}`, secret: 'a-secret-for-tests-only' }, appSid: `AP${'0'.repeat(32)}`, from: number, publicUrl, baseUrl });
    expect(await voice.ring('operator_1', { node: 'whisper', version: 0, call: id })).toMatchObject({ outcome: 'accepted' });
    for await (const report of voice.reconcile(new Date(0))) expect(report.account).toBe(accountSid);
    expectKnown([['POST', 'Calls.json'], ['GET', 'Calls.json'], ['GET', 'Recordings.json']]);
  });
});
