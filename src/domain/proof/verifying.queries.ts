import { system } from '#db/actor';
import type { Database, Tx } from '#db/client';
import { openCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { append, rootOf, type Subtree } from '#lib/merkle';
import type { Verifier } from '#lib/note';
import { eventColumns } from './events.queries.ts';
import { eventHash, isKept, type EventRow } from './log.rules.ts';

/**
 * The first thing that is not as it was signed. `index` counts from 0.
 *
 * - `altered`: the event, or its leaf, is not what it was; `missing`: the event or its leaf is gone (`eventId` null where
 *   both are); `inserted`: it was not there when those after it were sealed; `reordered`: it stands at another place.
 * - `rewritten`: events and leaves agree with each other, not with what was signed; one or more from `index` to `last`.
 * - `unsigned`: the checkpoint of `size` events is not one that this key signed, or not as it was.
 * - `subtree`: a hash kept for proofs is wrong or gone; the events up to `index` are as they were.
 */
export type Fault =
  | { kind: 'altered' | 'missing' | 'inserted' | 'reordered'; index: number; eventId: string | null }
  | { kind: 'rewritten'; index: number; last: number }
  | { kind: 'unsigned'; size: number }
  | { kind: 'subtree'; index: number };

type Verdict = { fault: Fault } | { fault: null; size: number; root: Buffer };

type Leaf = { index: number; eventId: string; hash: Buffer };
type Walk = { tx: Tx; log: Verifier; witnessed: Checkpoint | null; size: number; range: Buffer[]; lastEventId: string; signed: number };

const batchSize = 5000;
const beforeAll = '-9223372036854775808';

/**
 * Recomputes the log from the events, in the order of the leaves, up to the latest checkpoint: each leaf, each root that
 * was signed, each signature, each hash kept for proofs. Events that wait to be sealed are not looked at. Reads only, and
 * may run while the service does.
 *
 * @param witnessed a checkpoint kept elsewhere: without one, a log cut short and signed anew cannot be told from a young one
 */
export const verifyLog = (db: Database, log: Verifier, witnessed: Checkpoint | null): Promise<Verdict> =>
  db.withActor(system, async (tx) => {
    // One statement, so that both are of one instant: leaves and their checkpoint are written together.
    const [ends] = await tx.raw<{ size: string; leaves: string }>(
      `select coalesce((select max(size) from log_checkpoints), 0)::text as size,
        coalesce((select max(index) + 1 from log_leaves), 0)::text as leaves`,
      [],
    );
    const end = Number(ends?.size);
    const walk: Walk = { tx, log, witnessed, size: 0, range: [], lastEventId: beforeAll, signed: 0 };
    while (walk.size < end) {
      const fault = await walkOn(walk, Math.min(end, walk.size + batchSize));
      if (fault) return { fault };
    }
    if (Number(ends?.leaves) > end) {
      const [extra] = await readLeaves(tx, end, Number.MAX_SAFE_INTEGER);
      return { fault: { kind: 'inserted', index: extra?.index ?? end, eventId: extra?.eventId ?? null } };
    }
    if (witnessed && witnessed.size > end) return { fault: { kind: 'missing', index: end, eventId: null } };
    return { fault: null, size: walk.size, root: rootOf(walk.range) };
  });

/** Goes on to the leaf before `end`, or to the first fault. */
const walkOn = async (walk: Walk, end: number): Promise<Fault | null> => {
  const { tx } = walk;
  const from = walk.size;
  const leaves = await readLeaves(tx, from, end);
  const events = await tx.raw<EventRow>(
    `select ${eventColumns} from events where id > $1::bigint order by events.id limit $2::int`,
    [walk.lastEventId, String(end - from)],
  );
  const checkpoints = await readCheckpoints(walk, from, end);
  const completed: (Subtree & { hash: string })[] = [];
  for (let at = 0; at < end - from; at += 1) {
    const [leaf, event] = [leaves[at], events[at]];
    const fault = await compare(walk, leaf, event);
    if (fault || !leaf) return fault;
    append(walk.range, walk.size, leaf.hash, (subtree, hash) => {
      if (isKept(subtree)) completed.push({ ...subtree, hash: hash.toString('hex') });
    });
    walk.size += 1;
    walk.lastEventId = leaf.eventId;
    const unlike = compareRoot(walk, checkpoints.get(walk.size));
    if (unlike) return unlike;
  }
  return (await keptRight(tx, completed)) ? null : { kind: 'subtree', index: end - 1 };
};

/** The leaf that should be next, with the event that should be: both are there, in step, and one is the other's hash. */
const compare = async ({ tx, size, lastEventId }: Walk, leaf: Leaf | undefined, event: EventRow | undefined): Promise<Fault | null> => {
  const fault = (kind: 'altered' | 'missing' | 'inserted' | 'reordered', eventId: string | null): Fault => ({ kind, index: size, eventId });
  if (leaf?.index !== size) return fault('missing', event && !(await hasLeaf(tx, event.id)) ? event.id : null);
  if (event?.id === leaf.eventId) return eventHash(event).equals(leaf.hash) ? null : fault('altered', event.id);
  const isLate = event !== undefined && BigInt(event.id) < BigInt(leaf.eventId);
  if (isLate) return fault((await hasLeaf(tx, event.id)) ? 'reordered' : 'inserted', event.id);
  return fault(BigInt(leaf.eventId) <= BigInt(lastEventId) ? 'reordered' : 'missing', leaf.eventId);
};

type SignedRow = { root: Buffer; range: Buffer; signed: Checkpoint | null };

/** What was signed at this size, if anything was, is the root of all leaves so far; here, and where it was witnessed. */
const compareRoot = (walk: Walk, row: SignedRow | undefined): Fault | null => {
  const { size, range, witnessed } = walk;
  const root = rootOf(range);
  const rewritten: Fault = { kind: 'rewritten', index: walk.signed, last: size - 1 };
  if (witnessed?.size === size && !witnessed.root.equals(root)) return rewritten;
  if (!row) return null;
  if (row.signed?.size !== size || !row.signed.root.equals(row.root)) return { kind: 'unsigned', size };
  if (!row.root.equals(root)) return rewritten;
  if (!row.range.equals(Buffer.concat(range))) return { kind: 'unsigned', size };
  walk.signed = size;
  return null;
};

const readLeaves = async (tx: Tx, from: number, end: number): Promise<Leaf[]> => {
  const rows = await tx.raw<{ index: string; event_id: string; hash: Buffer }>(
    `select index::text, event_id::text, hash from log_leaves where index >= $1::bigint and index < $2::bigint order by log_leaves.index limit ${batchSize}`,
    [String(from), String(end)],
  );
  return rows.map(({ index, event_id: eventId, hash }) => ({ index: Number(index), eventId, hash }));
};

const readCheckpoints = async ({ tx, log }: Walk, from: number, end: number): Promise<Map<number, SignedRow>> => {
  const rows = await tx.raw<{ size: string; root: Buffer; range: Buffer; note: string }>(
    'select size::text, root, range, note from log_checkpoints where size > $1::bigint and size <= $2::bigint',
    [String(from), String(end)],
  );
  return new Map(rows.map(({ size, note, ...row }) => [Number(size), { ...row, signed: openCheckpoint(note, log) }]));
};

const hasLeaf = async (tx: Tx, eventId: string): Promise<boolean> =>
  (await tx.raw('select from log_leaves where event_id = $1::bigint', [eventId])).length > 0;

const keptRight = async (tx: Tx, completed: readonly (Subtree & { hash: string })[]): Promise<boolean> => {
  const right = await tx.raw(
    `select from json_to_recordset($1::json) as x(level smallint, index bigint, hash text)
     join log_subtrees s on s.level = x.level and s.index = x.index and s.hash = decode(x.hash, 'hex')`,
    [JSON.stringify(completed)],
  );
  return right.length === completed.length;
};
