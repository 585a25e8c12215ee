import { and, asc, eq, inArray, isNull, lt, not, sql } from 'drizzle-orm';
import { finalStatuses } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, erasures, idempotencyKeys, inboundBodies, legalHolds } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';
import { awaitsOther } from '#domain/merging/merges.queries';
import { eraseCase } from './erasing.actions.ts';

/**
 * How long what is kept, in days. No Moroccan text gives a figure: these go into the line's declaration to the CNDP (law
 * 09-08, article 3: no longer than the purpose needs), and are settings. Events, which hold no word of a person, stay.
 */
export type Retention = {
  /** Words, names and numbers of a case, after the last thing that happened in it. */
  narrative: number;
  /** A provider's request as it came, and the hash of a client's key, after they came. */
  raw: number;
};

/** A hold or another run may have come in between. */
const unlessHeld = (error: unknown): void => {
  if (!(error instanceof AppError)) throw error;
};

export type Retained = { cases: number; held: number; raw: number };

const dayMs = 86_400_000;
/** A run takes no more than this of a busy database at once; the next goes on. */
const most = 500;

/**
 * Erases what is older than its time. Cases on a legal hold stay, and are counted.
 *
 * @param how.dryRun counts what a run would erase (cases at most by the thousand), and erases nothing
 */
export const retain = async (ctx: Pick<Context, 'db' | 'clock' | 'keys' | 'live' | 'files'>, retention: Retention, how: { dryRun: boolean }): Promise<Retained> => {
  const now = ctx.clock.now();
  const before = (days: number): Date => new Date(now.getTime() - days * dayMs);
  const raw = await ctx.db.withActor(system, (tx) => eraseRaw(tx, before(retention.raw), how.dryRun));
  const due = await ctx.db.withActor(system, (tx) => endedBefore(tx, before(retention.narrative), how.dryRun ? 1000 : most));
  const free = due.filter(({ held }) => !held);
  if (!how.dryRun) for (const { id } of free) await eraseCase(ctx, id, { why: 'retention', actor: system }).catch(unlessHeld);
  return { cases: free.length, held: due.length - free.length, raw };
};

/** Cases that are over, and in which nothing has happened since: the earliest first. */
const endedBefore = async (tx: Tx, cutoff: Date, limit: number): Promise<{ id: string; held: boolean }[]> => {
  const rows = await tx.db
    .select({ id: cases.id, heldSince: legalHolds.since })
    .from(cases)
    .leftJoin(erasures, eq(erasures.caseId, cases.id))
    .leftJoin(legalHolds, eq(legalHolds.caseId, cases.id))
    .where(
      and(
        lt(cases.receivedAt, cutoff),
        isNull(erasures.caseId),
        inArray(cases.status, [...finalStatuses, 'resolved']),
        not(awaitsOther),
        sql`(select max(e.at) from events e where e.case_id = ${cases.id} and e.type <> 'case.read') < ${cutoff.toISOString()}`,
      ),
    )
    .orderBy(asc(cases.receivedAt))
    .limit(limit);
  return rows.map(({ id, heldSince }) => ({ id, held: heldSince !== null }));
};

const eraseRaw = async (tx: Tx, cutoff: Date, dryRun: boolean): Promise<number> => {
  if (dryRun) return (await tx.db.$count(inboundBodies, lt(inboundBodies.receivedAt, cutoff))) + (await tx.db.$count(idempotencyKeys, lt(idempotencyKeys.createdAt, cutoff)));
  const bodies = await tx.db.delete(inboundBodies).where(lt(inboundBodies.receivedAt, cutoff)).returning({ id: inboundBodies.messageId });
  const keys = await tx.db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, cutoff)).returning({ id: idempotencyKeys.caseId });
  return bodies.length + keys.length;
};
