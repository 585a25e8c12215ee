import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Fault } from '#domain/proof/faults.rules';
import { protectedTables } from '#domain/proof/protected.rules';
import { verifyLog } from '#domain/proof/verifying.queries';
import { openGround, signer } from '../proof/ground.ts';

/** What a row is known by, the columns that must stay as they were, and which row of it is tampered with. */
type Target = { table: string; key: string; columns: readonly string[]; where: string };

const derived: Target[] = [
  { table: 'log_leaves', key: 'index', columns: ['source', 'row_number', 'hash'], where: 'index in (70, 71)' },
  { table: 'log_subtrees', key: 'index', columns: ['hash'], where: 'level = 8 and index in (0, 1)' },
  {
    table: 'cases', key: 'id', where: `reference in ('2648391760', '2648391761')`,
    columns: ['reference', 'channel', 'kind', 'received_at', 'legal_due_date', 'status', 'resolved_at', 'outcome'],
  },
];
const targets: Target[] = [
  ...protectedTables.map(({ name, number, facts }) => ({
    table: name,
    key: number,
    columns: facts.map(({ column }) => column),
    where: `${number} in (select ${number} from ${name} order by ${number} offset 2 limit 2)`,
  })),
  ...derived,
];

let ground: Awaited<ReturnType<typeof openGround>>;
const types = new Map<string, string>();
let cells = 0;
beforeAll(async () => {
  ground = await openGround();
  for (const count of [5, 40, 1, 30, 4, 1]) {
    await ground.live(count);
    await ground.seal();
    await ground.sql`insert into log_cosignatures (size, witness, line, at) select max(size), 'observatory', max(size)::text, now() from log_checkpoints`;
    // Numbers that are drawn and never used, as when a transaction is rolled back.
    for (const sequence of ['events_id_seq', 'messages_seq', 'notes_seq', 'feedback_seq', 'delivery_reports_id_seq', 'staff_events_id_seq', 'consent_texts_seq_seq', 'erasures_seq_seq', 'log_cosignatures_id_seq'])
      await ground.sql`select nextval(${sequence})`;
  }
  for (const { table } of targets) await ground.sql.unsafe(`create table kept_${table} as table ${table}`);
  for (const row of await ground.sql`select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'`)
    types.set(`${row['table_name']}.${row['column_name']}`, z.string().parse(row['data_type']));
});
afterAll(async () => {
  process.stdout.write(`threat-26: ${cells} tamperings as superuser, each named\n`);
  await ground.close();
});

const faults = async () => (await verifyLog(ground.ctx.db, signer.verifier, null)).faults;
const changed: Record<string, (column: string) => string> = {
  uuid: () => 'gen_random_uuid()',
  text: (column) => `coalesce(${column}, '') || 'x'`,
  jsonb: (column) => `${column} || '{"x": 1}'`,
  boolean: (column) => `not ${column}`,
  date: (column) => `${column} + 1`,
  smallint: (column) => `${column} + 1`,
  bigint: (column) => `${column} + 1000`,
  bytea: (column) => `set_byte(${column}, 0, (get_byte(${column}, 0) + 1) % 256)`,
  'timestamp with time zone': (column) => `${column} + interval '1 minute'`,
};
const keysOf = async ({ table, key, where }: Target): Promise<[string, string]> => {
  const [a, b] = await ground.sql.unsafe(`select ${key}::text as key from ${table} where ${where} order by ${table}.${key}`);
  return [z.string().parse(a?.['key']), z.string().parse(b?.['key'])];
};

/** Tampers, and gives what is found; then puts the table back as it was. */
const tampering = async ({ table }: Target, statement: string) => {
  cells += 1;
  await ground.tamper(statement);
  try {
    return await faults();
  } finally {
    await ground.tamper(`delete from ${table}; insert into ${table} overriding system value table kept_${table}`);
  }
};

it('what nobody touched is told as it is', async () => {
  expect(await verifyLog(ground.ctx.db, signer.verifier, null)).toMatchObject({ faults: [], size: 740 });
});

