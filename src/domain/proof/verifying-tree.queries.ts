import type { Tx } from '#db/client';
import { openCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { append, rangeLength, rootOf, type Subtree } from '#lib/merkle';
import type { Verifier } from '#lib/note';
import type { FirstFaults } from './faults.rules.ts';
import { hashesOfRows, leavesBetween, type Leaf } from './leaves.queries.ts';
import { isKept } from './log.rules.ts';
import { protectedTables, tableOf } from './protected.rules.ts';

/** A tree that is known to be right: as many leaves, and its right edge. */
type Edge = { size: number; range: Buffer[] };
/** Leaves from `from` to before `to` that do not make what was signed. */
type Run = { from: number; to: number };
type HashedSubtree = Subtree & { hash: Buffer };

/** What is known of the log itself. `end`: how far it was looked at; `bad`: where leaves are no evidence; `gaps`: some are gone. */
export type TreeState = { end: number; size: number; root: Buffer; bad: Run[]; gaps: boolean };

/** The log against what was signed: each signature, root and kept hash, from one good checkpoint to the next. */
export const verifyTree = async (tx: Tx, log: Verifier, witnessed: Checkpoint | null, found: FirstFaults): Promise<TreeState> => {
  // One statement, so that both are of one instant: leaves and their checkpoint are written together.
  const [ends] = await tx.raw<{ size: string; leaves: string }>(
    `select coalesce((select max(size) from log_checkpoints), 0)::text as size, coalesce((select max(index) + 1 from log_leaves), 0)::text as leaves`,
    [],
  );
  const size = Number(ends?.size);
  const leaves = Number(ends?.leaves);
  const state: TreeState = { end: Math.max(size, leaves), size: 0, root: rootOf([]), bad: [], gaps: false };
  let edge: Edge = { size: 0, range: [] };
  for await (const { signed, range, ...checkpoint } of checkpoints(tx, log, size)) {
    if (!signed) {
      found.add('log_checkpoints', 'altered', `size ${checkpoint.size}`);
      continue;
    }
    const walked = await walk(tx, edge, signed.size, witnessed, found);
    if (walked.gap !== null) found.add('log_leaves', 'missing', `index ${walked.gap}`);
    if (walked.isForked) found.add('log_leaves', 'rewritten', `index 0 to ${signed.size - 1}`);
    if (walked.gap === null && walked.root.equals(signed.root)) await compareKept(tx, walked.completed, found);
    else {
      state.bad.push({ from: edge.size, to: signed.size });
      state.gaps ||= walked.gap !== null;
      if (walked.gap === null) await diagnose(tx, edge, signed, found);
    }
    edge = { size: signed.size, range };
    state.root = signed.root;
  }
  state.size = edge.size;
  await beyond(tx, edge.size, found);
  if (witnessed && witnessed.size > edge.size) found.add('log_checkpoints', 'missing', `size ${witnessed.size}`);
  return state;
};

type Signed = { size: number; signed: Checkpoint | null; range: Buffer[] };

/** The checkpoints in the order of their size; `signed` null where one is not as this log signed it. */
async function* checkpoints(tx: Tx, log: Verifier, end: number): AsyncGenerator<Signed> {
  for (let after = -1; ; ) {
    const rows = await tx.raw<{ size: string; root: Buffer; range: Buffer; note: string }>(
      'select size::text, root, range, note from log_checkpoints c where size > $1::bigint and size <= $2::bigint order by c.size limit 1000',
      [String(after), String(end)],
    );
    for (const { root, range: bytes, note, ...row } of rows) {
      const size = Number(row.size);
      const range = Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32));
      const signed = openCheckpoint(note, log);
      const isRight = signed?.size === size && signed.root.equals(root) && range.length === rangeLength(size) && rootOf(range).equals(root);
      yield { size, signed: isRight ? signed : null, range };
      after = size;
    }
    if (rows.length === 0) return;
  }
}

type Walked = { root: Buffer; gap: number | null; isForked: boolean; completed: HashedSubtree[] };

/** Lets the tree grow from `edge` to `to` by the leaves as they are. `gap`: the first index that has none. */
const walk = async (tx: Tx, edge: Edge, to: number, witnessed: Checkpoint | null, found: FirstFaults): Promise<Walked> => {
  const range = [...edge.range];
  const completed: HashedSubtree[] = [];
  let size = edge.size;
  let isForked = false;
  for await (const leaves of leavesBetween(tx, edge.size, to))
    for (const leaf of leaves) {
      if (!tableOf(leaf.source)) found.add('log_leaves', 'altered', `index ${leaf.index}`);
      if (leaf.index !== size) return { root: rootOf([]), gap: size, isForked, completed };
      append(range, size, leaf.hash, (subtree, hash) => isKept(subtree) && completed.push({ ...subtree, hash }));
      size += 1;
      if (size === witnessed?.size && !rootOf(range).equals(witnessed.root)) isForked = true;
    }
  return { root: rootOf(range), gap: size < to ? size : null, isForked, completed };
};

const compareKept = async (tx: Tx, completed: readonly HashedSubtree[], found: FirstFaults): Promise<void> => {
  const [wrong] = found.has('log_subtrees') ? [] : await keptWrong(tx, completed);
  if (wrong) found.add('log_subtrees', wrong.isThere ? 'altered' : 'missing', `level ${wrong.level}, index ${wrong.index}`);
};

