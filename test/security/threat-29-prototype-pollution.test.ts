import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filing, startApp, type TestApp } from '../support/app.ts';
import { ask, routesOf, rowsIn, type Route } from './asking.ts';

/** The program runs in this process: what it pollutes is polluted here. */
let app: TestApp;
let supervisor: { cookie: string };
let routes: Route[];
beforeAll(async () => {
  app = await startApp({ sms: false });
  supervisor = await app.as('supervisor', 'centre-04');
  routes = await routesOf(app);
});
afterAll(() => app.close());

const own = Object.getOwnPropertyNames(Object.prototype).toSorted();
const expectClean = () => {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(own);
  expect([Reflect.get({}, 'polluted'), Reflect.get([], 'polluted'), Reflect.get(() => 0, 'polluted')]).toEqual([undefined, undefined, undefined]);
};

const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'polluted'];

it('no JSON gives an object another origin, on any route and at any depth', async () => {
  const before = await rowsIn(app);
  const valid = JSON.stringify(filing()).slice(1);
  const bodies = [
    `{"__proto__":{"polluted":1},${valid}`, `{"constructor":{"prototype":{"polluted":1}},${valid}`, `{"contact":{"__proto__":{"polluted":1}},${valid}`, `{"territory":{"constructor":{"prototype":{"polluted":1}}},${valid}`,
    String.raw`{"\u005f_proto__":{"polluted":1},` + valid, `{"__proto__":null,${valid}`, `{"__proto__":[],${valid}`, `[{"__proto__":{"polluted":1}}]`, `{"toString":1,${valid}`, `{"hasOwnProperty":1,${valid}`,
  ];
  for (const { method, path } of routes.filter(({ body }) => body !== null))
    for (const body of bodies) expect((await ask(app, method, path, { ...supervisor, 'content-type': 'application/json' }, body)).status, `${path} ${body}`).toBeOneOf(path.includes('/staff/') ? [400, 403] : [400]);
  expect(await rowsIn(app)).toBe(before);
  expectClean();
});

it('no form does, on the pages and on the webhooks', async () => {
  const before = await rowsIn(app);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const path of ['/file', '/fr/file', '/track', '/webhooks/twilio/messages', '/webhooks/twilio/status'])
    for (const key of keys)
      for (const field of [key, `${key}[polluted]`, `${key}.polluted`, `contact[${key}]`, `${key}[${key}][polluted]`]) {
        const { status } = await ask(app, 'POST', path, form, `${encodeURIComponent(field)}=1&${encodeURIComponent(field)}=2&text=x&kind=${key}&language=${key}&province=${key}&category=${key}`);
        expect(status, `${path} ${field}`).toBeOneOf([400, 403, 404, 422]);
      }
  expect(await rowsIn(app)).toBe(before);
  expectClean();
});

it('no question, header or cookie does', async () => {
  for (const { method, path, query } of routes.filter((one) => one.method === 'GET'))
    for (const key of keys)
      for (const asked of [key, `${key}[polluted]`, ...query.map((name) => `${name}[${key}]`)]) {
        const { status } = await ask(app, method, `${path}?${encodeURIComponent(asked)}=1`, { ...supervisor, [key === 'constructor' ? 'x-constructor' : key]: '1', 'x-polluted': '1' });
        expect(status, `${path} ${asked}`).toBeLessThan(500);
      }
  for (const key of keys) expect((await ask(app, 'GET', '/api/v1/staff/me', { cookie: `${key}=1; sid=${key}` })).status).toBe(401);
  for (const { path, query } of routes.filter((one) => one.method === 'GET'))
    for (const name of query) for (const key of keys) expect((await ask(app, 'GET', `${path}?${name}=${key}`, supervisor)).status).toBeLessThan(500);
  expectClean();
});

it('no word on the live line does: a console has nothing to say', async () => {
  for (const said of ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '[]', '']) {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/live`, { headers: { ...supervisor, origin: app.url } });
    const closed = await new Promise<number>((resolve, reject) => {
      socket.on('open', () => socket.send(said));
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    expect(closed).toBe(1008);
  }
  expectClean();
});
