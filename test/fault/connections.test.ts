import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '#db/embedded/port';
import { freshDatabase } from '../support/database.ts';
import { eventually, filing } from '../support/app.ts';
import { build, newKey, startInsat } from './insat.ts';

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
  const insat = await startInsat({ PORT: String(port), DATABASE_URL: database.url, DEMO: '0', CODE_KEY: newKey(), LOG_KEY: newKey(), DATA_KEYS: `1:${newKey()}`, INDEX_KEY: newKey(), LOG_LEVEL: 'silent' });
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

it.each(['dist/src/server.js', 'dist/workers/index.js'])('%s never starts on keys of its own making, or on those of a document, and names each', async (program) => {
  const start = (environment: Record<string, string>): Promise<{ code?: unknown; stderr: string }> =>
    promisify(execFile)(process.execPath, [program], { env: environment, timeout: 30_000 }).catch((error: { code: unknown; stderr: string }) => error);
  const known = { DATABASE_URL: 'postgres://insat:insat@db.example/insat', CODE_KEY: '11'.repeat(32), LOG_KEY: '00'.repeat(32) };
  const [bare, weak] = await Promise.all([start({}), start(known)]);
  for (const { code, stderr } of [bare, weak]) {
    expect(code).toBe(1);
    for (const name of Object.keys(known)) expect(stderr).toContain(`${name}: `);
  }
  expect(weak.stderr).not.toContain('1111');
}, 60_000);
