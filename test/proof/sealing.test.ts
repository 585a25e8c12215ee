import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { verifyLog } from '#domain/proof/verifying.queries';
import { seal } from '#domain/proof/sealing.actions';
import { logSigner, openCheckpoint } from '#lib/checkpoint';
import { leafHash, rootOfAll } from '#lib/merkle';
import { openGround, signer } from './ground.ts';

let ground: Awaited<ReturnType<typeof openGround>>;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const Leaves = z.array(z.object({ index: z.coerce.number(), event_id: z.coerce.number() }));
const sealed = async (): Promise<number[]> => {
  const leaves = Leaves.parse(await ground.sql`select index, event_id from log_leaves order by index`);
  expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, i) => i));
  return leaves.map(({ event_id: id }) => id);
};
const sizes = async (): Promise<number[]> => (await ground.sql`select size from log_checkpoints order by size`).map((row) => Number(row['size']));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const verdict = () => verifyLog(ground.ctx.db, signer.verifier, null);

it('somebody else computes the root from the events alone, as the leaf is described', async () => {
  await ground.happen(3);
  await ground.seal();
  const hashes = upTo(3).map((n) =>
    leafHash(Buffer.from(`{"actorId":null,"actorKind":"system","at":"2026-11-22T10:00:0${n}.000Z","caseId":"${ground.caseId}","data":{"a":null,"b":"\\"é","n":${n}},"id":"${n}","type":"note.added"}`)),
  );
  const [row] = await ground.sql`select note from log_checkpoints`;
  expect(openCheckpoint(z.string().parse(row?.['note']), signer.verifier)).toEqual({ size: 3, root: rootOfAll(hashes) });
});

it('events are sealed once, in their order, over any number of runs; nothing new signs nothing', async () => {
  for (const count of [1, 11, 300, 5000]) {
    await ground.happen(count);
    await ground.seal();
    await ground.seal();
  }
  expect(await sealed()).toEqual(upTo(5312));
  expect(await sizes()).toEqual([1, 12, 312, 5312]);
  expect(await verdict()).toMatchObject({ fault: null, size: 5312 });
});

it('two workers that seal at once never fork, skip or seal twice', async () => {
  let left = 40;
  const worker = async (): Promise<void> => {
    while (left > 0) await ground.seal();
  };
  const line = async (): Promise<void> => {
    for (; left > 0; left -= 1) await ground.happen(7);
  };
  await Promise.all([worker(), worker(), line(), line()]);
  await ground.seal();
  const ids = (await ground.sql`select id from events order by id`).map((row) => Number(row['id']));
  expect(await sealed()).toEqual(ids);
  expect(await verdict()).toMatchObject({ fault: null, size: ids.length });
});

it('an event whose id was drawn first and committed last is never skipped, nor overtaken', async () => {
  await ground.happen(1);
  await ground.sql.begin(async (late) => {
    // Drawn only, nothing written yet: the moment that a transaction's own number does not tell of.
    await late`lock table events in row exclusive mode`;
    const [drawn] = await late`select nextval('events_id_seq') as id`;
    await ground.happen(1);
    await ground.seal();
    expect(await sealed()).toEqual([]);
    await late`
      insert into events (id, case_id, type, actor_kind, at, data) overriding system value
      values (${String(drawn?.['id'])}, ${ground.caseId}, 'note.added', 'system', now(), '{}')`;
  });
  await ground.seal();
  expect(await sealed()).toEqual([1, 2, 3]);
});

it('a reader that takes its time, such as a dump, never keeps events from being sealed', async () => {
  await ground.happen(1);
  await ground.sql.begin('isolation level repeatable read', async (dump) => {
    await dump`select count(*) from events`;
    await ground.seal();
    expect(await sealed()).toEqual([1]);
  });
});

it('nothing is built on a checkpoint that was altered, or that another key signed', async () => {
  await ground.happen(3);
  await ground.seal();
  await ground.happen(1);
  await expect(seal(ground.ctx, logSigner(Buffer.alloc(32, 6)))).rejects.toThrow(/not as it was signed/);
  await ground.tamper(`update log_checkpoints set range = decode(repeat('00', 64), 'hex')`);
  await expect(ground.seal()).rejects.toThrow(/not as it was signed/);
  expect(await sealed()).toEqual([1, 2, 3]);
});

it('the log takes no change, not even from its owner', async () => {
  await ground.happen(300);
  await ground.seal();
  for (const table of ['log_leaves', 'log_checkpoints', 'log_subtrees'])
    for (const change of [`update ${table} set ${table === 'log_checkpoints' ? 'root' : 'hash'} = ''`, `delete from ${table}`, `truncate ${table}`])
      await expect(ground.sql.unsafe(change)).rejects.toThrow(/append-only/);
});
