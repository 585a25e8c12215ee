import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkLog } from '#cli/verify-log';
import { verifyLog } from '#domain/proof/verifying.queries';
import { logSigner, openCheckpoint, signCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { openGround, signer } from './ground.ts';

let ground: Awaited<ReturnType<typeof openGround>>;
/** What an observer fetched when the log had 300 events. */
let witnessed: Checkpoint;
beforeAll(async () => {
  ground = await openGround();
  for (const count of [4, 6, 1, 189, 100]) {
    await ground.happen(count);
    await ground.seal();
    // The number 201 is drawn and never used, as when a transaction is rolled back.
    if (count === 189) await ground.sql`select nextval('events_id_seq')`;
  }
  const [row] = await ground.sql`select note from log_checkpoints order by size desc limit 1`;
  witnessed = openCheckpoint(z.string().parse(row?.['note']), signer.verifier) ?? expect.fail('no checkpoint');
  for (const table of ['events', 'log_leaves', 'log_subtrees', 'log_checkpoints']) await ground.sql.unsafe(`create table kept_${table} as table ${table}`);
});
afterAll(() => ground.close());
beforeEach(async () => {
  for (const table of ['events', 'log_leaves', 'log_subtrees', 'log_checkpoints'])
    await ground.tamper(`delete from ${table}; insert into ${table} ${table === 'events' ? 'overriding system value' : ''} table kept_${table}`);
});

const faultOf = async (statement: string, checkpoint: Checkpoint | null = null) => {
  await ground.tamper(statement);
  return (await verifyLog(ground.ctx.db, signer.verifier, checkpoint)).fault;
};
const swap = (table: string, key: string, a: number, b: number, columns: string): string =>
  `update ${table} t set (${columns}) = (select ${columns} from ${table} o where o.${key} = ${a + b} - t.${key}) where t.${key} in (${a}, ${b})`;
const copyOf8 = (id: number): string =>
  `insert into events (id, case_id, type, actor_kind, at, data) overriding system value select ${id}, case_id, type, actor_kind, at, data from events where id = 8`;
const both = (keyed: string): string => `delete from events where ${keyed.replace('event_id', 'id')}; delete from log_leaves where ${keyed}`;

it('an untouched log is told with its size and root, and fits what was witnessed', async () => {
  expect(await verifyLog(ground.ctx.db, signer.verifier, witnessed)).toEqual({ fault: null, size: 300, root: witnessed.root });
  expect(await checkLog(ground.ctx.db, signer.verifier, undefined)).toMatch(/^OK: 300 events, root \S+=\nsigned by insat\/log\/\S+$/);
});

describe('whoever is superuser, the first event is named that was', () => {
  it.each([
    ['changed in its words', `update events set data = '{"n": 0}' where id in (20, 200)`, 'altered', 19, '20'],
    ['changed in its time', `update events set at = at - interval '1 day' where id = 7`, 'altered', 6, '7'],
    ['dated beyond all calendars', `update events set at = 'infinity' where id = 7`, 'altered', 6, '7'],
    ['given to another', `update events set actor_kind = 'citizen' where id = 301`, 'altered', 299, '301'],
    ['changed in its leaf', `update log_leaves set hash = decode(repeat('00', 32), 'hex') where index = 6`, 'altered', 6, '7'],
    ['deleted', 'delete from events where id in (9, 30)', 'missing', 8, '9'],
    ['deleted at the end', 'delete from events where id > 250', 'missing', 249, '251'],
    ['deleted from the log', 'delete from log_leaves where index = 6', 'missing', 6, '7'],
    ['deleted from both', both('event_id = 7'), 'missing', 6, null],
    ['deleted from both at the end', both('event_id > 298'), 'missing', 297, null],
    ['deleted with all others', 'delete from events', 'missing', 0, '1'],
    ['inserted between', copyOf8(201), 'inserted', 200, '201'],
    ['inserted before all', copyOf8(0), 'inserted', 0, '0'],
    ['inserted in the log', `insert into log_leaves select 300, 302, hash from log_leaves where index = 1`, 'inserted', 300, '302'],
    ['swapped with another', swap('events', 'id', 5, 50, 'data, at'), 'altered', 4, '5'],
    ['swapped in the log', swap('log_leaves', 'index', 5, 50, 'hash'), 'altered', 5, '6'],
  ])('%s', async (_what, statement, kind, index, eventId) => {
    expect(await faultOf(statement)).toEqual({ kind, index, eventId });
  });

  it('moved to another place of the log', async () => {
    await ground.tamper('alter table log_leaves drop constraint log_leaves_event');
    expect(await faultOf(swap('log_leaves', 'index', 5, 50, 'event_id, hash'))).toEqual({ kind: 'reordered', index: 5, eventId: '6' });
  });
});

describe('a history that fits its leaves but not what was signed', () => {
  /** Makes the leaf fit an event that was changed, as whoever has the source can. */
  const rewrite = async (): Promise<void> => {
    await ground.tamper(swap('events', 'id', 7, 9, 'data, at'));
    await ground.tamper('delete from log_leaves where index >= 4; delete from log_subtrees; delete from log_checkpoints where size > 4');
    await ground.seal();
    await ground.tamper('delete from log_checkpoints where size > 4');
  };

  it('never passes: the run of events between two checkpoints is named', async () => {
    await rewrite();
    await ground.tamper('insert into log_checkpoints select * from kept_log_checkpoints where size > 4');
    expect(await faultOf('select')).toEqual({ kind: 'rewritten', index: 4, last: 9 });
  });

  it('never passes an observer who kept a checkpoint, even signed anew', async () => {
    await rewrite();
    await ground.tamper('delete from log_leaves where index >= 4; delete from log_subtrees');
    await ground.seal();
    expect(await faultOf('select')).toBeNull();
    expect(await faultOf('select', witnessed)).toEqual({ kind: 'rewritten', index: 4, last: 299 });
  });

  it('cut short, it never passes an observer who kept a checkpoint', async () => {
    const cut = `${both('event_id > 10')}; delete from log_subtrees; delete from log_checkpoints where size > 10`;
    expect(await faultOf(cut)).toBeNull();
    expect(await faultOf('select', witnessed)).toEqual({ kind: 'missing', index: 10, eventId: null });
  });
});

describe('what is kept beside the events', () => {
  it.each([
    ['a note', `update log_checkpoints set note = replace(note, E'\\n10\\n', E'\\n11\\n') where size = 10`, { kind: 'unsigned', size: 10 }],
    ['a root', `update log_checkpoints set root = decode(repeat('00', 32), 'hex') where size = 10`, { kind: 'unsigned', size: 10 }],
    ['an edge', `update log_checkpoints set range = '' where size = 300`, { kind: 'unsigned', size: 300 }],
    ['a kept hash', `update log_subtrees set hash = decode(repeat('00', 32), 'hex')`, { kind: 'subtree', index: 299 }],
    ['a kept hash that is gone', 'delete from log_subtrees', { kind: 'subtree', index: 299 }],
  ])('%s that was altered is named', async (_what, statement, fault) => {
    expect(await faultOf(statement)).toEqual(fault);
  });

  it('another key signs nothing for this log', async () => {
    const other = logSigner(Buffer.alloc(32, 6));
    await ground.tamper(`update log_checkpoints set note = '${signCheckpoint(witnessed, other)}' where size = 300`);
    await expect(checkLog(ground.ctx.db, signer.verifier, undefined)).rejects.toThrow('the checkpoint of 300 events');
  });
});

it('the person at the terminal reads which event, and where', async () => {
  await ground.tamper(`update events set data = '{}' where id = 20`);
  await expect(checkLog(ground.ctx.db, signer.verifier, undefined)).rejects.toThrow('altered event 20 at index 19');
});
