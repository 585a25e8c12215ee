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

const Leaves = z.array(z.object({ index: z.coerce.number(), source: z.string(), row_number: z.coerce.number() }));
/** The numbers of the events that are sealed, in the order of their leaves. */
const sealed = async (): Promise<number[]> => {
  const leaves = Leaves.parse(await ground.sql`select index, source, row_number from log_leaves order by index`);
  expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, i) => i));
  return leaves.filter(({ source }) => source === 'events').map(({ row_number: number }) => number);
};
const sizes = async (): Promise<number[]> => (await ground.sql`select size from log_checkpoints order by size`).map((row) => Number(row['size']));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const verdict = () => verifyLog(ground.ctx.db, signer.verifier, null);

it('somebody else computes the root from the rows alone, as the leaf is described', async () => {
  const staffId = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d56';
  await ground.sql`insert into staff (id, login, name, role, language, password_hash, created_at) values (${staffId}, 'amal', '', 'operator', 'ar', '', now())`;
  await ground.happen(1);
  await ground.sql`insert into events (case_id, type, actor_kind, actor_id, at, data) values (${ground.caseId}, 'note.added', 'staff', ${staffId}, '2026-11-22 10:00Z', '{}')`;
  await ground.sql`insert into notes (id, case_id, body, at, salt) values (${staffId}, ${ground.caseId}, 'قالت "نعم"', '2026-11-22 10:00Z', ${staffId})`;
  await ground.seal();
  const common = `"caseId":"${ground.caseId}","data"`;
  const actor = leafHash(Buffer.from(`3/${staffId}`)).toString('base64');
  const hashes = [
    `{"actor":null,"actorKind":"citizen","at":"2026-11-22T10:00:00.000Z",${common}:{"channel":"web","kind":"complaint","legalDueDate":"2027-01-21","reference":"2648391756","status":"received"},"number":"1","table":"events","type":"case.received"}`,
    `{"actor":null,"actorKind":"system","at":"2026-11-22T10:00:01.000Z",${common}:{"a":null,"b":"\\"é","n":1},"number":"2","table":"events","type":"note.added"}`,
    `{"actor":"${actor}","actorKind":"staff","at":"2026-11-22T10:00:00.000Z",${common}:{},"number":"3","table":"events","type":"note.added"}`,
    `{"at":"2026-11-22T10:00:00.000Z","authorId":null,"body":"قالت \\"نعم\\"","caseId":"${ground.caseId}","id":"${staffId}","number":"1","salt":"${staffId}","table":"notes"}`,
  ].map((content) => leafHash(Buffer.from(content)));
  const [row] = await ground.sql`select note from log_checkpoints`;
  expect(openCheckpoint(z.string().parse(row?.['note']), signer.verifier)).toEqual({ size: 4, root: rootOfAll(hashes) });
});

it('rows are sealed once, in their order, over any number of runs; nothing new signs nothing', async () => {
  for (const count of [1, 11, 300, 5000]) {
    await ground.happen(count);
    await ground.seal();
    await ground.seal();
  }
  expect(await sealed()).toEqual(upTo(5313));
  // Each checkpoint but the last is itself sealed by the next.
  expect(await sizes()).toEqual([2, 14, 315, 5316]);
  expect(await verdict()).toMatchObject({ faults: [], size: 5316 });
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
  expect(await verdict()).toMatchObject({ faults: [] });
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
  expect(await sealed()).toEqual([1, 2, 3, 4]);
});

it('a reader that takes its time, such as a dump, never keeps events from being sealed', async () => {
  await ground.happen(1);
  await ground.sql.begin('isolation level repeatable read', async (dump) => {
    await dump`select count(*) from events`;
    await ground.seal();
    expect(await sealed()).toEqual([1, 2]);
  });
});

it('nothing is built on a checkpoint that was altered, or that another key signed', async () => {
  await ground.happen(3);
  await ground.seal();
  await ground.happen(1);
  await expect(seal(ground.ctx, logSigner(Buffer.alloc(32, 6)))).rejects.toThrow(/not as it was signed/);
  await ground.tamper(`update log_checkpoints set range = decode(repeat('00', 64), 'hex')`);
  await expect(ground.seal()).rejects.toThrow(/not as it was signed/);
  expect(await sealed()).toEqual([1, 2, 3, 4]);
});
