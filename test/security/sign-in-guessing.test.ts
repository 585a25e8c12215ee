import { createHash } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startApp, testClock, type TestApp } from '../support/app.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const password = 'correct horse battery';
const home = '198.51.100.7';

const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ clock, sms: false, trustProxy: '127.0.0.1' });
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(() => clock.advance(day));

const attempt = async (login: string, address: string, word = 'wrong'): Promise<number> =>
  (await app.post('/api/v1/staff/session', { login, password: word }, { 'x-forwarded-for': address })).status;
const times = async (count: number, work: (i: number) => Promise<number>): Promise<number[]> => {
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) seen.push(await work(i));
  return seen;
};
const many = (status: number, count: number): number[] => Array.from({ length: count }, () => status);
/** An account whose person has signed in from home. */
const person = async (login: string): Promise<string> => {
  await app.as('operator', 'centre-04', login);
  expect(await attempt(login, home, password)).toBe(200);
  return login;
};
/** Failures at a login, `ageMs` ago, from addresses that nobody has used. */
const failed = (login: string, count: number, ageMs: number) =>
  sql`insert into failed_attempts (subject_hash, at) select ${createHash('sha256').update(`login:${login}`).digest()}, ${new Date(clock.now().getTime() - ageMs)} from generate_series(1, ${count})`;

it('a stranger, from however many addresses, never locks out a person at an address from which they signed in', async () => {
  const login = await person('honest');
  await failed(login, 14, minute);
  const strangers = await times(8, (i) => attempt(login, `203.0.113.${i}`));
  expect(strangers).toEqual([...many(401, 6), ...many(429, 2)]);
  expect(await attempt(login, home, password)).toBe(200);
  expect(await attempt(login, home)).toBe(401);
  expect(await attempt(login, '192.0.2.99', password)).toBe(429);
  clock.advance(15 * minute);
  expect(await attempt(login, '192.0.2.99', password)).toBe(200);
});

it('a login has five guesses from one address, and never more by hopping through a /64', async () => {
  const login = await person('hopped');
  expect(await times(7, (i) => attempt(login, `2001:db8:7:7::${i + 1}`))).toEqual([...many(401, 5), ...many(429, 2)]);
  expect(await attempt(login, '2001:db8:7:7:ffff::1', password)).toBe(429);
  expect(await attempt(login, '2001:db8:7:8::1', password)).toBe(200);
});

it('an address that is closed for one login is open for its neighbours behind the same address', async () => {
  const [one, other] = [await person('shared-a'), await person('shared-b')];
  expect(await times(6, () => attempt(one, home))).toEqual([...many(401, 5), 429]);
  expect(await attempt(one, home, password)).toBe(429);
  expect(await attempt(other, home, password)).toBe(200);
});

it('strangers together never have more than a hundred guesses a day, at a login that exists or not', async () => {
  for (const login of [await person('patient'), 'no such person']) {
    await failed(login, 99, 60 * minute);
    expect([await attempt(login, '203.0.113.50'), await attempt(login, '203.0.113.51')]).toEqual([401, 429]);
  }
  expect(await attempt('patient', home, password)).toBe(200);
});

it('an address is forgotten when nobody has signed in from it for thirty days', async () => {
  const login = await person('away');
  clock.advance(30 * day);
  await failed(login, 20, minute);
  expect(await attempt(login, home, password)).toBe(429);
  clock.advance(15 * minute);
  expect(await attempt(login, '198.51.100.8', password)).toBe(200);
  const kept = await sql`select last_at from sign_in_places join staff on staff.id = staff_id where login = ${login}`;
  expect(kept.map((row) => row['last_at'])).toEqual([clock.now()]);
});

it('no address is ever stored, nor anything by which two people at one address could be told to share it', async () => {
  await Promise.all([person('secret-a'), person('secret-b')]);
  await attempt('secret-a', '203.0.113.77');
  const places = await sql`select place_hash from sign_in_places`;
  expect(new Set(places.map((row) => String((row['place_hash'] as Buffer).toString('hex')))).size).toBe(places.length);
  const columns = await sql`select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type in ('text', 'inet', 'jsonb')`;
  for (const { table_name: table, column_name: column } of columns) {
    const found = await sql`select 1 from ${sql(String(table))} where ${sql(String(column))}::text ~ '(198\\.51\\.100|203\\.0\\.113)'`;
    expect(found, `${String(table)}.${String(column)}`).toHaveLength(0);
  }
});
