import { randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Factors, TotpSecret } from '#contract/factors';
import { Me } from '#contract/staff';
import { startApp, testClock, type Answer, type TestApp } from '../support/app.ts';
import { openConsole } from '../support/console.ts';
import { cookieOf, password, staffOf, type Person, type Staff } from '../support/factors.ts';

const minute = 60_000;
const step = 30_000;
const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
let staff: Staff;
beforeAll(async () => {
  app = await startApp({ clock, sms: false, demo: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  staff = staffOf(app);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
// Each test has numbers of its own, and no failures of another's.
beforeEach(() => clock.advance(24 * 60 * minute));

const statusOf = async (person: Person): Promise<number> => (await app.get('/api/v1/staff/me', person)).status;
const queues = async (person: Person): Promise<Answer> => app.get('/api/v1/staff/queues', person);

describe('outside the demo, a password alone', () => {
  it('opens a session that does nothing but enrol a factor, on no route', async () => {
    await staff.add('newcomer', 'operator', 'centre-04');
    const person = cookieOf(await staff.signIn('newcomer'));
    const { paths } = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse((await app.get('/api/v1/openapi.json')).json);
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    const open: string[] = [];
    for (const route of routes.filter((one) => one.includes('/staff/') && one !== 'POST /api/v1/staff/session' && one !== 'DELETE /api/v1/staff/session' && !one.includes('/staff/sso') && !one.endsWith('/staff/recovery'))) {
      const [method = '', path = ''] = route.replace('{id}', randomUUID()).split(' ');
      const answer = await fetch(app.url + path, { method, headers: { ...person, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) }, ...(method === 'GET' ? {} : { body: '{}' }) });
      const { code } = z.object({ code: z.string().optional() }).loose().parse(await answer.json());
      if (answer.status !== 403 || (code !== 'enrol_first' && code !== 'forbidden')) open.push(route.replace('/api/v1', ''));
    }
    expect(open.toSorted()).toEqual([
      'GET /staff/me', 'GET /staff/me/factors', 'POST /staff/me/totp', 'POST /staff/me/totp/confirm', 'POST /staff/session/step-up', 'POST /staff/session/step-up/options',
    ]);
    await expect(openConsole(app.url, { ...person, origin: app.url })).rejects.toThrow('403');
    expect(await queues(person)).toMatchObject({ status: 403, json: { code: 'enrol_first' } });
  });

  it('is followed by a factor, once enrolled; then everything opens, with a new token', async () => {
    await staff.add('fatima', 'operator', 'centre-04');
    const first = cookieOf(await staff.signIn('fatima'));
    expect(Me.parse((await app.get('/api/v1/staff/me', first)).json).enrol).toBe('totp');
    const told = TotpSecret.parse((await app.post('/api/v1/staff/me/totp', {}, first)).json);
    expect(told.uri).toContain(`secret=${told.secret}`);
    // The number of an application that knows nothing but the address.
    const confirmed = await app.post('/api/v1/staff/me/totp/confirm', { totp: TOTP.generate({ secret: Secret.fromBase32(told.secret), timestamp: clock.now().getTime() }) }, first);
    expect(Me.parse(confirmed.json).enrol).toBeNull();
    const person = cookieOf(confirmed);
    expect([(await queues(person)).status, await statusOf(first)]).toEqual([200, 401]);
    expect(Factors.strict().parse((await app.get('/api/v1/staff/me/factors', person)).json)).toEqual({ kind: 'totp', required: true, totp: { enrolledAt: clock.now().toISOString() }, authenticators: [] });
    clock.advance(step);
    expect(await staff.signIn('fatima')).toMatchObject({ status: 401, json: { code: 'second_factor_needed', asked: { factors: ['totp'] } } });
    const back = await staff.signIn('fatima', { totp: staff.numberOf(told.secret) });
    expect([back.status, (await queues(cookieOf(back))).status]).toEqual([200, 200]);
  });

  it('never adds a factor beside one that is enrolled, nor keeps a session that it opened before', async () => {
    await staff.add('overtaken', 'operator', 'centre-04');
    const [mine, thief] = [cookieOf(await staff.signIn('overtaken')), cookieOf(await staff.signIn('overtaken'))];
    const { secret } = TotpSecret.parse((await app.post('/api/v1/staff/me/totp', {}, mine)).json);
    await app.post('/api/v1/staff/me/totp/confirm', { totp: staff.numberOf(secret) }, mine);
    expect(await app.post('/api/v1/staff/me/totp', {}, thief)).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
  });

  it('never opens a session, and sets no cookie, where a factor is enrolled', async () => {
    await staff.withTotp('guarded');
    for (const more of [{}, { totp: '000000' }, { totp: 'x' }, { totp: '' }]) {
      const answer = await staff.signIn('guarded', more);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
    }
  });
});

describe('a number', () => {
  it('never works twice, even for many at the same instant', async () => {
    const { secret } = await staff.withTotp('raced');
    clock.advance(step);
    const totp = staff.numberOf(secret);
    // Fewer than the wrong ones that close a login.
    const answers = await Promise.all(Array.from({ length: 4 }, () => staff.signIn('raced', { totp })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    expect(answers.filter(({ status }) => status === 401).map(({ json }) => json['code'])).toEqual(Array.from({ length: 3 }, () => 'wrong_second_factor'));
  });

  it('of the step before or after is right, of two away never, nor one older than the last that was used', async () => {
    const { secret } = await staff.withTotp('windowed');
    clock.advance(10 * step);
    const statuses: number[] = [];
    for (const ahead of [-2, 2, -1, -1, 1, 0]) statuses.push((await staff.signIn('windowed', { totp: staff.numberOf(secret, ahead) })).status);
    expect(statuses).toEqual([401, 401, 200, 401, 200, 401]);
  });

  it('is read in whatever digits it is typed', async () => {
    const { secret } = await staff.withTotp('arabic');
    clock.advance(step);
    const typed = staff.numberOf(secret).replace(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit))).replace(/^.../, '$& ');
    expect((await staff.signIn('arabic', { totp: typed })).status).toBe(200);
  });

  it('that is wrong counts like a wrong password, and few are tried by whoever has the password, wherever from', async () => {
    const { secret } = await staff.withTotp('guessed');
    clock.advance(step);
    const wrong = async () => (await staff.signIn('guessed', { totp: staff.numberOf(secret, 9) })).status;
    const tried: number[] = [];
    for (let i = 0; i < 6; i += 1) tried.push(await wrong());
    expect(tried).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await staff.signIn('guessed', { totp: staff.numberOf(secret) })).status).toBe(429);
    expect((await staff.signIn('guessed')).status).toBe(429);
    clock.advance(16 * minute);
    for (let i = 0; i < 5; i += 1) await wrong();
    clock.advance(16 * minute);
    // Ten in a day, though the passwords were right.
    expect((await staff.signIn('guessed', { totp: staff.numberOf(secret) })).status).toBe(429);
    clock.advance(24 * 60 * minute);
    expect((await staff.signIn('guessed', { totp: staff.numberOf(secret) })).status).toBe(200);
  });

  it('cannot be made from the database: the secret in it is sealed, and for one person', async () => {
    const [one, other] = [await staff.withTotp('sealed-a'), await staff.withTotp('sealed-b')];
    const rows = await sql<{ secret: Buffer }[]>`select secret from totp_factors where secret is not null`;
    for (const { secret } of rows) expect(secret.includes(Buffer.from(Secret.fromBase32(one.secret).bytes))).toBe(false);
    await sql`update totp_factors set secret = (select secret from totp_factors join staff on id = staff_id where login = 'sealed-a') where staff_id = (select id from staff where login = 'sealed-b')`;
    clock.advance(step);
    for (const secret of [one.secret, other.secret]) expect((await staff.signIn('sealed-b', { totp: staff.numberOf(secret) })).status).not.toBe(200);
  });
});

describe('step-up', () => {
  const csv = (person: Person): Promise<Answer> => app.get('/api/v1/staff/reports/response-times.csv?from=2026-01-01&to=2026-12-31&by=region', person);

  it('is needed for an export five minutes after a factor was shown, and opens it again with a new token; live lines stay', async () => {
    const { person, key } = await staff.withKey('chief');
    expect((await csv(person)).status).toBe(200);
    clock.advance(5 * minute);
    expect((await csv(person)).status).toBe(200);
    clock.advance(1);
    expect(await csv(person)).toMatchObject({ status: 403, json: { code: 'step_up_needed' } });
    const live = await openConsole(app.url, { ...person, origin: app.url });
    const { webauthn } = (await app.post('/api/v1/staff/session/step-up/options', {}, person)).json as { webauthn: { challenge: string } };
    const done = await app.post('/api/v1/staff/session/step-up', { webauthn: key.get(webauthn.challenge, staff.page) }, person);
    const renewed = cookieOf(done);
    expect([done.status, await statusOf(person), (await csv(renewed)).status]).toEqual([200, 401, 200]);
    // The next check of the live line is by a session that ends.
    await staff.add('other', 'operator', 'centre-04');
    const passed = await Promise.race([live.closed, new Promise((resolve) => setTimeout(resolve, 1500, 'open'))]);
    expect(passed).toBe('open');
    live.close();
  });

  it('never goes by the password where a factor is enrolled, nor by a number that was used', async () => {
    const { person, secret } = await staff.withTotp('stepping');
    const tries = [{ password }, { totp: staff.numberOf(secret) }, { totp: '000000' }, {}];
    for (const body of tries) expect(await app.post('/api/v1/staff/session/step-up', body, person)).toMatchObject({ status: 401, json: { code: 'wrong_second_factor' } });
    clock.advance(step);
    expect((await app.post('/api/v1/staff/session/step-up', { totp: staff.numberOf(secret) }, person)).status).toBe(200);
  });

  it('is needed to change one\u2019s factors', async () => {
    const { person, secret } = await staff.withTotp('changing');
    clock.advance(6 * minute);
    expect(await app.post('/api/v1/staff/me/totp', {}, person)).toMatchObject({ status: 403, json: { code: 'step_up_needed' } });
    const fresh = cookieOf(await app.post('/api/v1/staff/session/step-up', { totp: staff.numberOf(secret) }, person));
    const next = TotpSecret.parse((await app.post('/api/v1/staff/me/totp', {}, fresh)).json);
    clock.advance(step);
    // The old one counts until the new one is confirmed, and no longer.
    expect((await staff.signIn('changing', { totp: staff.numberOf(secret) })).status).toBe(200);
    expect((await app.post('/api/v1/staff/me/totp/confirm', { totp: staff.numberOf(next.secret) }, fresh)).status).toBe(200);
    clock.advance(step);
    expect((await staff.signIn('changing', { totp: staff.numberOf(secret) })).status).toBe(401);
    expect((await staff.signIn('changing', { totp: staff.numberOf(next.secret) })).status).toBe(200);
    const written = await sql`select type from staff_events join staff on staff.id = actor_id where login = 'changing' and subject_id = staff.id::text`;
    expect(written.map((row) => row['type'])).toEqual(['totp.enrolled', 'totp.enrolled']);
  });
});
