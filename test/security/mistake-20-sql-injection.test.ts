import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCentre } from '../support/centre.ts';
import { ask, routesOf, rowsIn, type Route } from './asking.ts';

/** drizzle-orm CVE-2026-39356 (20), Chatwoot CVE-2025-21628, CVE-2026-44706 (28). */
let centre: Awaited<ReturnType<typeof openCentre>>;
let readable: Route[];
beforeAll(async () => {
  centre = await openCentre();
  await centre.waiting({ contact: { phone: '0661000111' } });
  readable = (await routesOf(centre.app)).filter(({ method, query }) => method === 'GET' && query.length > 0);
});
afterAll(() => centre.app.close());

const values = [
  "'", '"', "''", '\\', "\\'", "' or '1'='1", "' or 1=1--", '" or ""="', ') or (1=1', "') or true--", '1 or 1=1', "' union select login,password_hash from staff--", "'; drop table cases--",
  '"; drop table cases; --', 'id"; drop table cases; --', "'||pg_sleep(5)||'", "'; select pg_sleep(5)--", '1; select pg_sleep(5)', '$1', '$$x$$', '%', '_', '%%', '\\%', "E'\\\\'", 'null', "\u02bc or 1=1--", '\uff07 or 1=1--',
  "{'$ne':null}", '{"$gt":""}', '[]', '(select 1)', '/**/or/**/1=1', 'a\' or \'\'=\'a', '0x27', '%27%20or%201=1',
];
/** Names that a library could take for an operator or a column. */
const names = (name: string): string[] => [`${name}[]`, `${name}[0]`, `${name}[$ne]`, `${name}[gt]`, `${name}.eq`, `${name}__like`, `${name}"`, `${name}' or 1=1--`];
const columns = ['sort', 'order', 'orderBy', 'filter', 'where', 'select', 'columns', 'operator', 'id"; drop table cases--'];

it('no question to a list or a report is ever a part of SQL, nor are its name, its operator and its order', async () => {
  expect(readable.map(({ path }) => path)).toEqual(expect.arrayContaining(['/api/v1/staff/cases', '/api/v1/staff/reports/response-times', '/api/v1/staff/reports/response-times.csv']));
  const before = await rowsIn(centre.app);
  const from = performance.now();
  let asked = 0;
  for (const { path, query } of readable) {
    const get = (name: string, value: string) => {
      asked += 1;
      return ask(centre.app, 'GET', `${path}?${encodeURIComponent(name)}=${encodeURIComponent(value)}`, centre.chief);
    };
    for (const name of query)
      for (const value of values) {
        const { status, text } = await get(name, value);
        expect(status, `${path} ${name} ${value}`).toBeOneOf(path.endsWith('/inclusion') ? [400, 404] : [200, 400]);
        // Nothing is called or says that: what opens here opens to everything.
        if (status === 200 && path.endsWith('/cases') && name !== 'limit') expect([name, value, JSON.parse(text)]).toEqual([name, value, { items: [], nextCursor: null }]);
      }
    for (const name of [...query.flatMap(names), ...columns]) expect((await get(name, 'id')).status, `${path} ${name}`).toBe(400);
  }
  for (const cursor of [[1, "2026-11-22' or '1'='1", '00000000-0000-4000-8000-000000000000'], [1, '2026-11-22', "' or 1=1--"], ["1' or '1'='1", '2026-11-22', '00000000-0000-4000-8000-000000000000'], [{}, [], null]])
    expect((await ask(centre.app, 'GET', `/api/v1/staff/cases?cursor=${Buffer.from(JSON.stringify(cursor)).toString('base64url')}`, centre.chief)).status).toBe(400);
  expect(asked).toBeGreaterThan(400);
  // One that had slept would have taken five seconds by itself.
  expect((performance.now() - from) / asked).toBeLessThan(100);
  expect(await rowsIn(centre.app)).toBe(before);
}, 180_000);

it('an address and a body are no part of SQL either', async () => {
  const before = await rowsIn(centre.app);
  for (const value of values) {
    const part = encodeURIComponent(value);
    for (const [method, path] of [['GET', `/api/v1/staff/cases/${part}`], ['POST', `/api/v1/staff/queues/${part}/next`], ['POST', `/api/v1/staff/centres/${part}/sign-out`], ['DELETE', `/api/v1/staff/sessions/${part}`]] as const)
      expect((await ask(centre.app, method, path, centre.chief)).status, path).toBeOneOf([400, 403, 404]);
    expect((await centre.app.post('/api/v1/track', { reference: value, code: value })).status).toBeOneOf([400, 404, 429]);
  }
  // A password is hashed each time, so a few must do.
  for (const value of values.slice(4, 9)) expect((await centre.app.post('/api/v1/staff/session', { login: value, password: value })).status).toBeOneOf([400, 401, 429]);
  expect(await rowsIn(centre.app)).toBe(before);
}, 180_000);

it('SQL is put together from values that people give nowhere in the source', () => {
  const raw = globSync(['src/**/*.ts', 'workers/**/*.ts']).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/sql\.(?:raw|identifier)\(([^;\n]*?)\)|\.unsafe\(|\.as\((?!['"])/g)].map(([call]) => `${path}: ${call}`),
  );
  // A figure of the program, a dimension of a closed list, the place of a column; a sequence and tables of our own.
  expect(raw.toSorted()).toEqual([
    'src/db/embedded.ts: .unsafe(',
    'src/db/migrate.ts: .unsafe(',
    'src/db/roles.ts: .unsafe(',
    "src/db/schema/cases.ts: sql.raw(`nextval('${sequence}')",
    'src/domain/reporting/response-times.queries.ts: sql.raw(String(i + 1)',
    'src/domain/reporting/response-times.queries.ts: sql.raw(dimension)',
    'src/domain/reporting/response-times.queries.ts: sql.raw(share.toFixed(2)',
  ]);
});