/** Those whose kept hash is another one, or is gone. */
const keptWrong = async (tx: Tx, completed: readonly HashedSubtree[]): Promise<(Subtree & { isThere: boolean })[]> => {
  const rows = await tx.raw<{ level: number; index: string; hash: Buffer }>(
    `select s.level, s.index::text, s.hash from json_to_recordset($1::json) as x(level smallint, index bigint)
     join log_subtrees s on s.level = x.level and s.index = x.index`,
    [JSON.stringify(completed.map(({ level, index }) => ({ level, index })))],
  );
  const kept = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  return completed.flatMap(({ level, index, hash }) => {
    const is = kept.get(`${level}/${index}`);
    return is?.equals(hash) ? [] : [{ level, index, isThere: is !== undefined }];
  });
};

/** Why the leaves between two checkpoints do not make the root that was signed: which of them, as far as can be told. */
const diagnose = async (tx: Tx, edge: Edge, signed: Checkpoint, found: FirstFaults): Promise<void> => {
  if (found.has('log_leaves')) return;
  const fromRows = [...edge.range];
  const fromLeaves = [...edge.range];
  const completed: HashedSubtree[] = [];
  let size = edge.size;
  let [unlike, turned, previous]: [number | null, number | null, Leaf | null] = [null, null, null];
  for await (const leaves of leavesBetween(tx, edge.size, signed.size)) {
    const hashes = await hashesOfRows(tx, leaves);
    for (const [i, leaf] of leaves.entries()) {
      const hash = hashes[i] ?? leaf.hash;
      if (!hash.equals(leaf.hash)) unlike ??= leaf.index;
      if (previous && !isBefore(previous, leaf)) turned ??= leaf.index;
      append(fromRows, size, hash);
      append(fromLeaves, size, leaf.hash, (subtree, of) => isKept(subtree) && subtree.level === 8 && completed.push({ ...subtree, hash: of }));
      size += 1;
      previous = leaf;
    }
  }
  if (unlike !== null && rootOf(fromRows).equals(signed.root)) return found.add('log_leaves', 'altered', `index ${unlike}`);
  if (turned !== null) return found.add('log_leaves', 'reordered', `index ${turned}`);
  const run = await narrow(tx, { from: edge.size, to: signed.size }, completed);
  if (unlike !== null && unlike >= run.from && unlike < run.to) return found.add('log_leaves', 'altered', `index ${unlike}`);
  found.add('log_leaves', 'rewritten', `index ${run.from} to ${run.to - 1}${await rowsIn(tx, run)}`);
};

/** The order in which one run seals: table by table, by number. */
const isBefore = (a: Leaf, b: Leaf): boolean => {
  const [first, second] = [a, b].map(({ source }) => protectedTables.findIndex(({ name }) => name === source));
  return first === second ? BigInt(a.number) < BigInt(b.number) : Number(first) < Number(second);
};

/** By the kept hashes of each 256 leaves: the first that the leaves do not make any more, or what comes after all of them. */
const narrow = async (tx: Tx, run: Run, completed: readonly HashedSubtree[]): Promise<Run> => {
  const wrong = await keptWrong(tx, completed);
  const [first] = wrong;
  if (first?.isThere) return { from: Math.max(run.from, first.index * 256), to: (first.index + 1) * 256 };
  const covered = ((completed.at(-1)?.index ?? -1) + 1) * 256;
  return wrong.length === 0 ? { from: Math.max(run.from, covered), to: run.to } : run;
};

/** Which rows a run of leaves was made of: ` (events 5 to 9, messages 2 to 3)`. */
const rowsIn = async (tx: Tx, { from, to }: Run): Promise<string> => {
  const rows = await tx.raw<{ source: string; first: string; last: string }>(
    `select source, min(row_number)::text as first, max(row_number)::text as last from log_leaves
     where index >= $1::bigint and index < $2::bigint group by source order by min(index)`,
    [String(from), String(to)],
  );
  return ` (${rows.map(({ source, first, last }) => `${source} ${first} to ${last}`).join(', ')})`;
};

/** What stands in the log's tables and is covered by no checkpoint. */
const beyond = async (tx: Tx, size: number, found: FirstFaults): Promise<void> => {
  for await (const [first] of leavesBetween(tx, size, Number.MAX_SAFE_INTEGER)) {
    if (!first) return;
    const [hash] = await hashesOfRows(tx, [first]);
    // A leaf of a row that is there was sealed, and so was signed.
    if (hash?.equals(first.hash)) found.add('log_checkpoints', 'missing', `of the leaves from index ${first.index} on`);
    else found.add('log_leaves', 'inserted', `index ${first.index}`);
    break;
  }
  const [before] = await tx.raw<{ index: string }>('select index::text from log_leaves where index < 0 limit 1', []);
  if (before) found.add('log_leaves', 'inserted', `index ${before.index}`);
  const [kept] = await tx.raw<{ level: number; index: string }>(
    'select level, index::text from log_subtrees s where level not in (8, 16, 24, 32) or index < 0 or (s.index::numeric + 1) * 2::numeric ^ level > $1::bigint limit 1',
    [String(size)],
  );
  if (kept) found.add('log_subtrees', 'inserted', `level ${kept.level}, index ${kept.index}`);
};