describe.each(targets)('$table: whoever is superuser, the row is named that was', (target) => {
  const { table, key, columns } = target;
  let first: string;
  let second: string;
  beforeAll(async () => {
    [first, second] = await keysOf(target);
  });
  /** A case is told too where the event that it must agree with was changed. */
  const withoutEcho = (found: Fault[]): Fault[] => found.filter((fault) => table !== 'events' || fault.table !== 'cases');
  /** The row as a fault names it; in the subtrees with its level, in a case with the column. */
  const named = (row: string) => expect.stringMatching(new RegExp(`(^|, )${key} ${row}(,|$)`));

  it.each(columns)('changed in %s', async (column) => {
    const change = changed[types.get(`${table}.${column}`) ?? ''] ?? expect.fail(`no change for ${table}.${column}`);
    const level = table === 'log_subtrees' ? 'level = 8 and ' : '';
    const found = await tampering(target, `update ${table} set ${column} = ${change(column)} where ${level}${key} = '${first}'`);
    expect(withoutEcho(found)).toEqual([{ table, what: 'altered', row: named(first) }]);
  });

  it('deleted', async () => {
    expect(await tampering(target, `delete from ${table} where ${key} = '${first}'`)).toContainEqual({ table, what: 'missing', row: named(first) });
  });

  it('deleted with all others', async () => {
    const [lowest] = await ground.sql.unsafe(`select ${key}::text as key from ${table} order by ${table}.${key} limit 1`);
    const empty = ['cases', 'messages'].includes(table) ? 'delete from' : 'truncate';
    const row = table === 'cases' ? expect.any(String) : named(z.string().parse(lowest?.['key']));
    expect(await tampering(target, `${empty} ${table}`)).toContainEqual({ table, what: 'missing', row });
  });

  it('inserted', async () => {
    const free = `select min(o.${key}) + 1 from ${table} o where not exists (select from ${table} p where p.${key} = o.${key} + 1)`;
    const number = table === 'cases' ? null : z.string().parse((await ground.sql.unsafe(`select (${free})::text as key`))[0]?.['key']);
    const others = [...types.keys()].filter((name) => name.startsWith(`${table}.`)).map((name) => name.slice(table.length + 1)).filter((name) => name !== key);
    const other: Record<string, string> = {
      'messages.id': 'gen_random_uuid()', 'notes.id': 'gen_random_uuid()', 'feedback.case_id': 'gen_random_uuid()', 'erasures.case_id': 'gen_random_uuid()', 'consent_texts.id': "id || 'x'",
      'cases.reference': "'1'", 'log_leaves.row_number': 'row_number + 1000000', 'log_cosignatures.witness': "'another'",
    };
    const values = others.map((column) => other[`${table}.${column}`] ?? column);
    const statement = `insert into ${table} (${[key, ...others].join(', ')}) overriding system value
      select ${[number ?? 'gen_random_uuid()', ...values].join(', ')} from ${table} where ${table === 'log_subtrees' ? 'level = 8 and ' : ''}${key} = '${first}'`;
    expect(await tampering(target, statement)).toEqual([{ table, what: 'inserted', row: number === null ? expect.any(String) : named(number) }]);
  });

  it('exchanged with another', async () => {
    const level = table === 'log_subtrees' ? ' and level = 8' : '';
    const both = `${key} in ('${first}', '${second}')${level}`;
    const statement = `
      create temp table two on commit drop as select * from ${table} where ${both};
      update two set ${key} = case when ${key} = '${first}' then '${second}' else '${first}' end::${types.get(`${table}.${key}`)};
      delete from ${table} where ${both};
      insert into ${table} overriding system value select * from two`;
    const found = await tampering(target, statement);
    const what = ['cases', 'log_subtrees'].includes(table) ? 'altered' : 'reordered';
    expect(found).toEqual([{ table, what, row: expect.stringMatching(new RegExp(`${key} (${first}|${second})(,|$)`)) }]);
  });
});
