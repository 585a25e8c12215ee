import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueNames } from '#jobs/definitions';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';
import { openConsole } from '../support/console.ts';

/** BullMQ #4729: a listening connection that is lost stays lost, and jobs and hints wait for ever. On PostgreSQL, where both listen. */
let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ work: true, sms: false });
  sql = postgres(app.databaseUrl, { max: 1, connection: { application_name: 'test' } });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

/** The live line's connection says LISTEN last; those of the two queues carry the name of the queue. */
const listeners = async (): Promise<number[]> =>
  (await sql`select pid, application_name as name, query from pg_stat_activity where datname = current_database() and application_name <> 'test'`)
    .filter(({ name, query }) => /^listen /i.test(String(query)) || queueNames.some((queue) => String(name).includes(queue)))
    .map(({ pid }) => Number(pid));

it('jobs and live hints are there again within five seconds of a listener that was killed, each time', async () => {
  const operator = await app.as('operator', 'centre-04');
  for (let round = 0; round < 3; round += 1) {
    const before = await openConsole(app.url, operator);
    const found = await eventually(async () => {
      const pids = await listeners();
      return pids.length >= 1 + queueNames.length && pids;
    });
    for (const pid of found) await sql`select pg_terminate_backend(${pid})`;
    const from = performance.now();
    // The console is told to start over, because it may have missed something.
    const code = await before.closed;
    expect(code).toBe(1012);
    const console = await openConsole(app.url, operator);
    const { reference } = (await app.post('/api/v1/cases', filing({ territory: { province: 'MA-SAL' } }))).json;
    const triaged = await eventually(async () => (await sql`select id from cases where reference = ${String(reference)} and triaged_at is not null`)[0], 5);
    await eventually(async () => console.frames.some(({ caseId }) => caseId === triaged['id']), 5);
    expect(performance.now() - from).toBeLessThan(5000);
    console.close();
  }
}, 180_000);
