import type { Tx } from '#db/client';
import type { FirstFaults } from './faults.rules.ts';
import { batchSize, hasRowWithHash, isSealedElsewhere, leafWithHash, leavesOf, nameOf, rowsBetween, type Leaf } from './leaves.queries.ts';
import { rowHash, type ProtectedRow, type ProtectedTable } from './protected.rules.ts';
import type { TreeState } from './verifying-tree.queries.ts';

/** The rows of a table against their leaves, in step. Rows above the last that is sealed wait, and are not looked at. */
export const verifyRows = async (tx: Tx, tree: TreeState, table: ProtectedTable, found: FirstFaults): Promise<void> => {
  let after = '-9223372036854775808';
  for await (const leaves of leavesOf(tx, table, tree.end)) {
    const upTo = leaves.at(-1)?.number ?? after;
    // One row more than leaves: if there are that many, one of them has no leaf.
    const rows = await rowsBetween(tx, table, after, upTo, batchSize + 1);
    if (await compareAll({ tx, tree, table, found }, leaves, rows)) return;
    after = upTo;
  }
};

type Comparison = { tx: Tx; tree: TreeState; table: ProtectedTable; found: FirstFaults };

/** Whether a fault was found: the first of a table is told, no other is looked for. */
const compareAll = async (all: Comparison, leaves: readonly Leaf[], rows: readonly ProtectedRow[]): Promise<boolean> => {
  const restated = await restatedOf(all, leaves, rows);
  let next = 0;
  for (const leaf of leaves) {
    for (; BigInt(rows[next]?.number ?? leaf.number) < BigInt(leaf.number); next += 1) if (await isInserted(all, rows[next])) return true;
    const row = rows[next];
    if (row?.number === leaf.number) {
      next += 1;
      if (await isUnlike(all, leaf, row)) return true;
    } else if (!restated.has(leaf.number) && (await isMissing(all, leaf))) return true;
  }
  return false;
};

const isInserted = async ({ tx, tree, table, found }: Comparison, row: ProtectedRow | undefined): Promise<boolean> => {
  // Where leaves are gone, it cannot be told which rows they were of.
  if (!row || tree.gaps) return false;
  const leaf = await leafWithHash(tx, rowHash(table, row));
  if (leaf) found.add('log_leaves', 'altered', `index ${leaf.index}`);
  else found.add(table.name, 'inserted', nameOf(table.name, row.number));
  return true;
};

const isMissing = async ({ tx, table, found }: Comparison, leaf: Leaf): Promise<true> => {
  if (await hasRowWithHash(tx, leaf.hash)) found.add('log_leaves', 'altered', `index ${leaf.index}`);
  else found.add(table.name, 'missing', nameOf(table.name, leaf.number));
  return true;
};

const isUnlike = async ({ tx, tree, table, found }: Comparison, leaf: Leaf, row: ProtectedRow): Promise<boolean> => {
  const hash = rowHash(table, row);
  // Where leaves are no evidence, that was told.
  if (hash.equals(leaf.hash) || tree.bad.some(({ from, to }) => leaf.index >= from && leaf.index < to)) return false;
  const name = nameOf(table.name, row.number);
  if (await leafWithHash(tx, hash)) found.add('log_leaves', 'altered', `index ${leaf.index}`);
  else found.add(table.name, (await isSealedElsewhere(tx, table, row)) ? 'reordered' : 'altered', name);
  return true;
};

/**
 * The numbers that leaves have and rows have not, because the words had to go or be sealed (an erasure, for one): an event
 * row.restated says so, and the row is sealed anew under another number.
 */
const restatedOf = async ({ tx, table }: Comparison, leaves: readonly Leaf[], rows: readonly ProtectedRow[]): Promise<ReadonlySet<string>> => {
  const there = new Set(rows.map(({ number }) => number));
  const gone = leaves.filter(({ number }) => !there.has(number)).map(({ number }) => number);
  if (gone.length === 0) return there;
  const told = await tx.raw<{ number: string }>(
    `select data->>'number' as number from events where type = 'row.restated' and data->>'table' = $1
       and data->>'number' in (select json_array_elements_text($2::json))`,
    [table.name, JSON.stringify(gone)],
  );
  return new Set(told.map(({ number }) => number));
};
