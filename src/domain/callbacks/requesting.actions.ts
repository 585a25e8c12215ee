import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, cases } from '#db/schema/tables';
import { newId } from '#lib/id';
import { texts } from '#texts/index';
import type { CallState } from '#domain/calls/call.rules';
import { openFromCall } from '#domain/calls/filing.actions';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { reachOf } from '#domain/messages/reaching.queries';
import { closeCallback, freeCallback } from './closing.actions.ts';
import { isRung } from './hours.rules.ts';
import { isOver } from './over.rules.ts';

/**
 * Registers that somebody is to be called, inside the transaction of their call. One at a time for a number: whoever asks
 * again keeps the place that they have.
 *
 * @returns the case to be told to the caller; null where it is an earlier one, which is nothing for whoever has the phone now
 */
export const requestCallback = async (
  ctx: Context,
  tx: Tx,
  by: { contactPointId: string; phone: string; call: Pick<CallState, 'language' | 'caseId' | 'proved'>; kind: CallState['kind']; /** When they called. */ since: Date },
): Promise<string | null> => {
  const { contactPointId, call } = by;
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${contactPointId}, 0))`);
  const now = ctx.clock.now();
  const waiting = await waitingOf(tx, contactPointId, now);
  if (waiting) {
    // It stands in that case's history that they asked again.
    await record(tx, citizen, now, { caseId: waiting.caseId, type: 'callback.requested', data: { callbackId: waiting.id } });
    return null;
  }
  const about = call.caseId ?? (await ownCase(tx, call.proved, contactPointId));
  const opened = about === null ? await openFromCall(ctx, tx, { kind: by.kind, language: call.language, phone: by.phone, body: texts[call.language].voice.asked, recorded: false, since: by.since }) : null;
  const caseId = about ?? opened;
  if (caseId === null) throw new Error('a call-back without a case');
  const id = newId(now);
  await tx.db.insert(callbacks).values({ id, caseId, contactPointId, state: 'open', requestedAt: by.since });
  await record(tx, citizen, now, { caseId, type: 'callback.requested', data: { callbackId: id } });
  return call.caseId ?? opened;
};

/**
 * Registers that somebody is to be called whom no message reaches, inside the transaction that gives up on messages. Whoever waits
 * already keeps the place that they have; who has no number that we ring, or whose case is over, is not called.
 *
 * @returns the call-back's id, for the event that asks for it; null where there is none new
 */
export const callInstead = async (ctx: Pick<Context, 'clock' | 'keys'>, tx: Tx, { caseId, contactPointId }: { caseId: string; contactPointId: string }): Promise<string | null> => {
  const [about] = await tx.db.select({ status: cases.status }).from(cases).where(eq(cases.id, caseId));
  const reach = await reachOf(ctx, tx, { id: caseId, contactPointId });
  if (!about || isOver(about.status as Status) || reach?.kind !== 'phone' || !isRung(reach.value)) return null;
  const now = ctx.clock.now();
  if (await waitingOf(tx, contactPointId, now)) return null;
  const id = newId(now);
  const added = await tx.db.insert(callbacks).values({ id, caseId, contactPointId, state: 'open', requestedAt: now }).onConflictDoNothing().returning({ id: callbacks.id });
  return added[0]?.id ?? null;
};

/**
 * The call-back for which this number waits already. One that was had (they were rung, and are not to be again), or whose case is
 * over, is over too, and ended here: nobody would ring for it again. One that was rung, and nobody said with what end, is there for all.
 */
const waitingOf = async (tx: Tx, contactPointId: string, now: Date): Promise<{ id: string; caseId: string } | null> => {
  const [found] = await tx.db
    .select({ callback: callbacks, status: cases.status })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .where(and(eq(callbacks.contactPointId, contactPointId), isNull(callbacks.endedAt)))
    .for('no key update', { of: callbacks });
  if (!found) return null;
  const { takenBy, attempts, nextAt, talkedAt } = found.callback;
  const rung = takenBy !== null && attempts > 0 && nextAt === null;
  if ((!rung || talkedAt === null) && !isOver(found.status as Status)) {
    if (rung) await freeCallback(tx, found.callback, now);
    return found.callback;
  }
  await closeCallback(tx, found.callback, now);
  return null;
};

/** The case whose code the caller typed, if it is this number's, which would not be known in another, and not over: nobody would be called about it. */
const ownCase = async (tx: Tx, caseId: string | null, contactPointId: string): Promise<string | null> => {
  if (caseId === null) return null;
  const [own] = await tx.db.select({ id: cases.id, status: cases.status }).from(cases).where(and(eq(cases.id, caseId), eq(cases.contactPointId, contactPointId)));
  return own && !isOver(own.status as Status) ? own.id : null;
};
