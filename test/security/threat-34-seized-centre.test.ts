import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, testClock, type TestApp } from '../support/app.ts';

type Person = { cookie: string };

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

const statusOf = async (person: Person): Promise<number> => (await app.get('/api/v1/staff/me', person)).status;
const idOf = async (person: Person): Promise<unknown> => (await app.get('/api/v1/staff/me', person)).json['id'];
const signOut = (centre: string, person: Person) => app.post(`/api/v1/staff/centres/${centre}/sign-out`, {}, person);
const cast = async () => ({
  operator: await app.as('operator', 'centre-04'),
  supervisor: await app.as('supervisor', 'centre-04'),
  neighbour: await app.as('operator', 'centre-06', 'neighbour'),
  administrator: await app.as('administrator', null),
});
const written = () => sql`select at, actor_id, type, subject_id from staff_events order by id`;

it('an administrator ends every session of a centre at once, and nobody else\u2019s; who did it is written', async () => {
  const { operator, supervisor, neighbour, administrator } = await cast();
  const actorId = await idOf(administrator);
  const before = (await written()).length;
  expect(await signOut('centre-04', administrator)).toMatchObject({ status: 200, json: { ended: 2 } });
  expect(await Promise.all([operator, supervisor, neighbour, administrator].map(statusOf))).toEqual([401, 401, 200, 200]);
  expect((await written()).slice(before)).toEqual([{ at: clock.now(), actor_id: actorId, type: 'centre.signed_out', subject_id: 'centre-04' }]);
});

it('a supervisor ends those of the own centre, the own one too', async () => {
  const { operator, supervisor, neighbour } = await cast();
  expect(await signOut('centre-04', supervisor)).toMatchObject({ status: 200, json: { ended: 2 } });
  expect(await Promise.all([operator, supervisor, neighbour].map(statusOf))).toEqual([401, 401, 200]);
});

it('a supervisor never touches another centre, which is as if it did not exist; operators touch none', async () => {
  const { operator, supervisor, neighbour, administrator } = await cast();
  const before = await written();
  const [foreign, unknown] = [await signOut('centre-06', supervisor), await signOut('centre-99', supervisor)];
  expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
  expect((await signOut('centre-99', administrator)).status).toBe(404);
  expect((await signOut('centre-04', operator)).status).toBe(403);
  expect(await Promise.all([operator, supervisor, neighbour, administrator].map(statusOf))).toEqual([200, 200, 200, 200]);
  expect(await written()).toEqual(before);
});

it('what was done to sessions is never rewritten', async () => {
  const { administrator } = await cast();
  await signOut('centre-12', administrator);
  const before = await written();
  for (const statement of ["update staff_events set type = 'nothing'", 'delete from staff_events', 'truncate staff_events'])
    await expect(sql.unsafe(statement)).rejects.toThrow('append-only');
  expect(await written()).toEqual(before);
});
