import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { protectedTables } from '#domain/proof/protected.rules';
import { openGround } from '../proof/ground.ts';

let ground: Awaited<ReturnType<typeof openGround>>;
beforeAll(async () => {
  ground = await openGround();
  await ground.live(40);
  await ground.seal();
  await ground.sql`insert into log_cosignatures (size, witness, line, at) select max(size), 'observatory', '', now() from log_checkpoints`;
});
afterAll(() => ground.close());

const tables = [...protectedTables.map(({ name, facts }) => ({ table: name, columns: facts.map(({ column }) => column) })),
  { table: 'log_leaves', columns: ['index', 'source', 'row_number', 'hash'] }, { table: 'log_subtrees', columns: ['level', 'index', 'hash'] }];

// Not even its owner: this is the connection that owns every table.
it.each(tables)('$table: what is written stays as it was, whatever the statement', async ({ table, columns }) => {
  for (const column of columns) await expect(ground.sql.unsafe(`update ${table} set ${column} = null`)).rejects.toThrow(/append-only|keeps what was said/);
  await expect(ground.sql.unsafe(`delete from ${table}`)).rejects.toThrow(/append-only/);
  await expect(ground.sql.unsafe(`truncate ${table} cascade`)).rejects.toThrow(/append-only/);
});
it("a message's delivery moves on, and a provider's message finds its case", async () => {
  const [moved] = await ground.sql`update messages set state = 'delivered', state_at = now(), provider_id = 'SM1' where seq = 1 returning state`;
  expect(moved).toEqual({ state: 'delivered' });
  await ground.sql`
    insert into messages (id, direction, channel, kind, body, state, created_at, state_at, seq)
    values (gen_random_uuid(), 'in', 'sms', 'follow_up', 'words', 'received', now(), now(), null)`;
  const [found] = await ground.sql`
    update messages set case_id = ${ground.caseId}, kind = 'narrative', state = 'routed', seq = nextval('messages_seq') where case_id is null returning seq`;
  expect(Number(found?.['seq'])).toBeGreaterThan(40);
  await expect(ground.sql`update messages set case_id = null where case_id = ${ground.caseId}`).rejects.toThrow('messages keeps what was said');
});

it('every table that takes no change is sealed too, or is the tree itself', async () => {
  const rows = z.array(z.object({ name: z.string() })).parse(
    await ground.sql`select distinct tgrelid::regclass::text as name from pg_trigger where tgname in ('append_only', 'keep_words') or tgname like '%append_only'`,
  );
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...protectedTables.map(({ name }) => name), 'log_leaves', 'log_subtrees'].toSorted());
});
