import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '#lib/config';
import { fetchNamed, isPublic, OutgoingRefused, type Net } from '#lib/outgoing';

const host = 'media.example';
const limits = { hosts: new Set([host]), bytes: 1000, ms: 2000 };
const elsewhere = '93.184.215.14';

let server: Server;
let connected: string[] = [];
let asked: string[] = [];
/** A name server that answers these in turn, and a network whose every address is the one server of the test. */
const net = (...answers: string[][]): Net => ({
  resolve: async (name) => {
    asked.push(name);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  },
  request: (options, answered) => {
    connected.push(String(options.host));
    return request({ path: options.path ?? '/', headers: options.headers ?? {}, signal: options.signal ?? undefined, host: '127.0.0.1', port: (server.address() as AddressInfo).port } as object, answered);
  },
});
beforeAll(async () => {
  server = createServer(({ url, headers }, answer) => {
    if (url === '/moved') answer.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    else if (url === '/big') answer.writeHead(200).end('x'.repeat(1001));
    else if (url === '/endless') answer.writeHead(200).write('x');
    else answer.writeHead(200, { 'content-type': 'image/png' }).end(`from ${headers.host ?? ''}`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  connected = [];
  asked = [];
});
const outcome = (url: string, through: Net, more: object = {}): Promise<string> =>
  fetchNamed(url, { ...limits, ...more }, through).then(({ body }) => body.toString(), (error: unknown) => (error instanceof OutgoingRefused ? error.message : String(error)));

it('a file of a named host is fetched from the address that was looked at, under its own name', async () => {
  expect(await fetchNamed(`https://${host}/file`, limits, net([elsewhere]))).toEqual({ type: 'image/png', body: Buffer.from(`from ${host}`) });
  expect(connected).toEqual([elsewhere]);
});

it('a name that answers anew each time is asked once', async () => {
  await outcome(`https://${host}/file`, net([elsewhere], ['169.254.169.254']));
  expect([asked, connected]).toEqual([[host], [elsewhere]]);
});

describe('nothing is ever connected to', () => {
  it.each([
    '127.0.0.1', '127.1.2.3', '0.0.0.0', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b::7f00:1', '2002:7f00:1::', 'fc00::1', 'fd12::1', 'fe80::1', 'fec0::1', 'ff02::1', '2001:db8::1', '2001::1',
    'not an address', '',
  ])('at %s', async (address) => {
    expect(isPublic(address)).toBe(false);
    for (const answers of [[address], [elsewhere, address], [address, elsewhere]]) expect(await outcome(`https://${host}/file`, net(answers))).toMatch(/address$/);
    expect(connected).toEqual([]);
  });

  it.each([
    'http://media.example/file', 'ftp://media.example/file', 'file:///etc/passwd', 'https://media.example:8443/file', 'https://user:pass@media.example/', 'https://', 'x', '',
    'https://other.example/file', 'https://media.example.evil.example/', 'https://evil.example/?media.example', 'https://media.example@evil.example/', 'https://media.example./file',
    'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://localhost/', 'https://169.254.169.254/latest', 'https://ｍedia.example.evil/',
  ])('for %s', async (url) => {
    expect(await outcome(url, net([elsewhere]))).toMatch(/(url|host)$/);
    expect([asked, connected]).toEqual([[], []]);
  });

  it('where the name has no address', async () => {
    expect(await outcome(`https://${host}/file`, net([]))).toMatch(/address$/);
    expect(connected).toEqual([]);
  });
});

it('a redirect is never followed, wherever it leads', async () => {
  expect(await outcome(`https://${host}/moved`, net([elsewhere]))).toMatch(/status$/);
  expect(connected).toEqual([elsewhere]);
});

it('what is too big, never ends or never resolves is given up', async () => {
  expect(await outcome(`https://${host}/big`, net([elsewhere]))).toMatch(/size$/);
  expect(await outcome(`https://${host}/endless`, net([elsewhere]), { ms: 100 })).toMatch(/time$/);
  expect(await outcome(`https://${host}/file`, { ...net([elsewhere]), resolve: () => new Promise(() => undefined) }, { ms: 50 })).toMatch(/time$/);
});

it('a provider is spoken to by TLS, or on this machine; anything else stops the start', () => {
  for (const right of ['https://api.example', 'http://127.0.0.1:4010', 'http://localhost:4010', 'http://[::1]:4010']) expect(readSettings({ TWILIO_BASE_URL: right }).TWILIO_BASE_URL).toBe(right);
  for (const wrong of ['http://api.example', 'http://10.0.0.4', 'http://127.0.0.1.evil.example', 'https://user:pass@api.example', 'http://localhost.evil.example', 'ftp://127.0.0.1'])
    expect(() => readSettings({ TWILIO_BASE_URL: wrong }), wrong).toThrow('TWILIO_BASE_URL');
});
