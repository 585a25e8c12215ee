import { connect } from 'node:net';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Receipt } from '#contract/filing';
import { triageCase } from '#domain/triage/triage.actions';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { freePort } from '#db/embedded/port';
import { serve, withAddress } from '#serving';
import { filing, startApp, testClock, type Answer, type TestApp } from '../support/app.ts';

const minute = 60_000;
const password = 'correct horse battery';
type Person = { cookie: string };

const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
let routes: string[];
let people: Record<'operator' | 'supervisor' | 'administrator' | 'observer' | 'partner', Person>;
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  const { paths } = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse((await app.get('/api/v1/openapi.json')).json);
  routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  people = {
    operator: await app.as('operator', 'centre-04'),
    supervisor: await app.as('supervisor', 'centre-04'),
    administrator: await app.as('administrator', null),
    observer: await app.as('observer', null),
    partner: await app.as('partner', null),
  };
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(() => clock.set(new Date('2026-11-22T10:00:00Z')));

const call = async (route: string, headers: Record<string, string> = {}, body: unknown = {}): Promise<Answer> => {
  const [method = '', path = ''] = route.split(' ');
  if (method === 'POST') return app.post(path, body, headers);
  if (method === 'GET') return app.get(path, headers);
  const response = await fetch(app.url + path, { method, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? {} : z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
};
const me = (person: Person) => app.get('/api/v1/staff/me', person);

/** A case that the triage worker has put into a queue. */
const queued = async (more: Record<string, unknown> = {}): Promise<{ id: string; version: number }> => {
  const { reference } = Receipt.parse((await app.post('/api/v1/cases', filing(more))).json);
  const find = async () => z.object({ id: z.string(), version: z.number() }).parse((await sql`select id, version from cases where reference = ${reference}`)[0]);
  await triageCase(app.deps.ctx, (await find()).id);
  return find();
};

describe('a route', () => {
  it('without a policy stops the start', async () => {
    const port = await freePort();
    const settings = withAddress(Settings.parse({ PORT: port, DATABASE_URL: app.databaseUrl }), port);
    const start = serve(settings, app.deps, createLog('silent'), async (web) => {
      web.get('/forgotten', async () => 'anybody may read this');
    });
    await expect(start).rejects.toThrow('GET /forgotten');
    await expect(fetch(`http://127.0.0.1:${port}/forgotten`)).rejects.toThrow('fetch failed');
  });

  it('is open to strangers only if it stands in this list', async () => {
    const open: string[] = [];
    for (const route of routes) {
      const { status, json } = await call(route.replace('{id}', '00000000-0000-4000-8000-000000000000'));
      if (status !== 401 || json['code'] !== 'unauthenticated') open.push(route);
    }
    expect(open.toSorted()).toEqual([
      'GET /api/v1/categories', 'GET /api/v1/challenge', 'GET /api/v1/proof/checkpoint', 'GET /api/v1/proof/consistency', 'GET /api/v1/proof/inclusion',
      'GET /api/v1/staff/sso', 'GET /api/v1/staff/sso/callback', 'GET /api/v1/staff/sso/start', 'GET /api/v1/territories', 'POST /api/v1/cases', 'POST /api/v1/proof/cosignatures', 'POST /api/v1/proof/receipt',
      'POST /api/v1/staff/recovery', 'POST /api/v1/staff/session', 'POST /api/v1/track',
      'POST /api/v1/track/appeal', 'POST /api/v1/track/feedback', 'POST /api/v1/track/messages', 'POST /api/v1/track/readings', 'POST /api/v1/track/reopen', 'POST /api/v1/track/withdraw', 'POST /api/v1/uploads',
    ]);
  });

  it('of staff never opens to a made-up cookie, an id in the body or another spelling of its address', async () => {
    for (const cookie of ['sid=', 'sid=x', `sid=${'A'.repeat(43)}`, "sid=' or 1=1--", '__Host-sid=x']) expect((await me({ cookie })).status).toBe(401);
    expect((await app.post('/api/v1/staff/cases', { userId: 'x', ...filing({ channel: 'phone' }) })).status).toBe(401);
    for (const path of ['//api/v1/staff/cases', '/api//v1/staff/cases', '/api/v1/staff//cases', '/api/v1/%73taff/cases', '/api/v1/staff/cases/', '/API/v1/staff/cases', '/api/v1/staff/cases;x', '/api/v1/track/../staff/cases'])
      expect((await app.get(path)).status, path).toBeOneOf([401, 404]);
  });

  it('is never opened by a role that it is not for', async () => {
    const own = [
      'GET /api/v1/staff/me', 'DELETE /api/v1/staff/session', 'POST /api/v1/staff/session',
      'GET /api/v1/staff/sessions', 'DELETE /api/v1/staff/sessions', 'DELETE /api/v1/staff/sessions/{id}',
      'GET /api/v1/staff/sso', 'GET /api/v1/staff/sso/start', 'GET /api/v1/staff/sso/callback',
      'GET /api/v1/staff/me/factors', 'DELETE /api/v1/staff/me/authenticators/{id}', 'POST /api/v1/staff/session/step-up', 'POST /api/v1/staff/session/step-up/options',
      'POST /api/v1/staff/recovery',
    ];
    const watching = ['GET /api/v1/staff/reports/reveals'];
    const recovering = ['GET /api/v1/staff/recoveries', 'POST /api/v1/staff/recoveries/{id}/confirm'];
    const accounts = ['GET /api/v1/staff/accounts', 'PATCH /api/v1/staff/accounts/{id}', 'POST /api/v1/staff/accounts/{id}/recovery'];
    const channels = 'GET /api/v1/staff/channels';
    const bodies = 'GET /api/v1/staff/organisations';
    const numbers = ['POST /api/v1/staff/me/totp', 'POST /api/v1/staff/me/totp/confirm'];
    const authenticators = ['POST /api/v1/staff/me/authenticators', 'POST /api/v1/staff/me/authenticators/options'];
    const signOut = 'POST /api/v1/staff/centres/{id}/sign-out';
    const reports = ['GET /api/v1/staff/reports/response-times', 'GET /api/v1/staff/reports/response-times.csv'];
    const supervised = [...reports, 'GET /api/v1/staff/cases/{id}/readings', 'GET /api/v1/staff/colleagues', ...['personal-data', 'erase', 'hold', 'lift-hold', 'seal', 'unseal', 'unblock'].map((verb) => `POST /api/v1/staff/cases/{id}/${verb}`)];
    const answering = 'POST /api/v1/staff/cases/{id}/answer';
    const partnering = ['GET /api/v1/staff/cases', 'POST /api/v1/staff/cases', 'GET /api/v1/staff/cases/{id}', 'POST /api/v1/staff/cases/{id}/note', answering];
    const measured = [...reports, 'GET /api/v1/staff/destinations'];
    const staffRoutes = routes.filter((route) => route.includes('/staff/') && !own.includes(route));
    expect(staffRoutes.length).toBeGreaterThan(12);
    for (const [role, mayOpen] of [
      ['operator', (route: string) => ![...supervised, ...watching, ...authenticators, ...recovering, ...accounts, signOut, answering].includes(route)],
      ['supervisor', (route: string) => ![...numbers, ...accounts, answering].includes(route)],
      ['administrator', (route: string) => [...measured, ...watching, ...authenticators, ...recovering, ...accounts, bodies, channels, signOut].includes(route)],
      ['observer', (route: string) => [...measured, ...authenticators].includes(route)],
      ['partner', (route: string) => [...numbers, ...partnering].includes(route)],
    ] as const)
      for (const route of staffRoutes) {
        const { status, json } = await call(route.replace('{id}', '00000000-0000-4000-8000-000000000000'), people[role]);
        expect([status === 403, json['code'] === 'forbidden'], `${role} ${route}`).toEqual([!mayOpen(route), !mayOpen(route)]);
      }
  });

  it('that changes anything never follows another site, though the cookie comes along', async () => {
    const { id, version } = await queued();
    const changing = routes.filter((route) => route.includes('/staff/') && !route.startsWith('GET '));
    for (const foreign of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: `${app.url}.evil.example` }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])
      for (const route of changing)
        expect(await call(route.replace('{id}', id), { ...people.operator, ...foreign }, { version })).toMatchObject({ status: 403, json: { code: 'foreign_origin' } });
    expect((await me(people.operator)).status).toBe(200);
    expect((await app.post(`/api/v1/staff/cases/${id}/claim`, { version }, { ...people.operator, origin: app.url })).status).toBe(200);
  });

  describe('asked to become a live socket', () => {
    /** Everything the server says until it hangs up, or the first line if it becomes a socket. */
    const upgrade = (path: string, headers: Record<string, string>): Promise<string> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(app.url);
        const lines = Object.entries({ host: 'insat', connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers });
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`));
        socket.on('data', (part: Buffer) => {
          answer += part.toString();
          if (answer.startsWith('HTTP/1.1 101')) socket.destroy();
        });
        socket.on('close', () => resolve(answer));
        socket.on('error', reject);
      });

    it('never does for another site, or without a session', async () => {
      expect(await upgrade('/live', { origin: app.url })).toMatch(/^HTTP\/1.1 401 [^]*"unauthenticated"/);
      for (const origin of ['https://evil.example', 'null', `${app.url}.evil.example`])
        expect(await upgrade('/live', { ...people.operator, origin })).toMatch(/^HTTP\/1.1 403 [^]*"foreign_origin"/);
      expect(await upgrade('/live', { ...people.partner, origin: app.url })).toMatch(/^HTTP\/1.1 403 [^]*"forbidden"/);
      expect(await upgrade('/live', { ...people.operator, origin: app.url })).toMatch(/^HTTP\/1.1 101 /);
    });

    it('and answering like any other never keeps the connection', async () => {
      expect(await upgrade('/health/live', {})).toMatch(/^HTTP\/1.1 200 [^]*"ok"/);
      expect(await upgrade('/nothing', {})).toMatch(/^HTTP\/1.1 404 /);
      expect(await upgrade('/api/v1/categories', { upgrade: 'h2c' })).toMatch(/^HTTP\/1.1 200 [^]*"PAY"/);
    });
  });
});

describe('a session', () => {
  const signIn = async (): Promise<Person> => {
    const { headers, status } = await app.post('/api/v1/staff/session', { login: 'operator', password });
    expect(status).toBe(200);
    return { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };

  it('is a cookie that no script reads, no other site sends, and that the database cannot give back', async () => {
    const { headers } = await app.post('/api/v1/staff/session', { login: ' Operator ', password });
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^sid=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    const token = /^sid=([\w-]+)/.exec(cookie)?.[1] ?? '';
    const stored = await sql`select id_hash from sessions`;
    expect(stored.some((row) => Buffer.from(token, 'base64url').equals(row['id_hash']))).toBe(false);
  });

  it('ends after half an hour without use, not before', async () => {
    const person = await signIn();
    for (let i = 0; i < 3; i += 1) {
      clock.advance(29 * minute);
      expect((await me(person)).status).toBe(200);
    }
    clock.advance(30 * minute);
    expect((await me(person)).status).toBe(401);
    clock.advance(-30 * minute);
    expect((await me(person)).status).toBe(401);
  });

  it('ends after ten hours, however busy', async () => {
    const person = await signIn();
    for (let i = 0; i < 20; i += 1) {
      clock.advance(30 * minute - 1000);
      expect((await me(person)).status).toBe(200);
    }
    clock.advance(20_000);
    expect((await me(person)).status).toBe(401);
  });

  it('ends with the sign-out, and only that one', async () => {
    const [here, there] = [await signIn(), await signIn()];
    expect((await call('DELETE /api/v1/staff/session', here)).status).toBe(204);
    expect([(await me(here)).status, (await me(there)).status]).toEqual([401, 200]);
  });

  it('ends at once when the account is closed', async () => {
    const person = await app.as('operator', 'centre-04', 'leaver');
    await sql`update staff set active = false where login = 'leaver'`;
    expect((await me(person)).status).toBe(401);
    expect(await app.post('/api/v1/staff/session', { login: 'leaver', password })).toMatchObject({ status: 401, json: { code: 'wrong_login' } });
  });

  it('is never opened from another site', async () => {
    const answer = await app.post('/api/v1/staff/session', { login: 'operator', password }, { origin: 'https://evil.example' });
    expect(answer).toMatchObject({ status: 403, json: { code: 'foreign_origin' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('refused never tells whether the login exists', async () => {
    const [known, unknown] = [
      await app.post('/api/v1/staff/session', { login: 'observer', password: 'wrong' }),
      await app.post('/api/v1/staff/session', { login: 'nobody', password: 'wrong' }),
    ];
    expect([known.status, known.text]).toEqual([401, unknown.text]);
    expect([...known.headers.keys()]).toEqual([...unknown.headers.keys()]);
    expect(known.json).toMatchObject({ code: 'wrong_login' });
  });

  it('has five guesses at a password, known login or not, even all at once', async () => {
    await app.as('operator', 'centre-04', 'target');
    for (const login of ['target', 'no such person']) {
      const guesses = await Promise.all(Array.from({ length: 12 }, (_, i) => app.post('/api/v1/staff/session', { login, password: `wrong ${i}` })));
      expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5);
      for (const spelling of [login, login.toUpperCase(), ` ${login} `])
        expect(await app.post('/api/v1/staff/session', { login: spelling, password })).toMatchObject({ status: 429, json: { code: 'too_many_sign_ins' } });
    }
    clock.advance(15 * minute);
    expect((await app.post('/api/v1/staff/session', { login: 'target', password })).status).toBe(200);
  });
});
