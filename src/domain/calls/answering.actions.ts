import { eq, sql } from 'drizzle-orm';
import { channelOf } from '#channels/channel';
import type { CallReport, Verb } from '#channels/voice';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, calls, contactPoints } from '#db/schema/tables';
import { newId } from '#lib/id';
import { takesSms } from '#lib/phone';
import { blindIndex, seal } from '#lib/sealing';
import { isOpenAt, isRung } from '#domain/callbacks/hours.rules';
import { constraintOf } from '#domain/cases/intake.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { findCall, lockCall, opened, wordsOf, type Call } from './calls.queries.ts';
import { firstState, type CallEvent } from './call.rules.ts';
import { carryOut } from './effects.actions.ts';
import { begin, step, turnAway } from './ivr.rules.ts';
import { heldEnough } from './limits.queries.ts';
import { lookUp } from './lookups.actions.ts';
import { waiting } from './waiting.rules.ts';

/** One transaction of the system's, tried again where chance gave a case a reference that is taken. */
export const inCall = async <T>(ctx: Context, work: (tx: Tx) => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1)
    try {
      return await ctx.db.withActor(system, work);
    } catch (error) {
      if (constraintOf(error) !== 'cases_reference' || attempt === 3) throw error;
    }
};

/** Somebody calls. Told again, it is the same call, and gets the same answer. */
export const answerCall = (ctx: Context, report: CallReport): Promise<Verb[]> =>
  inCall(ctx, async (tx) => wordsOf(ctx, tx, await knownOrNew(ctx, tx, report), 0));

/** The call that is told of; one that nobody told of before begins with this. */
export const knownOrNew = async (ctx: Context, tx: Tx, report: CallReport): Promise<Call> => {
  const known = await lockCall(tx, report, null);
  if (known) return known;
  const now = ctx.clock.now();
  const id = newId(now);
  const key = ctx.keys.make(id);
  if (report.from !== null) await ctx.keys.keep([key]);
  const facts = { reachable: report.from !== null && isRung(report.from), texted: report.from !== null && channelOf(ctx.channels, 'sms', null) !== null && takesSms(report.from), open: isOpenAt(now) };
  const contactPointId = report.from === null ? null : await pointOf(ctx, tx, report.from, now);
  // Whom we could not call back is not turned away.
  const enough = contactPointId !== null && facts.reachable ? await heldEnough(tx, contactPointId, now) : null;
  const first = { ...firstState(facts), ...(enough && { language: enough }) };
  const [row] = await tx.db
    .insert(calls)
    .values({
      id, account: report.account, providerId: report.callId, direction: 'in', language: first.language, state: first, version: 0, answers: [],
      startedAt: report.heldSince ?? now, contactPointId, ...(report.from !== null && { caller: seal(key.key, sealedAt.caller(id), report.from) }),
    })
    .onConflictDoNothing()
    .returning();
  if (row) return carryOut(ctx, tx, opened(row), enough === null ? begin(first) : turnAway(first), null);
  // Told twice at the same moment: the other one has it.
  const call = await lockCall(tx, report, null);
  if (!call) throw new Error('a call was neither new nor known');
  return call;
};

const pointOf = async (ctx: Context, tx: Tx, phone: string, now: Date): Promise<string> => {
  const [point] = await tx.db
    .insert(contactPoints)
    .values({ id: newId(now), kind: 'phone', index: blindIndex(ctx.indexKey, 'phone', phone), lastSeenAt: now })
    .onConflictDoUpdate({ target: [contactPoints.kind, contactPoints.index], set: { lastSeenAt: sql`excluded.last_seen_at` } })
    .returning({ id: contactPoints.id });
  if (!point) throw new Error('a number has no contact point');
  return point.id;
};

/** Where a request says the call stands: `version` as it was told, `ours` where we placed the call. */
export type At = { version: number; ours: string | null };

/** A step's answer from the caller. One that was answered before, or comes too late, changes nothing and is answered the same. */
export const stepCall = async (ctx: Context, report: CallReport, at: At, event: CallEvent): Promise<Verb[]> => {
  const before = await ctx.db.withActor(system, (tx) => findCall(tx, report));
  const current = before !== null && before.version === at.version;
  const known = current ? await lookUp(ctx, step(before.state, event).effects, before) : null;
  return inCall(ctx, async (tx) => {
    const call = await lockCall(tx, report, at.ours);
    if (!call || at.version > call.version) return [{ do: 'hangup' }];
    if (at.version < call.version) return wordsOf(ctx, tx, call, at.version);
    if (call.version === 0) return wordsOf(ctx, tx, await taken(ctx, tx, call, report), 0);
    // Over: only a voice is still heard.
    if (call.state.node === 'ended' && event.type !== 'audio') return [{ do: 'hangup' }];
    const after = await carryOut(ctx, tx, call, step(call.state, event), known);
    // Told late how the wait ended: nobody is there for what would follow.
    if (call.endedAt !== null && after.state.node !== 'ended') await carryOut(ctx, tx, after, step(after.state, { type: 'hangup' }), null);
    return wordsOf(ctx, tx, after, at.version);
  });
};

/** A call that we placed is answered: from now on it goes by the provider's number. */
const taken = async (ctx: Context, tx: Tx, call: Call, { callId }: CallReport): Promise<Call> => {
  await tx.db.update(calls).set({ providerId: callId }).where(eq(calls.id, call.id));
  // However long they talk, nobody rings for it a second time.
  if (call.callbackId !== null) await tx.db.update(callbacks).set({ nextAt: null }).where(eq(callbacks.id, call.callbackId));
  return carryOut(ctx, tx, call, begin(call.state), null);
};

/** One turn of waiting for an operator. Changes nothing: how the wait ended is told by a step of its own. */
export const waitTurn = (ctx: Context, report: CallReport, version: number): Promise<Verb[]> =>
  ctx.db.withActor(system, async (tx) => {
    const call = await findCall(tx, report);
    if (!call) return [{ do: 'leave' }];
    return waiting({ ...report, language: call.state.language, version }, (name) => ctx.telephone?.prompts.has(name) === true);
  });
