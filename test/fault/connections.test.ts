import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '#db/embedded/port';
import { freshDatabase } from '../support/database.ts';
import { eventually, filing } from '../support/app.ts';
import { build, startInsat } from './insat.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: postgres.Sql;
beforeAll(async () => {
  await build();
  database = await freshDatabase();
  sql = postgres(database.url, { max: 1, connection: { application_name: 'test' } });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

it('the program outlives database connections that are cut under load, keeps what it acknowledged, and stops at once when asked', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const insat = await startInsat({ PORT: String(port), DATABASE_URL: database.url, DEMO: '0', CODE_KEY: '33'.repeat(32), LOG_KEY: '44'.repeat(32), LOG_LEVEL: 'silent' });
  const post = async (): Promise<{ status: number; reference: string }> => {
    const answer = await fetch(`${url}/api/v1/cases`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(filing()) });
    const { reference = '' } = (await answer.json()) as { reference?: string };
    return { status: answer.status, reference };
  };
  const kept: string[] = [];
  const others: number[] = [];
  let cuts = 0;
  const citizen = async () => {
    while (cuts < 12) {
      const { status, reference } = await post();
      if (status === 201) kept.push(reference);
      else others.push(status);
    }
  };
  const cutter = async () => {
    for (let due = 10; cuts < 12; due = kept.length + others.length + 10) {
      await eventually(async () => kept.length + others.length >= due);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'insat'`;
      cuts += 1;
    }
  };
  await Promise.all([cutter(), ...Array.from({ length: 16 }, citizen)]);

  expect(others.filter((status) => status !== 503)).toEqual([]);
  await eventually(async () => (await post()).status === 201);
  const [row] = await sql<{ stored: number }[]>`select count(*)::int as stored from cases where reference in ${sql(kept)}`;
  expect(row?.stored).toBe(kept.length);
  const asked = performance.now();
  expect(await insat.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(15_000);
}, 120_000);
