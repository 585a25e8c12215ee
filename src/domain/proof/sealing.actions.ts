import { setTimeout as wait } from 'node:timers/promises';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { openCheckpoint, signCheckpoint } from '#lib/checkpoint';
import { append, rangeLength, rootOf, type Subtree } from '#lib/merkle';
import type { Signer, Verifier } from '#lib/note';
import type { Context } from '#domain/context';
import { eventColumns } from './events.queries.ts';
import { eventHash, isKept, type EventRow } from './log.rules.ts';

const sealingLock = 264_839_177;
const batchSize = 5000;
/** One run ends after so many, so that a long backlog is sealed in pieces, each signed. */
const mostBatches = 10;
const lookEveryMs = 20;
const mostLooks = 50;

type Tree = { size: number; range: Buffer[]; lastEventId: string };

/**
 * Appends the events that are not in the tree yet, in the order of their ids, and signs a checkpoint if it has grown: all
 * in one transaction. Run every few seconds, off the request path; one process at a time does it, the others pass.
 *
 * @throws Error the last checkpoint is not as this key signed it: nothing may be built on it
 */
export const seal = async (ctx: Pick<Context, 'db' | 'clock'>, signer: Signer): Promise<void> => {
  const upTo = await settledUpTo(ctx);
  if (upTo === null) return;
  await ctx.db.withActor(system, async (tx) => {
    const [lock] = await tx.raw<{ got: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as got', [String(sealingLock)]);
    if (!lock?.got) return;
    const tree = await lastSigned(tx, signer.verifier);
    const before = tree.size;
    for (let batch = 0; batch < mostBatches; batch += 1) {
      const events = await tx.raw<EventRow>(nextEvents, [tree.lastEventId, upTo, String(batchSize)]);
      if (events.length > 0) await appendAll(tx, tree, events);
      if (events.length < batchSize) break;
    }
    if (tree.size > before) await sign(tx, tree, signer, ctx.clock.now());
  });
};

/**
 * The highest id below which no event can appear any more; null where nothing waits, or nothing is settled yet. An id is
 * drawn before its row is committed, so a higher one may be seen first. But whoever has drawn one holds a lock on the
 * table, from before the draw until after the row can be seen: once those who held it when the highest id was read have
 * ended, all below it is there. (A transaction gets its own number only after the draw, so its age would not tell.)
 */
const settledUpTo = async (ctx: Pick<Context, 'db'>): Promise<string | null> => {
  const look = <Row extends object>(statement: string, parameters: string[] = []) => ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, parameters));
  const [ends] = await look<{ highest: string | null; sealed: string | null }>(bothEnds);
  if (!ends || ends.highest === null || ends.highest === ends.sealed) return null;
  const writers = (await look<{ id: string }>(openWriters)).map(({ id }) => id);
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const open = looks === 0 ? writers : (await look<{ id: string }>(openWriters)).map(({ id }) => id);
    if (!open.some((id) => writers.includes(id))) return ends.highest;
    await wait(lookEveryMs);
  }
  return null;
};

const bothEnds = `
select (select max(id) from events)::text as highest, (select event_id from log_leaves order by index desc limit 1)::text as sealed`;

const openWriters = `
select distinct virtualtransaction as id from pg_locks
where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock' and granted
  and database = (select oid from pg_database where datname = current_database())`;

const nextEvents = `select ${eventColumns} from events where id > $1::bigint and id <= $2::bigint order by events.id limit $3::int`;

/** The tree as it was last signed, read from its own right edge instead of from all leaves. */
const lastSigned = async (tx: Tx, log: Verifier): Promise<Tree> => {
  const [last] = await tx.raw<{ size: string; root: Buffer; range: Buffer; note: string; event_id: string | null }>(
    `select c.size::text, c.root, c.range, c.note, l.event_id::text
     from log_checkpoints c left join log_leaves l on l.index = c.size - 1 order by c.size desc limit 1`,
    [],
  );
  if (!last) return { size: 0, range: [], lastEventId: '0' };
  const size = Number(last.size);
  const range = Array.from({ length: rangeLength(size) }, (_, i) => last.range.subarray(i * 32, (i + 1) * 32));
  const signed = openCheckpoint(last.note, log);
  if (signed?.size !== size || !signed.root.equals(last.root) || !rootOf(range).equals(last.root) || last.event_id === null)
    throw new Error('the last checkpoint of the log is not as it was signed: nothing more is sealed; run npm run cli -- verify-log');
  return { size, range, lastEventId: last.event_id };
};

const appendAll = async (tx: Tx, tree: Tree, events: readonly EventRow[]): Promise<void> => {
  const leaves: { index: number; event_id: string; hash: string }[] = [];
  const subtrees: (Subtree & { hash: string })[] = [];
  for (const event of events) {
    const hash = eventHash(event);
    leaves.push({ index: tree.size, event_id: event.id, hash: hash.toString('hex') });
    append(tree.range, tree.size, hash, (subtree, of) => {
      if (isKept(subtree)) subtrees.push({ ...subtree, hash: of.toString('hex') });
    });
    tree.size += 1;
    tree.lastEventId = event.id;
  }
  await tx.raw(
    `insert into log_leaves (index, event_id, hash)
     select index, event_id, decode(hash, 'hex') from json_to_recordset($1::json) as x(index bigint, event_id bigint, hash text)`,
    [JSON.stringify(leaves)],
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
