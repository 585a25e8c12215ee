import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkLog } from '#cli/verify-log';
import { columnsOf, events, rowHash, type ProtectedRow } from '#domain/proof/protected.rules';
import { verifyLog } from '#domain/proof/verifying.queries';
import { logSigner, openCheckpoint, signCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { openGround, signer } from './ground.ts';

let ground: Awaited<ReturnType<typeof openGround>>;
const tables = ['events', 'notes', 'log_leaves', 'log_subtrees', 'log_checkpoints', 'cases'];
/** What an observer fetched when the log had 305 leaves. */
let witnessed: Checkpoint;
beforeAll(async () => {
  ground = await openGround();
  for (const count of [4, 6, 1, 189, 100]) {
    await ground.happen(count);
    await ground.seal();
    // The number 202 is drawn and never used, as when a transaction is rolled back.
    if (count === 189) await ground.sql`select nextval('events_id_seq')`;
  }
  const [row] = await ground.sql`select note from log_checkpoints order by size desc limit 1`;
  witnessed = openCheckpoint(z.string().parse(row?.['note']), signer.verifier) ?? expect.fail('no checkpoint');
  for (const table of tables) await ground.sql.unsafe(`create table kept_${table} as table ${table}`);
});
afterAll(() => ground.close());
beforeEach(async () => {
  for (const table of tables)
    await ground.tamper(`delete from ${table}; insert into ${table} overriding system value table kept_${table}`);
});

const faultsOf = async (statement: string, checkpoint: Checkpoint | null = null) => {
  await ground.tamper(statement);
  return (await verifyLog(ground.ctx.db, signer.verifier, checkpoint)).faults;
};
const swap = (table: string, key: string, a: number, b: number, columns: string): string =>
  `update ${table} t set (${columns}) = (select ${columns} from ${table} o where o.${key} = ${a + b} - t.${key}) where t.${key} in (${a}, ${b})`;
const copyOf8 = (id: number): string =>
  `insert into events (id, case_id, type, actor_kind, at, data) overriding system value select ${id}, case_id, type, actor_kind, at, data from events where id = 8`;

it('an untouched log is told with its size and root, and fits what was witnessed', async () => {
  expect(await verifyLog(ground.ctx.db, signer.verifier, witnessed)).toEqual({ faults: [], size: 305, root: witnessed.root });
  expect(await checkLog(ground.ctx.db, signer.verifier, undefined)).toMatch(/^OK: 305 rows, root \S+=\nsigned by insat\/log\/\S+\nno --checkpoint/);
});

describe('whoever is superuser, the first event is named that was', () => {
  it.each([
    ['dated beyond all calendars', `update events set at = 'infinity' where id = 8`, 'altered', '8'],
    ['deleted at the end', 'delete from events where id > 250', 'missing', '251'],
    ['deleted with its leaf at the end', 'delete from events where id > 299; delete from log_leaves where row_number > 299', 'leaf', '301'],
    ['inserted before all', copyOf8(0), 'inserted', '0'],
    ['inserted between', copyOf8(202), 'inserted', '202'],
    ['swapped with another in part', swap('events', 'id', 5, 50, 'data'), 'altered', '5'],
  ])('%s', async (_what, statement, what, row) => {
    expect(await faultsOf(statement)).toEqual([what === 'leaf' ? { table: 'log_leaves', what: 'missing', row: `index ${row}` } : { table: 'events', what, row: `id ${row}` }]);
  });

  it('in several tables at once: each is told', async () => {
    const found = await faultsOf(`update events set at = now() where id in (9, 10); delete from log_checkpoints where size = 5; update log_subtrees set hash = ''; update cases set status = 'closed'`);
    expect(found.map(({ table, row }) => `${table} ${row}`)).toEqual(['events id 9', 'log_checkpoints size 5', `cases id ${ground.caseId}, status`, 'log_subtrees level 8, index 0']);
  });
});

it('words that had to go leave the log whole, where an event says so; without one their row is missing', async () => {
  const noteId = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d57';
  await ground.sql`insert into notes (id, case_id, body, at, seq) values (${noteId}, ${ground.caseId}, 'what was said', now(), 1)`;
  await ground.seal();
  await ground.sql`update notes set body = '', salt = gen_random_uuid(), seq = nextval('notes_seq') + 1 where id = ${noteId}`;
  expect(await faultsOf('select')).toEqual([{ table: 'notes', what: 'missing', row: 'seq 1' }]);
  await ground.sql`insert into events (case_id, type, actor_kind, at, data) values (${ground.caseId}, 'row.restated', 'system', now(), '{"table": "notes", "number": "1"}')`;
  await ground.seal();
  expect(await faultsOf('select')).toEqual([]);
  expect(await faultsOf('delete from notes')).toEqual([{ table: 'notes', what: 'missing', row: 'seq 2' }]);
});

describe('a history that fits its leaves but not what was signed', () => {
  const logTables = ['log_leaves', 'log_subtrees', 'log_checkpoints'];
  /** Makes the leaves fit an event that was changed, as whoever has the source can, and signs as whoever has the key. */
  const rewrite = async (id: number): Promise<void> => {
    await ground.happen(5);
    await ground.tamper(`update events set data = '{}' where id = ${id}; ${logTables.map((table) => `delete from ${table}`).join('; ')}`);
    await ground.seal();
  };

  it('never passes an observer who kept a checkpoint, even signed anew', async () => {
    await rewrite(9);
    expect(await faultsOf('select')).toEqual([]);
    expect(await faultsOf('select', witnessed)).toContainEqual({ table: 'log_leaves', what: 'rewritten', row: 'index 0 to 305' });
  });

  it.each([
    [9, 'index 5 to 11 (events 6 to 11, log_checkpoints 5 to 5)'],
    [180, 'index 14 to 203 (events 13 to 201, log_checkpoints 14 to 14)'],
    [230, 'index 204 to 255 (events 203 to 254)'],
    [290, 'index 256 to 304 (events 255 to 302, log_checkpoints 204 to 204)'],
  ])('never passes without the key: event %i is named by the run between two checkpoints or kept hashes', async (id, run) => {
    await ground.tamper(`update events set data = '{"rewritten": true}' where id = ${id}`);
    const [event] = await ground.sql<ProtectedRow[]>`${ground.sql.unsafe(`select ${columnsOf(events)} from events where id = ${id}`)}`;
    const hash = rowHash(events, event ?? expect.fail('no event')).toString('hex');
    expect(await faultsOf(`update log_leaves set hash = decode('${hash}', 'hex') where source = 'events' and row_number = ${id}`)).toEqual([
      { table: 'log_leaves', what: 'rewritten', row: expect.stringContaining(run) },
    ]);
  });

  it('cut short, it never passes an observer who kept a checkpoint', async () => {
    const cut = `delete from events where id > 11; delete from log_leaves where index >= 12; delete from log_subtrees; delete from log_checkpoints where size > 12`;
    expect(await faultsOf(cut)).toEqual([]);
    expect(await faultsOf('select', witnessed)).toEqual([{ table: 'log_checkpoints', what: 'missing', row: 'size 305' }]);
  });
});

describe('what is kept beside the rows', () => {
  it.each([
    ['a note', `update log_checkpoints set note = replace(note, E'\\n305\\n', E'\\n304\\n') where size = 305`, { table: 'log_checkpoints', what: 'altered', row: 'size 305' }],
    ['an edge', `update log_checkpoints set range = '' where size = 305`, { table: 'log_checkpoints', what: 'altered', row: 'size 305' }],
    ['the last checkpoint', 'delete from log_checkpoints where size = 305', { table: 'log_checkpoints', what: 'missing', row: 'of the leaves from index 204 on' }],
  ])('%s that was altered or deleted is named', async (_what, statement, fault) => {
    expect((await faultsOf(statement))[0]).toEqual(fault);
  });

  it('another key signs nothing for this log', async () => {
    const other = logSigner(Buffer.alloc(32, 6));
    await ground.tamper(`update log_checkpoints set note = '${signCheckpoint(witnessed, other)}' where size = 305`);
    await expect(checkLog(ground.ctx.db, signer.verifier, undefined)).rejects.toThrow('log_checkpoints: size 305 was altered');
  });
});

it('the person at the terminal reads which row of which table, and what was done to it', async () => {
  await ground.tamper(`update events set data = '{}' where id = 20`);
  await expect(checkLog(ground.ctx.db, signer.verifier, undefined)).rejects.toThrow('NOT AS SEALED:\nevents: id 20 was altered');
});
