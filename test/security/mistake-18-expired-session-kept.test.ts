import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, testClock, type TestApp } from '../support/app.ts';

/** @fastify/session, CVE-2024-35220: a session past its end was refused, but never destroyed. */
const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const rows = async (): Promise<number> => (await sql`select from sessions`).length;

it('a session is gone from the database with the first request a second after its end', async () => {
  const person = await app.as('operator', 'centre-04');
  clock.advance(30 * 60_000 + 1000);
  expect(await rows()).toBe(1);
  expect((await app.get('/api/v1/staff/me', person)).status).toBe(401);
  expect(await rows()).toBe(0);
});

it('a session past its end is never listed, and is swept at the next sign-in', async () => {
  await app.as('operator', 'centre-04');
  clock.advance(10 * 3_600_000);
  const { headers } = await app.post('/api/v1/staff/session', { login: 'operator', password: 'correct horse battery' });
  const person = { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  expect(JSON.parse((await app.get('/api/v1/staff/sessions', person)).text)).toMatchObject([{ current: true }]);
  expect(await rows()).toBe(1);
});
