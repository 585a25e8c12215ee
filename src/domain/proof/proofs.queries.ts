import type { ConsistencyProof, ConsistencyQuery, ReceiptProof } from '#contract/proof';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { AppError } from '#lib/errors';
import { consistencyParts, inclusionParts, rootOf, rootOfAll, type ProofParts, type Subtree } from '#lib/merkle';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { openByCode } from '#domain/tracking/tracking.queries';
import { keptUnder } from './log.rules.ts';
import { columnsOf, events, leafContent, type ProtectedRow } from './protected.rules.ts';

type Latest = { size: number; note: string };

/** The latest checkpoint, a signed note. @throws AppError not_sealed_yet before the first */
export const latestCheckpoint = (ctx: Context): Promise<string> => ctx.db.withActor(citizen, async (tx) => (await latest(tx)).note);

/** Proves that the log of `from` events is the beginning of that of `to`. @throws AppError not_sealed_yet beyond the latest checkpoint */
export const consistencyProof = (ctx: Context, { from, to }: ConsistencyQuery): Promise<ConsistencyProof> =>
  ctx.db.withActor(citizen, async (tx) => {
    if (to > (await latest(tx)).size) throw new AppError('not_sealed_yet');
    return { from, to, hashes: await hashesOf(tx, consistencyParts(from, to)) };
  });

/**
 * Proves to the citizen that the receipt of their case stands in the log: the event as it is now, and the path from its
 * leaf to the latest signed root. If somebody altered either, the proof does not hold, and that is the answer.
 *
 * @throws AppError not_found_or_wrong_code, too_many_attempts, challenge_needed as for tracking; not_sealed_yet in the first seconds
 */
export const receiptProof = async (ctx: Context, typed: { reference: string; code: string }, caller: Caller): Promise<ReceiptProof> => {
  const caseId = await openByCode(ctx, typed, caller);
  return ctx.db.withActor(citizen, async (tx) => {
    const [event] = await tx.raw<ProtectedRow & { leaf: string | null }>(
      `select ${columnsOf(events)}, (select index from log_leaves where source = 'events' and row_number = events.id)::text as leaf
       from events where case_id = $1::uuid and type = 'case.received' order by events.id limit 1`,
      [caseId],
    );
    if (!event) throw new Error('a case without the event of its receipt: run npm run audit:verify');
    if (event.leaf === null) throw new AppError('not_sealed_yet');
    const { size, note } = await latest(tx);
    const index = Number(event.leaf);
    const hashes = await hashesOf(tx, inclusionParts(index, size));
    return { event: leafContent(events, event), index, hashes, checkpoint: note };
  });
};

const latest = async (tx: Tx): Promise<Latest> => {
  const [last] = await tx.raw<{ size: string; note: string }>('select size::text, note from log_checkpoints c order by c.size desc limit 1', []);
  if (!last) throw new AppError('not_sealed_yet');
  return { size: Number(last.size), note: last.note };
};

/** The hashes of a proof, base64: from the leaves at both ends, and from the kept subtrees between. */
const hashesOf = async (tx: Tx, parts: ProofParts): Promise<string[]> => {
  const runs = parts.flat().map(keptUnder);
  const rows = await tx.raw<{ level: number; index: string; hash: Buffer }>(keptHashes, [JSON.stringify(runs)]);
  const kept = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const rootOfSubtree = (subtree: Subtree): Buffer => {
    const { level, first, last } = keptUnder(subtree);
    return rootOfAll(
      Array.from({ length: last - first + 1 }, (_, i) => {
        const hash = kept.get(`${level}/${first + i}`);
        if (!hash) throw new Error('the log lacks a hash: run npm run audit:verify');
        return hash;
      }),
    );
  };
  return parts.map((range) => rootOf(range.map(rootOfSubtree)).toString('base64'));
};

const keptHashes = `
with runs as (select * from json_to_recordset($1::json) as x(level smallint, first bigint, last bigint))
select r.level, l.index::text, l.hash from runs r join log_leaves l on r.level = 0 and l.index between r.first and r.last
union all
select r.level, s.index::text, s.hash from runs r join log_subtrees s on s.level = r.level and s.index between r.first and r.last`;
