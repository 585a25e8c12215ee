import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueNames } from '#jobs/definitions';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';

/** Whoever reaches the job store can put anything into it; a worker that dies of that, or obeys it, is theirs. */
let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ work: true, sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const open = (name: string) => {
  const store = app.deps.jobStore;
  return 'redisUrl' in store
    ? new (withBackend(createRedisBackend).Queue)<unknown>(name, { connection: { url: store.redisUrl } })
    : new (withBackend(createPostgresBackend).Queue)<unknown>(name, { connection: { connectionString: store.databaseUrl, skipMigrations: true } });
};

const id = '00000000-0000-4000-8000-000000000000';
const names = ['triage-case', 'route-message', 'send-message', 'settle-message', 'toString', 'constructor', '__proto__', 'hasOwnProperty', '', 'no such job', '\u202e', "'; drop table cases--"];
const data: unknown[] = [
  null, 0, '', 'x', [], {}, true, { ids: null }, { ids: [] }, { ids: id }, { ids: [''] }, { ids: ["' or 1=1--"] }, { ids: [id] }, { ids: [id], more: 1 }, { ids: { length: 1, 0: id } },
  JSON.parse(`{"__proto__":{"polluted":true},"ids":["${id}"]}`), JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'), { ids: Array.from({ length: 1000 }, () => 'x') },
];

it('a worker outlives every kind of junk, does nothing of it, and goes on with what is real', async () => {
  const before = await sql`select (select count(*) from cases) as cases, (select count(*) from messages) as messages, (select count(*) from events) as events`;
  for (const name of queueNames) {
    const queue = open(name);
    await queue.addBulk(names.flatMap((job) => data.map((one) => ({ name: job, data: one }))));
    await queue.add('triage-case', { ids: ['x'.repeat(10 * 1024 * 1024)] });
    await queue.add('toString', { [`${'x'.repeat(1024)}`]: 'x'.repeat(1024 * 1024) });
    await eventually(async () => (await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized')) === 0, 30);
    // Dead letters: kept for a person to look at, never tried again.
    expect(await queue.getJobCountByTypes('failed')).toBeGreaterThan(names.length * 10);
    await queue.close();
  }
  expect(await sql`select (select count(*) from cases) as cases, (select count(*) from messages) as messages, (select count(*) from events) as events`).toEqual(before);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();

  const { reference } = (await app.post('/api/v1/cases', filing())).json;
  await eventually(async () => (await sql`select 1 from cases where reference = ${String(reference)} and triaged_at is not null`)[0], 10);
}, 90_000);
