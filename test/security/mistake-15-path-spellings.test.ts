import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '#db/embedded/port';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { serve, withAddress } from '#serving';
import { startApp, type TestApp } from '../support/app.ts';
import { ask, routesOf, rowsIn, type Route } from './asking.ts';

/** @fastify/middie CVE-2026-22031, -2293 (15), @fastify/static CVE-2026-15074, -7120, -6410 (16), better-auth GHSA-x732-6j76-qmhm (25), Zammad CVE-2026-34723 (29). */
/** Whoever adds a route that anybody may call puts it here, and says why. */
const open: Record<string, string> = {
  '/api/v1/cases POST': 'a citizen files',
  '/api/v1/categories GET': 'a public list',
  '/api/v1/territories GET': 'a public list',
  '/api/v1/proof/checkpoint GET': 'what was signed is for everybody',
  '/api/v1/proof/consistency GET': 'the same',
  '/api/v1/proof/receipt POST': 'asks for number and code',
  '/api/v1/track POST': 'asks for number and code',
  '/api/v1/track/appeal POST': 'the same',
  '/api/v1/track/feedback POST': 'the same',
  '/api/v1/track/messages POST': 'the same',
  '/api/v1/track/readings POST': 'the same',
  '/api/v1/track/reopen POST': 'the same',
  '/api/v1/track/withdraw POST': 'the same',
  '/api/v1/staff/session POST': 'signing in',
  '/api/v1/staff/recovery POST': 'who lost a factor comes back with a secret that two others gave',
  '/api/v1/staff/sso GET': 'whether one may sign in through the administration',
  '/api/v1/staff/sso/start GET': 'the way there',
  '/api/v1/staff/sso/callback GET': 'the way back, bound to the browser that left',
  '/api/v1/proof/inclusion GET': 'what a receipt holds is proved to whoever has it',
  '/api/v1/proof/cosignatures POST': 'the signature of a known witness is checked',
  '/api/v1/uploads POST': 'a citizen sends a file before filing',
  '/api/v1/challenge GET': 'the proof of work that a flood asks for',
  '/api/v1/openapi.json GET': 'the API described',
  '/health/live GET': 'operations, no content',
  '/health/ready GET': 'operations, no content',
};
let app: TestApp;
let operator: { cookie: string };
let guarded: Route[];
beforeAll(async () => {
  app = await startApp({ sms: false });
  operator = await app.as('operator', 'centre-04');
  const staff = (await routesOf(app)).filter(({ method, path }) => path.includes('/staff/') && !(`${path} ${method}` in open));
  guarded = [...staff, { method: 'GET', path: '/live', body: null, query: [] }];
});
afterAll(() => app.close());

const hex = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
/** Other spellings of an address, of which some library once took one for the same and some guard for another. */
const spellings = (path: string): string[] => {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const to = (change: (part: string) => string): string => path.slice(0, -last.length) + change(last);
  return [
    `/${path}`, `//${path}`, path.replaceAll('/', '//'), path.replace(/\/(?=[^/]+$)/, '//'), `/.${path}`, `/x/..${path}`, path.replace(/\/(?=[^/]+$)/, '/./'), path.replace(/\/(?=[^/]+$)/, '/x/../'),
    `/%2e%2e${path}`, path.replace(/\/(?=[^/]+$)/, '%2F'), path.replaceAll('/', '%2f').replace('%2f', '/'), path.replace(/\/(?=[^/]+$)/, '%5c'), path.replace(/\/(?=[^/]+$)/, '\\'),
    to((part) => hex(part[0] ?? '') + part.slice(1)), to((part) => [...part].map(hex).join('')), to((part) => encodeURIComponent(hex(part[0] ?? '')) + part.slice(1)),
    path.toUpperCase(), to((part) => part.toUpperCase()), `${path}/`, `${path}//`, `${path}%2f`, `${path}/.`, `${path};x=1`, `${path}%00`, `${path}%20`, `${path}.json`, `${path}?`, `${path}%3f`, `${path}#`,
    `http://evil.example${path}`,
  ];
};

it('no other spelling of an address opens it to a stranger, and none of a refused one to who may not', async () => {
  expect(guarded.length).toBeGreaterThan(18);
  const before = await rowsIn(app);
  for (const { method, path } of guarded) {
    const isRefused = (await ask(app, method, path, operator)).status === 403;
    for (const spelling of spellings(path)) {
      expect((await ask(app, method, spelling)).status, `stranger: ${method} ${spelling}`).toBeOneOf([400, 401, 404]);
      if (isRefused) expect((await ask(app, method, spelling, operator)).status, `operator: ${method} ${spelling}`).toBeOneOf([400, 403, 404]);
    }
  }
  expect(await rowsIn(app)).toBe(before);
}, 180_000);

it('no spelling of an address below /console gives a file that is not one of its own', async () => {
  for (const climb of ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..\\', '%252e%252e%252f', '.../', '..;/', '..%00/'])
    for (const base of ['/console/assets/', '/console/assets//', '/console//assets/', '/console/'])
      for (const file of ['package.json', 'src/server.js', 'index.html%00.js'])
        for (const depth of [1, 2, 3, 4]) {
          const { status, text } = await ask(app, 'GET', base + climb.repeat(depth) + file);
          expect(text, base + climb + file).not.toMatch(/allowScripts|readSettings/);
          expect(status).toBeLessThan(500);
        }
});

/** Pages and files that anybody may read; below each. */
const shown = ['/api/docs', '/console', '/assets', '/file', '/track', '/fr', '/en', '/zgh'];

it('every route of the program that asks for no session stands in a reviewed list', async () => {
  const port = await freePort();
  let program: FastifyInstance | undefined;
  const declared: { methods: string[]; url: string; policy: unknown }[] = [];
  const web = await serve(withAddress(Settings.parse({ PORT: port, DATABASE_URL: app.databaseUrl }), port), app.deps, createLog('silent'), async (one) => {
    program = one;
  });
  expect(program).toBeDefined();
  const lines = (program?.printRoutes({ commonPrefix: false }) ?? '').split('\n');
  let above: string[] = [];
  for (const line of lines) {
    const found = /^([│ ]*)[├└]── (\S*)(?: \(([\w, ]+)\))?/.exec(line);
    if (!found) continue;
    const depth = (found[1]?.length ?? 0) / 4;
    above = [...above.slice(0, depth), found[2] ?? ''];
    if (found[3] !== undefined) declared.push({ methods: found[3].split(', ').filter((method) => method !== 'HEAD'), url: above.join(''), policy: null });
  }
  await web.close();
  const bare: string[] = [];
  for (const { methods, url } of declared)
    for (const method of methods) {
      const { status } = await ask(app, method, url.replace(/:\w+/, '00000000-0000-4000-8000-000000000000'));
      if (status !== 401) bare.push(`${url} ${method}`);
    }
  // The page of the form, and the webhooks' one route (`/webhooks/*`, printed without its beginning), which checks signatures.
  const unknown = bare.filter((route) => !(route in open) && !shown.some((place) => route.startsWith(`${place}/`) || route.startsWith(`${place} `) || route.startsWith(`${place}*`)) && !/^\/(\*)? (GET|POST)$/.test(route));
  expect(unknown).toEqual([]);
  expect(Object.keys(open).filter((route) => !bare.includes(route))).toEqual([]);
});
