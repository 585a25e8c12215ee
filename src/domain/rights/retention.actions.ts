import { and, asc, eq, exists, inArray, isNotNull, isNull, lt, not, notInArray, sql, type AnyColumn, type SQLWrapper } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { calls, cases, erasures, events, idempotencyKeys, inboundBodies, legalHolds, messages, recordings } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { awaitsOther } from '#domain/merging/merges.queries';
import { eraseCase } from './erasing.actions.ts';
import { repeatErasures } from './repeating.actions.ts';

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

export type Retained = { cases: number; held: number; raw: number };

const dayMs = 86_400_000;
/** A run takes no more than this of a busy database at once; the next goes on. */
const most = 500;
/** Rows of one delete: a lock is held for moments only. */
const batch = 1000;

type Ctx = Parameters<typeof repeatErasures>[0];

/**
 * Erases what is older than its time. Cases on a legal hold stay, and are counted; one that cannot be erased keeps no other
 * waiting, and is tried again by the next run.
 *
 * @param how.dryRun counts what a run would erase (cases at most by the thousand), and erases nothing
 */
export const retain = async (ctx: Ctx, retention: Retention, how: { dryRun: boolean }): Promise<Retained> => {
  if (!how.dryRun) await repeatErasures(ctx);
  const now = ctx.clock.now();
  const before = (days: number): Date => new Date(now.getTime() - days * dayMs);
  const raw = how.dryRun ? await countRaw(ctx, before(retention.raw)) : await eraseRaw(ctx, before(retention.raw));
  const { due, held } = await ctx.db.withActor(system, (tx) => endedBefore(tx, before(retention.narrative), how.dryRun ? 1000 : most));
  if (how.dryRun) return { cases: due.length, held, raw };
  let erased = 0;
  for (const { id } of due) if (await eraseOne(ctx, id)) erased += 1;
  return { cases: erased, held, raw };
};

/** @returns whether it is erased now */
const eraseOne = async (ctx: Ctx, id: string): Promise<boolean> => {
  try {
    await eraseCase(ctx, id, { why: 'retention', actor: system });
    return true;
  } catch (err) {
    // A hold or another run may have come in between.
    if (!(err instanceof AppError)) ctx.log.error({ row: id, err }, 'a case was not erased; it is tried again in an hour');
    return false;
  }
};

/** To read a case, in whatever way, prolongs nothing. */
const readings = ['case.read', 'attachment.read', 'case.revealed'] as const;

/** Written out as in the partial index, so that the planner can prove that it holds the answer. */
const isOver = sql`${cases.status} in ('resolved','closed','inadmissible','duplicate','spam','withdrawn')`;

/** Cases that are over, and in which nothing has happened since: the earliest first, and how many more are on hold. */
const endedBefore = async (tx: Tx, cutoff: Date, limit: number): Promise<{ due: { id: string }[]; held: number }> => {
  const last = tx.db.select({ at: sql`max(${events.at})` }).from(events).where(and(eq(events.caseId, cases.id), notInArray(events.type, [...readings])));
  const ended = and(
    lt(cases.receivedAt, cutoff),
    isOver,
    not(awaitsOther),
    not(exists(tx.db.select().from(erasures).where(eq(erasures.caseId, cases.id)))),
    sql`(${last}) < ${cutoff.toISOString()}`,
  );
  const onHold = exists(tx.db.select().from(legalHolds).where(eq(legalHolds.caseId, cases.id)));
  return {
    due: await tx.db.select({ id: cases.id }).from(cases).where(and(ended, not(onHold))).orderBy(asc(cases.receivedAt)).limit(limit),
    held: await tx.db.$count(cases, and(ended, onHold)),
  };
};

const countRaw = (ctx: Ctx, cutoff: Date): Promise<number> =>
  ctx.db.withActor(system, async (tx) => (await tx.db.$count(inboundBodies, lt(inboundBodies.receivedAt, cutoff))) + (await tx.db.$count(idempotencyKeys, lt(idempotencyKeys.createdAt, cutoff))) + (await tx.db.$count(calls, lt(calls.startedAt, cutoff))));

/** @returns how many rows */
const eraseRaw = async (ctx: Ctx, cutoff: Date): Promise<number> => (await inBatches(ctx, (tx) => eraseBodies(ctx, tx, cutoff))) + (await inBatches(ctx, (tx) => eraseAddressees(ctx, tx, cutoff))) + (await inBatches(ctx, (tx) => eraseKeyHashes(tx, cutoff))) + (await inBatches(ctx, (tx) => eraseCalls(ctx, tx, cutoff)));

const inBatches = async (ctx: Ctx, erase: (tx: Tx) => Promise<number>): Promise<number> => {
  let all = 0;
  for (let gone = batch; gone === batch; all += gone) gone = await ctx.db.withActor(system, erase);
  return all;
};

/** Found one by one: as a join, the planner may read a whole table for some hundred rows. */
const oneOf = (column: AnyColumn, due: SQLWrapper) => sql`${column} = any(array(${due}))`;

/** With its key, a request is gone in every backup too. Only a message that has no case yet still needs it, for its sender. */
const eraseBodies = async (ctx: Ctx, tx: Tx, cutoff: Date): Promise<number> => {
  const due = tx.db.select({ id: inboundBodies.messageId }).from(inboundBodies).where(lt(inboundBodies.receivedAt, cutoff)).limit(batch);
  const gone = await tx.db.delete(inboundBodies).where(oneOf(inboundBodies.messageId, due)).returning({ id: inboundBodies.messageId });
  const ids = gone.map(({ id }) => id);
  const done = await tx.db.select({ id: messages.id }).from(messages).where(and(inArray(messages.id, ids), isNull(messages.sender)));
  await ctx.keys.destroy(done.map(({ id }) => id));
  return ids.length;
};

/** Whom the line itself answered: of no case, so nothing else would erase it. */
const eraseAddressees = async (ctx: Ctx, tx: Tx, cutoff: Date): Promise<number> => {
  const ofTheLine = and(eq(messages.kind, 'automatic'), isNotNull(messages.sender), lt(messages.createdAt, cutoff));
  const due = tx.db.select({ id: messages.id }).from(messages).where(ofTheLine).limit(batch);
  const gone = await tx.db.update(messages).set({ sender: null, contactPointId: null }).where(oneOf(messages.id, due)).returning({ id: messages.id });
  await ctx.keys.destroy(gone.map(({ id }) => id));
  return gone.length;
};

const eraseKeyHashes = async (tx: Tx, cutoff: Date): Promise<number> => {
  const due = tx.db.select({ hash: idempotencyKeys.keyHash }).from(idempotencyKeys).where(lt(idempotencyKeys.createdAt, cutoff)).limit(batch);
  return (await tx.db.delete(idempotencyKeys).where(oneOf(idempotencyKeys.keyHash, due)).returning({ id: idempotencyKeys.caseId })).length;
};

/** With its key a caller's number is gone in every backup too; the case that a call opened has its own. */
const eraseCalls = async (ctx: Ctx, tx: Tx, cutoff: Date): Promise<number> => {
  const due = (await tx.db.select({ id: calls.id }).from(calls).where(lt(calls.startedAt, cutoff)).limit(batch)).map(({ id }) => id);
  await tx.db.delete(recordings).where(inArray(recordings.callId, due));
  await tx.db.delete(calls).where(inArray(calls.id, due));
  await ctx.keys.destroy(due);
  return due.length;
};
