import { setTimeout as wait } from 'node:timers/promises';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { openCheckpoint, signCheckpoint } from '#lib/checkpoint';
import { append, rangeLength, rootOf, type Subtree } from '#lib/merkle';
import type { Signer, Verifier } from '#lib/note';
import type { Context } from '#domain/context';
import { isKept } from './log.rules.ts';
import { columnsOf, protectedTables, rowHash, type ProtectedRow, type ProtectedTable } from './protected.rules.ts';

const sealingLock = 264_839_177;
const batchSize = 5000;
/** One run ends after so many of a table, so that a long backlog is sealed in pieces, each signed. */
const mostBatches = 10;
const lookEveryMs = 20;
const mostLooks = 50;

type Tree = { size: number; range: Buffer[] };
/** How far each table may be sealed: its highest number below which no row can appear any more. */
type Settled = ReadonlyMap<string, string>;

/**
 * Appends the rows of all protected tables that are not in the tree yet, table by table in the order of their numbers, and
 * signs a checkpoint if it has grown: all in one transaction. Run every few seconds, off the request path; one process at
 * a time does it, the others pass.
 *
 * @throws Error the last checkpoint is not as this key signed it: nothing may be built on it
 */
export const seal = async (ctx: Pick<Context, 'db' | 'clock'>, signer: Signer): Promise<void> => {
  const settled = await settledUpTo(ctx);
  if (settled === null) return;
  await ctx.db.withActor(system, async (tx) => {
    const [lock] = await tx.raw<{ got: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as got', [String(sealingLock)]);
    if (!lock?.got) return;
    const tree = await lastSigned(tx, signer.verifier);
    const before = tree.size;
    for (const table of protectedTables) if (!table.own || tree.size > before) await sealTable(tx, tree, table, settled);
    if (tree.size > before) await sign(tx, tree, signer, ctx.clock.now());
  });
};

const sealTable = async (tx: Tx, tree: Tree, table: ProtectedTable, settled: Settled): Promise<void> => {
  const upTo = settled.get(table.name);
  if (upTo === undefined) return;
  const [last] = await tx.raw<{ number: string }>(
    `select coalesce(max(row_number), ${beforeAll})::text as number from log_leaves where source = $1`,
    [table.name],
  );
  let after = last?.number ?? '';
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const rows = await tx.raw<ProtectedRow>(nextRows(table), [after, upTo, String(batchSize)]);
    if (rows.length > 0) await appendAll(tx, tree, table, rows);
    after = rows.at(-1)?.number ?? after;
    if (rows.length < batchSize) break;
  }
};

const beforeAll = '-9223372036854775808';

const nextRows = (table: ProtectedTable): string =>
  `select ${columnsOf(table)} from ${table.name} where ${table.number} > $1::bigint and ${table.number} <= $2::bigint
   order by ${table.name}.${table.number} limit $3::int`;

/**
 * Where each table is settled; null where nothing waits, or not everything is settled yet. A number is drawn before its
 * row is committed, so a higher one may be seen first. But whoever has drawn one holds a lock on the table, from before
 * the draw until after the row can be seen: once those who held it when the highest numbers were read have ended, all
 * below is there. (A transaction gets its own number only after the draw, so its age would not tell.)
 */
const settledUpTo = async (ctx: Pick<Context, 'db'>): Promise<Settled | null> => {
  const look = <Row extends object>(statement: string, parameters: string[] = []) => ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, parameters));
  const ends = await look<{ name: string; highest: string | null; sealed: string | null }>(bothEnds);
  if (ends.every(({ name, highest, sealed }) => highest === sealed || isOwn.has(name))) return null;
  const settled = new Map(ends.flatMap(({ name, highest }) => (highest === null ? [] : [[name, highest]])));
  const writers = (await look<{ id: string }>(openWriters)).map(({ id }) => id);
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const open = looks === 0 ? writers : (await look<{ id: string }>(openWriters)).map(({ id }) => id);
    if (!open.some((id) => writers.includes(id))) return settled;
    await wait(lookEveryMs);
  }
  return null;
};

const isOwn: ReadonlySet<string> = new Set(protectedTables.flatMap(({ name, own }) => (own ? [name] : [])));

const bothEnds = protectedTables
  .map(
    ({ name, number }) =>
      `select '${name}' as name, (select max(${number}) from ${name})::text as highest, (select max(row_number) from log_leaves where source = '${name}')::text as sealed`,
  )
  .join(' union all ');

const openWriters = `
select distinct virtualtransaction as id from pg_locks
where locktype = 'relation' and relation in (${protectedTables.map(({ name }) => `'${name}'::regclass`).join(', ')}) and mode = 'RowExclusiveLock'
  and granted and database = (select oid from pg_database where datname = current_database())`;

/** The tree as it was last signed, read from its own right edge instead of from all leaves. */
const lastSigned = async (tx: Tx, log: Verifier): Promise<Tree> => {
  const [last] = await tx.raw<{ size: string; root: Buffer; range: Buffer; note: string; leaves: string }>(
    `select c.size::text, c.root, c.range, c.note, (select max(index) + 1 from log_leaves)::text as leaves
     from log_checkpoints c order by c.size desc limit 1`,
    [],
  );
  if (!last) return { size: 0, range: [] };
  const size = Number(last.size);
  const range = Array.from({ length: rangeLength(size) }, (_, i) => last.range.subarray(i * 32, (i + 1) * 32));
  const signed = openCheckpoint(last.note, log);
  if (signed?.size !== size || !signed.root.equals(last.root) || !rootOf(range).equals(last.root) || last.leaves !== last.size)
    throw new Error('the last checkpoint of the log is not as it was signed: nothing more is sealed; run npm run audit:verify');
  return { size, range };
};

const appendAll = async (tx: Tx, tree: Tree, table: ProtectedTable, rows: readonly ProtectedRow[]): Promise<void> => {
  const leaves: { index: number; row_number: string; hash: string }[] = [];
  const subtrees: (Subtree & { hash: string })[] = [];
  for (const row of rows) {
    const hash = rowHash(table, row);
    leaves.push({ index: tree.size, row_number: row.number, hash: hash.toString('hex') });
    append(tree.range, tree.size, hash, (subtree, of) => {
      if (isKept(subtree)) subtrees.push({ ...subtree, hash: of.toString('hex') });
    });
    tree.size += 1;
  }
  await tx.raw(
    `insert into log_leaves (index, source, row_number, hash)
     select index, $2, row_number, decode(hash, 'hex') from json_to_recordset($1::json) as x(index bigint, row_number bigint, hash text)`,
    [JSON.stringify(leaves), table.name],
  );
  await tx.raw(
    `insert into log_subtrees (level, index, hash)
     select level, index, decode(hash, 'hex') from json_to_recordset($1::json) as x(level smallint, index bigint, hash text)`,
    [JSON.stringify(subtrees)],
  );
};

const sign = async (tx: Tx, { size, range }: Tree, signer: Signer, at: Date): Promise<void> => {
  const root = rootOf(range);
  await tx.raw(
    `insert into log_checkpoints (size, root, range, note, at)
     values ($1::bigint, decode($2, 'hex'), decode($3, 'hex'), $4, $5::timestamptz)`,
    [String(size), root.toString('hex'), Buffer.concat(range).toString('hex'), signCheckpoint({ size, root }, signer), at.toISOString()],
  );
};
