import type { Tx } from '#db/client';
import { columnsOf, protectedTables, rowHash, tableOf, type ProtectedRow, type ProtectedTable } from './protected.rules.ts';

export type Leaf = { index: number; source: string; number: string; hash: Buffer };

export const batchSize = 5000;
const beforeAll = '-9223372036854775808';

type LeafRow = { index: string; source: string; number: string; hash: Buffer };
const toLeaf = ({ index, ...leaf }: LeafRow): Leaf => ({ index: Number(index), ...leaf });
const leafColumns = 'l.index::text, l.source, l.row_number::text as number, l.hash';

/** The leaves with an index from `from` to before `end`, as far as they are there, in pages. */
export async function* leavesBetween(tx: Tx, from: number, end: number): AsyncGenerator<Leaf[]> {
  for (let next = from; next < end; ) {
    const rows = await tx.raw<LeafRow>(
      `select ${leafColumns} from log_leaves l where l.index >= $1::bigint and l.index < $2::bigint order by l.index limit ${batchSize}`,
      [String(next), String(end)],
    );
    const leaves = rows.map(toLeaf);
    const last = leaves.at(-1);
    if (!last) return;
    yield leaves;
    next = last.index + 1;
  }
}

/** The leaves of one table in the order of its numbers, in pages. */
export async function* leavesOf(tx: Tx, table: ProtectedTable, end: number): AsyncGenerator<Leaf[]> {
  for (let after = beforeAll; ; ) {
    const rows = await tx.raw<LeafRow>(
      `select ${leafColumns} from log_leaves l where l.source = $1 and l.row_number > $2::bigint and l.index < $3::bigint order by l.row_number limit ${batchSize}`,
      [table.name, after, String(end)],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(toLeaf);
    after = last.number;
  }
}

/** The rows of a table with a number above `after` and up to `upTo`: at most `limit`, the lowest first. */
export const rowsBetween = (tx: Tx, table: ProtectedTable, after: string, upTo: string, limit: number): Promise<ProtectedRow[]> =>
  tx.raw<ProtectedRow>(
    `select ${columnsOf(table)} from ${table.name} where ${table.number} > $1::bigint and ${table.number} <= $2::bigint
     order by ${table.name}.${table.number} limit $3::int`,
    [after, upTo, String(limit)],
  );

/** The hash that each leaf should have: of its row as it is now; null where there is none. */
export const hashesOfRows = async (tx: Tx, leaves: readonly Leaf[]): Promise<(Buffer | null)[]> => {
  const hashes = new Map<string, Buffer>();
  for (const table of protectedTables) {
    const numbers = leaves.filter(({ source }) => source === table.name).map(({ number }) => number);
    if (numbers.length === 0) continue;
    const rows = await tx.raw<ProtectedRow>(
      `select ${columnsOf(table)} from ${table.name} where ${table.number} in (select value::bigint from json_array_elements_text($1::json))`,
      [JSON.stringify(numbers)],
    );
    for (const row of rows) hashes.set(`${table.name}/${row.number}`, rowHash(table, row));
  }
  return leaves.map(({ source, number }) => hashes.get(`${source}/${number}`) ?? null);
};

/** Looks through all leaves: slow, for when a fault was found. */
export const leafWithHash = async (tx: Tx, hash: Buffer): Promise<Leaf | null> => {
  const [row] = await tx.raw<LeafRow>(`select ${leafColumns} from log_leaves l where l.hash = decode($1, 'hex') limit 1`, [hash.toString('hex')]);
  return row ? toLeaf(row) : null;
};

/** Whether any row that is protected has this hash. Looks through all of them: slow, for when a fault was found. */
export const hasRowWithHash = async (tx: Tx, hash: Buffer): Promise<boolean> => {
  for (const table of protectedTables)
    for (let after = beforeAll; ; ) {
      const rows = await rowsBetween(tx, table, after, '9223372036854775807', batchSize);
      if (rows.some((row) => rowHash(table, row).equals(hash))) return true;
      const last = rows.at(-1);
      if (!last) break;
      after = last.number;
    }
  return false;
};

/** Whether the row, under another number of its table, is what was sealed there. Looks through all leaves of the table. */
export const isSealedElsewhere = async (tx: Tx, table: ProtectedTable, row: ProtectedRow): Promise<boolean> => {
  for await (const leaves of leavesOf(tx, table, Number.MAX_SAFE_INTEGER))
    if (leaves.some(({ number, hash }) => number !== row.number && rowHash(table, { ...row, number }).equals(hash))) return true;
  return false;
};

/** How a row is named to a person: `seq 12`. */
export const nameOf = (source: string, number: string): string => `${tableOf(source)?.number ?? 'number'} ${number}`;
