import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ask, routesOf, rowsIn, type Route } from './asking.ts';

/** Fastify CVE-2026-33806, -25223, CVE-2025-32442, CVE-2026-3419 (1-4), -18504 (5), CVE-2022-41919 (8), CVE-2020-8192 (9). */
const canary = 'canary7f3a';

let app: TestApp;
let supervisor: { cookie: string };
let withBody: Route[];
let changing: Route[];
beforeAll(async () => {
  app = await startApp({ sms: false });
  supervisor = await app.as('supervisor', 'centre-04');
  const routes = await routesOf(app);
  withBody = routes.filter(({ body }) => body !== null);
  changing = routes.filter(({ method }) => method !== 'GET');
});
afterAll(() => app.close());

/** Some routes ask for a fresh proof of the person before they look at a body. */
const refused = (path: string, ...statuses: number[]): number[] => (path.includes('/staff/') ? [403, ...statuses] : statuses);

const types = [
  ' application/json', '\tapplication/json', 'application/json\t', 'application/json\t;charset=utf-8', 'application/json ; charset=utf-8',
  'APPLICATION/JSON', 'Application/Json', 'application/json;', 'application/json; charset=utf-8; x=y', 'application/json; charset=utf-16',
  'application/json garbage', 'application/jsonx', 'application/json,text/plain', 'application/json/', 'application/ json', 'application/problem+json',
  'application/vnd.api+json', 'text/json', 'text/plain', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
  'multipart/form-data', 'application/xml', '*/*', 'json', '/', ';', '__proto__',
];

it('no spelling of a content type lets a faulty body past the schema of any route', async () => {
  expect(withBody.length).toBeGreaterThan(15);
  const before = await rowsIn(app);
  for (const { method, path } of withBody)
    for (const type of types)
      for (const body of [JSON.stringify({ [canary]: 1 }), `text=${canary}`, '[]']) {
        const { status, headers, text } = await ask(app, method, path, { ...supervisor, 'content-type': type }, body);
        expect(status, `${path} ${JSON.stringify(type)} ${body}`).toBeOneOf(refused(path, 400, 415));
        expect(headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(text).not.toContain(canary);
      }
  expect(await rowsIn(app)).toBe(before);
}, 180_000);

it('a body of any route is an object: of anything else the schema would see another value than the route', () => {
  expect(withBody.filter(({ body }) => body !== 'object')).toEqual([]);
});

it('a form that another site posts changes nothing, on any route', async () => {
  const before = await rowsIn(app);
  for (const { method, path } of changing)
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'text/plain; application/json', 'application/json'])
      for (const foreign of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
        const { status } = await ask(app, method, path, { ...supervisor, ...foreign, 'content-type': type }, type === 'application/json' ? '{}' : '{"x":"=1"}');
        // JSON from elsewhere reaches what anybody may call, and there the schema.
        expect(status, `${method} ${path} ${type}`).toBeOneOf(path.includes('/staff/') ? [403, 415] : type === 'application/json' ? [400, 415] : path.endsWith('/uploads') ? [400, 415] : [415]);
      }
  expect(await rowsIn(app)).toBe(before);
}, 180_000);

it('the longest body with the most faults costs less than a tenth of a second, on any route', async () => {
  const many = (make: (i: number) => string) => Array.from({ length: 4000 }, (_, i) => make(i)).join(',');
  const bodies = [`{${many((i) => `"a${i}":1`)}}`, `{"text":[${many(() => '{}')}]}`, `{"contact":{${many((i) => `"a${i}":1`)}},"territory":[]}`, JSON.stringify({ text: '\u200f'.repeat(20_000), version: 'x'.repeat(4000) })];
  for (const { method, path } of withBody)
    for (const body of bodies) {
      let fastest = Infinity;
      // Another program may take the processor from one attempt, not from each.
      for (let attempt = 0; attempt < 5 && fastest > 100; attempt += 1) {
        const from = performance.now();
        const { status, text } = await ask(app, method, path, { ...supervisor, 'content-type': 'application/json' }, body);
        fastest = Math.min(fastest, performance.now() - from);
        expect(status, path).toBeOneOf(refused(path, 400));
        expect(text.length, path).toBeLessThan(4000);
      }
      expect(fastest, path).toBeLessThan(100);
    }
  expect((await ask(app, 'POST', '/api/v1/cases', { 'content-type': 'application/json' }, `[${'{},'.repeat(349_525)}{}]`)).status).toBe(413);
}, 180_000);
