import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from '#channels/twilio/files';
import { OutgoingRefused, type Net } from '#lib/outgoing';
import { account, startLine, whatsAppAt } from '../support/twilio-line.ts';

const providerId = `MM${'0'.repeat(32)}`;
const sid = `ME${'0'.repeat(32)}`;
const base = `https://api.twilio.com/2010-04-01/Accounts/${account.accountSid}/Messages/${providerId}/Media/`;
const file = { providerId, url: base + sid };
const most = 100;

/** Every host is one server here; it answers as `says`, and keeps what it was asked. */
let server: Server;
let says: (host: string) => { status: number; location?: string; body?: string };
let seen: { host: string; path: string; authorization: string | undefined }[] = [];
const net: Net = {
  resolve: async () => ['93.184.215.14'],
  request: (options, answered) => {
    const headers = options.headers as Record<string, string>; // as fetchNamed makes them
    seen.push({ host: String(options.servername), path: String(options.path), authorization: headers['authorization'] });
    return request({ path: options.path ?? '/', headers, host: '127.0.0.1', port: (server.address() as AddressInfo).port }, answered);
  },
};
beforeAll(async () => {
  server = createServer(({ headers }: IncomingMessage, answer) => {
    const { status, location, body = '' } = says(headers.host ?? '');
    answer.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  seen = [];
});
const files = createFiles({ accountSid: account.accountSid, authToken: account.authToken }, net);
const through = (location: string) => (host: string) => (host === 'api.twilio.com' ? { status: 307, location } : { status: 200, body: 'bytes' });

describe('a file at Twilio', () => {
  it('is fetched with our credentials from the API, and without them from where that sends us', async () => {
    says = through('https://mms.twiliocdn.com/AC/1?signature=x');
    expect(await files.fetchFile(file, most)).toEqual({ outcome: 'fetched', bytes: Buffer.from('bytes') });
    expect(seen).toEqual([
      { host: 'api.twilio.com', path: new URL(file.url).pathname, authorization: `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}` },
      { host: 'mms.twiliocdn.com', path: '/AC/1?signature=x', authorization: undefined },
    ]);
  });

  it.each([
    ['of another host', file.url.replace('api.twilio.com', 'api.twilio.com.evil.example')],
    ['by plain HTTP', file.url.replace('https', 'http')],
    ['with credentials of its own', file.url.replace('https://', 'https://a:b@')],
    ['on another port', file.url.replace('api.twilio.com', 'api.twilio.com:8443')],
    ['of another account', file.url.replace(account.accountSid, `AC${'f'.repeat(32)}`)],
    ['of another message', file.url.replace(providerId, `MM${'1'.repeat(32)}`)],
    ['of something else than a file', `${base}../../../Calls.json`],
    ['with a query', `${file.url}?x=1`],
    ['that is none', 'x'],
  ])('at an address %s is never asked for', async (_, url) => {
    expect(await files.fetchFile({ providerId, url }, most)).toEqual({ outcome: 'refused' });
    await files.removeFile({ providerId, url });
    expect(seen).toEqual([]);
  });

  it.each(['https://evil.example/x', 'https://169.254.169.254/latest', 'http://mms.twiliocdn.com/x', 'https://api.twilio.com/2010-04-01/x', '//evil.example/x'])(
    'is never followed to %s',
    async (location) => {
      says = through(location);
      await expect(files.fetchFile(file, most)).rejects.toThrow(OutgoingRefused);
      expect(seen).toHaveLength(1);
    },
  );

  it('is followed once, and not on from there', async () => {
    says = () => ({ status: 302, location: 'https://media.twiliocdn.com/x' });
    await expect(files.fetchFile(file, most)).rejects.toThrow('http_302');
    expect(seen).toHaveLength(2);
  });

  it('that is not there yet, too large, or behind a fault is told apart', async () => {
    says = () => ({ status: 404 });
    expect(await files.fetchFile(file, most)).toEqual({ outcome: 'not_yet' });
    says = () => ({ status: 200, body: 'x'.repeat(most + 1) });
    expect(await files.fetchFile(file, most)).toEqual({ outcome: 'refused' });
    for (const status of [401, 500]) {
      says = () => ({ status });
      await expect(files.fetchFile(file, most)).rejects.toThrow(`http_${status}`);
    }
  });
});

describe('a file at the server that stands for Twilio', () => {
  it('is asked for there alone, wherever that server sends us', async () => {
    const asked: string[] = [];
    const elsewhere = createServer((_, answer) => answer.end('theirs'));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    elsewhere.on('request', ({ url }) => asked.push(url ?? ''));
    const { port } = elsewhere.address() as AddressInfo; // a TCP server's address is an object
    const sending = createServer((_, answer) => answer.writeHead(307, { location: `https://media.twiliocdn.com//127.0.0.1:${port}/x` }).end());
    await new Promise<void>((resolve) => sending.listen(0, '127.0.0.1', resolve));
    const at = sending.address() as AddressInfo; // as above
    const pretended = createFiles({ accountSid: account.accountSid, authToken: account.authToken, baseUrl: `http://127.0.0.1:${at.port}` });
    await expect(pretended.fetchFile(file, most)).rejects.toThrow('http_307');
    expect(asked).toEqual([]);
    for (const one of [elsewhere, sending]) one.close();
  });

  it('is told by the webhook and, when asked for, by the list of messages alike, fetched and deleted', async () => {
    const line = await startLine();
    const whatsApp = whatsAppAt(line.fake.url);
    const bytes = Buffer.from('a photo');
    const { messageSid } = await line.fake.receiveOnWhatsApp({ from: '+212612340000', text: 'هذا', files: [{ type: 'image/jpeg', bytes, lateBy: 1 }, { type: 'audio/ogg', bytes }] });
    const [told] = line.received.flatMap((call) => whatsApp.parse(call));
    const media = told?.type === 'message' ? told.message.media : [];
    expect(media.map(({ type }) => type)).toEqual(['image/jpeg', 'audio/ogg']);
    for await (const held of whatsApp.reconcile(new Date(Date.now() - 60_000))) expect((await whatsApp.complete?.(held))?.media).toEqual(media);

    const [first, second] = media.map(({ url }) => ({ providerId: messageSid, url }));
    if (!first || !second) throw new Error('two files were sent');
    expect(await whatsApp.fetchFile?.(first, most)).toEqual({ outcome: 'not_yet' });
    expect(await whatsApp.fetchFile?.(first, most)).toEqual({ outcome: 'fetched', bytes });
    expect(await whatsApp.fetchFile?.(second, 3)).toEqual({ outcome: 'refused' });
    await whatsApp.removeFile?.(first);
    await whatsApp.removeFile?.(first);
    expect(line.fake.filesOf(messageSid)).toHaveLength(1);
    await line.close();
  });
});
