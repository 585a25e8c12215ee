import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import postgres from 'postgres';
import { protectedTables } from '#domain/proof/protected.rules';
import { freshDatabase } from '../support/database.ts';

const rows = readFileSync('docs/protected-tables.md', 'utf8').split('\n').flatMap((line) => {
  const [, names = '', how = '', reason = ''] = /^\| (`.*`) \| (\w+) \| (.+) \|$/.exec(line) ?? [];
  return [...names.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => ({ name, how, reason }));
});
const named = (how: string): string[] => rows.filter((row) => row.how === how).map(({ name }) => name).toSorted();

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await freshDatabase();
  sql = postgres(database.url, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

it('of every table the docs say whether it is sealed, and why', async () => {
  const tables = await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`;
  expect(tables.map(({ name }) => name).filter((name) => !rows.some((row) => row.name === name))).toEqual([]);
  expect(rows.every(({ reason }) => reason.length > 20)).toBe(true);
});

it('what the docs call sealed is, and nothing else', () => {
  expect(named('sealed')).toEqual([...protectedTables.map(({ name }) => name), 'log_leaves', 'log_subtrees'].toSorted());
});
