import type { ConsistencyProof, ConsistencyQuery, ReceiptProof } from '#contract/proof';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { AppError } from '#lib/errors';
import { consistencyParts, inclusionParts, rootOf, rootOfAll, type ProofParts, type Subtree } from '#lib/merkle';
import { parseReceiptToken } from '#lib/receipt';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { openByCode } from '#domain/tracking/tracking.queries';
import { keptUnder } from './log.rules.ts';
import { columnsOf, events, leafContent, rowHash, type ProtectedRow } from './protected.rules.ts';

type Latest = { size: number; note: string };

/**
 * The latest checkpoint, a signed note, with the lines of the witnesses who signed along.
 *
 * @param witnessed the latest that any has
 * @throws AppError not_sealed_yet before the first
 */
export const latestCheckpoint = (ctx: Context, witnessed: boolean): Promise<string> =>
  ctx.db.withActor(citizen, async (tx) => {
    const [last] = await tx.raw<{ note: string; lines: string | null }>(
      `select c.note, (select string_agg(s.line, E'\\n' order by s.id) || E'\\n' from log_cosignatures s where s.size = c.size) as lines from log_checkpoints c
       where $1 = 'any' or c.size = (select max(size) from log_cosignatures) order by c.size desc limit 1`,
      [witnessed ? 'witnessed' : 'any'],
    );
    if (!last) throw new AppError('not_sealed_yet');
    return last.note + (last.lines ?? '');
  });

/** Proves that the log of `from` events is the beginning of that of `to`. @throws AppError not_sealed_yet beyond the latest checkpoint */
export const consistencyProof = (ctx: Context, { from, to }: ConsistencyQuery): Promise<ConsistencyProof> =>
  ctx.db.withActor(citizen, async (tx) => {
    if (to > (await latest(tx)).size) throw new AppError('not_sealed_yet');
    return { from, to, hashes: await hashesOf(tx, consistencyParts(from, to)) };
  });

/**
 * Proves to the citizen that the receipt of their case stands in the log: the event as it is now, and the path from its
 * leaf to the latest signed root.
 *
 * @throws AppError not_found_or_wrong_code, too_many_attempts, challenge_needed as for tracking; receipt_broken where it was
 *   altered; not_sealed_yet in the first seconds
 */
export const receiptProof = async (ctx: Context, typed: { reference: string; code: string }, caller: Caller): Promise<ReceiptProof> => {
  const caseId = await openByCode(ctx, typed, caller);
  return ctx.db.withActor({ kind: 'citizen', caseId }, (tx) => inclusionOf(tx, caseId));
};

/**
 * The same to anybody who holds the receipt, without the code.
 *
 * @param receipt the `proof` of the receipt
 * @throws AppError no_such_receipt for one that was never given; receipt_broken, not_sealed_yet
 */
export const proofOfReceipt = async (ctx: Context, receipt: string): Promise<ReceiptProof> => {
  const caseId = parseReceiptToken(ctx.codeKey, receipt);
  if (caseId === null) throw new AppError('no_such_receipt');
  return ctx.db.withActor({ kind: 'citizen', caseId }, (tx) => inclusionOf(tx, caseId));
};

/** A receipt is only given once its case and event are committed: if either is gone, or not as sealed, somebody made it so. */
const inclusionOf = async (tx: Tx, caseId: string): Promise<ReceiptProof> => {
  const [event] = await tx.raw<ProtectedRow & { index: string | null; hash: string | null }>(
    `select ${columnsOf(events)}, l.index::text as index, encode(l.hash, 'hex') as hash
     from events join cases c on c.id = events.case_id left join log_leaves l on l.source = 'events' and l.row_number = events.id
     where events.case_id = $1::uuid and events.type = 'case.received' order by events.id limit 1`,
    [caseId],
  );
  if (!event) throw new AppError('receipt_broken');
  if (event.index === null) throw new AppError('not_sealed_yet');
  if (rowHash(events, event).toString('hex') !== event.hash) throw new AppError('receipt_broken');
  const { size, note } = await latest(tx);
  const index = Number(event.index);
  return { event: leafContent(events, event), index, hashes: await hashesOf(tx, inclusionParts(index, size)), checkpoint: note };
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
