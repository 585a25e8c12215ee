import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { closeStaffAccount } from '#cli/close-staff';
import { addStaff } from '#cli/add-staff';
import { OpenSession } from '#contract/staff';
import { startApp, testClock, type TestApp } from '../support/app.ts';

type Person = { cookie: string };

const login = 'operator';
const password = 'correct horse battery';
const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
let here: Person;
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(async () => {
  here = await app.as('operator', 'centre-04', login);
});

const signIn = async (headers: Record<string, string> = {}, word = password): Promise<Person> => {
  const { headers: answered } = await app.post('/api/v1/staff/session', { login, password: word }, headers);
  return { cookie: (answered.get('set-cookie') ?? '').split(';')[0] ?? '' };
};
const statusOf = async (person: Person): Promise<number> => (await app.get('/api/v1/staff/me', person)).status;
const list = async (person: Person): Promise<OpenSession[]> => z.array(OpenSession.strict()).parse(JSON.parse((await app.get('/api/v1/staff/sessions', person)).text));
const only = (sessions: OpenSession[]): OpenSession => z.tuple([OpenSession]).parse(sessions)[0];

it('a person sees the own open sessions, and which one is theirs; never a token, its hash, or anybody else\u2019s', async () => {
  const stranger = await app.as('operator', 'centre-04', 'colleague');
  const began = clock.now().toISOString();
  clock.advance(5 * 60_000);
  const there = await signIn();
  const [seenHere, seenThere] = [await list(here), await list(there)];
  const now = clock.now().toISOString();
  expect(seenHere.map(({ createdAt, lastSeenAt, current }) => ({ createdAt, lastSeenAt, current }))).toEqual([
    { createdAt: now, lastSeenAt: now, current: false },
    { createdAt: began, lastSeenAt: now, current: true },
  ]);
  expect(seenThere.map(({ id, current }) => [id, current])).toEqual(seenHere.map(({ id, current }) => [id, !current]));
  expect((await list(stranger)).length).toBe(1);
  const hashes = (await sql`select id_hash from sessions`).map((row) => (row['id_hash'] as Buffer).toString('hex'));
  const said = JSON.stringify([seenHere, seenThere]).replaceAll('-', '');
  for (const hash of hashes) expect(said).not.toContain(hash.slice(0, 12));
});

it('a person ends one of them; another person\u2019s is as if it did not exist', async () => {
  const there = await signIn();
  const stranger = await app.as('operator', 'centre-04', 'colleague');
  const foreign = only(await list(stranger)).id;
  const mine = only((await list(here)).filter(({ current }) => !current)).id;
  for (const id of [foreign, '00000000-0000-4000-8000-000000000000']) expect((await app.remove(`/api/v1/staff/sessions/${id}`, here)).status).toBe(404);
  expect((await app.remove(`/api/v1/staff/sessions/${mine}`, here)).status).toBe(204);
  expect((await app.remove(`/api/v1/staff/sessions/${mine}`, here)).status).toBe(404);
  expect(await Promise.all([here, there, stranger].map(statusOf))).toEqual([200, 401, 200]);
});

it('a person ends all others at once, and stays', async () => {
  const stranger = await app.as('operator', 'centre-04', 'colleague');
  const others = [await signIn(), await signIn()];
  expect((await app.remove('/api/v1/staff/sessions', here)).status).toBe(204);
  expect(await Promise.all([here, ...others, stranger].map(statusOf))).toEqual([200, 401, 401, 200]);
});

it('a token that was there before the sign-in never lives on after it; a failed sign-in ends nothing', async () => {
  await signIn(here, 'wrong');
  expect(await statusOf(here)).toBe(200);
  const renewed = await signIn(here);
  expect(renewed.cookie).not.toBe(here.cookie);
  expect(await Promise.all([here, renewed].map(statusOf))).toEqual([401, 200]);
});

it('a new password never leaves a session of the old one open', async () => {
  const there = await signIn();
  const stranger = await app.as('operator', 'centre-04', 'colleague');
  const given = await addStaff(app.deps.ctx, ['--login', login, '--name', 'Same', '--role', 'operator', '--centre', 'centre-04']);
  expect(await Promise.all([here, there, stranger].map(statusOf))).toEqual([401, 401, 200]);
  expect(await statusOf(await signIn({}, given.password))).toBe(200);
});

it('a sign-in that overlaps a new password never keeps a session by the old one', async () => {
  const overlapping = Promise.all(Array.from({ length: 6 }, () => signIn()));
  await addStaff(app.deps.ctx, ['--login', login, '--name', 'Same', '--role', 'operator', '--centre', 'centre-04']);
  expect(await Promise.all((await overlapping).map(statusOf))).toEqual(Array.from({ length: 6 }, () => 401));
});

it('a closed account never keeps a session, nor the places it was used from, and its login is given to nobody', async () => {
  const leaver = await app.as('operator', 'centre-04', 'leaver');
  expect(await closeStaffAccount(app.deps.ctx, ['--login', 'leaver'])).toBe('leaver');
  expect(await statusOf(leaver)).toBe(401);
  const counts = await sql`
    select (select count(*)::int from sessions where staff_id = staff.id) as sessions,
           (select count(*)::int from sign_in_places where staff_id = staff.id) as places,
           (select array_agg(type) from staff_events where subject_id = staff.id::text and actor_id is null) as written
    from staff where login = 'leaver'`;
  expect([...counts]).toEqual([{ sessions: 0, places: 0, written: ['account.closed'] }]);
  await expect(addStaff(app.deps.ctx, ['--login', 'leaver', '--name', 'New', '--role', 'operator', '--centre', 'centre-04'])).rejects.toThrow('closed');
  await expect(closeStaffAccount(app.deps.ctx, ['--login', 'leaver'])).rejects.toThrow('--login');
  expect(await app.post('/api/v1/staff/session', { login: 'leaver', password })).toMatchObject({ status: 401, json: { code: 'wrong_login' } });
});
