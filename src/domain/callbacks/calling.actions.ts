import { and, eq, isNotNull, isNull, lte } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, calls, cases } from '#db/schema/tables';
import { newId } from '#lib/id';
import { firstRinging, spokenLanguages, type CallEffect } from '#domain/calls/call.rules';
import { isFinal } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { nextOpening, retryAt, softphoneOf } from './hours.rules.ts';
import { closeCallback } from './requesting.actions.ts';

/** Should nobody say what became of a ring, it counts as not answered after that. */
const lostMs = 5 * 60_000;
const laterMs = 60_000;

/**
 * Rings the operator who took a call-back; the citizen is rung once they are there. Only in working hours. That it rings is
 * committed before the provider is asked, so that nobody is rung twice at once.
 *
 * @throws where the provider cannot be asked; it is tried again in a while
 */
export const ringCallback = async (ctx: Context, callbackId: string): Promise<void> => {
  if (ctx.telephone === null) return;
  const { voice } = ctx.telephone;
  const ringing = await ctx.db.withActor(system, (tx) => claim(ctx, tx, callbackId, voice.account));
  if (!ringing) return;
  const result = await voice.ring(softphoneOf(ringing.operator), { node: 'whisper', version: 0, call: ringing.callId });
  if (result.outcome === 'unknown') return;
  await ctx.db.withActor(system, async (tx) => {
    if (result.outcome === 'accepted') {
      await tx.db.update(calls).set({ providerId: result.providerId }).where(and(eq(calls.id, ringing.callId), eq(calls.providerId, ringing.callId)));
      return;
    }
    const now = ctx.clock.now();
    await tx.db.update(calls).set({ outcome: 'operator_missed', endedAt: now }).where(eq(calls.id, ringing.callId));
    // What only a person mends is not tried again by itself; the operator sees it in the list, and may.
    const again = result.class === 'transient' || result.class === 'throttled';
    await tx.db.update(callbacks).set({ nextAt: again ? new Date(now.getTime() + laterMs) : null }).where(eq(callbacks.id, callbackId));
    if (!again) ctx.log.error({ row: callbackId }, 'the provider refuses to call; its account needs a look');
  });
};

const claim = async (ctx: Context, tx: Tx, callbackId: string, account: string): Promise<{ callId: string; operator: string } | null> => {
  const now = ctx.clock.now();
  const [due] = await tx.db
    .select({ callback: callbacks, language: cases.language, status: cases.status })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .where(and(eq(callbacks.id, callbackId), isNull(callbacks.endedAt), isNotNull(callbacks.takenBy), lte(callbacks.nextAt, now)))
    .for('update', { of: callbacks });
  if (!due || due.callback.takenBy === null) return null;
  // Its case ended meanwhile (withdrawn, closed): nobody waits to be called about it.
  if (isFinal(due.status as Status)) {
    await closeCallback(tx, due.callback, now);
    return null;
  }
  const opening = nextOpening(now);
  const nextAt = opening > now ? opening : new Date(now.getTime() + lostMs);
  await tx.db.update(callbacks).set({ nextAt }).where(eq(callbacks.id, callbackId));
  if (opening > now) return null;
  const callId = newId(now);
  const state = firstRinging(spokenLanguages.find((language) => language === due.language) ?? 'ar');
  await tx.db.insert(calls).values({
    id: callId, account, providerId: callId, direction: 'out', caseId: due.callback.caseId, callbackId, language: state.language, state, version: 0, answers: [], startedAt: now,
  });
  return { callId, operator: due.callback.takenBy };
};

/** What became of a ring, told by its call. After the last attempt in vain the case's history says that nobody was reached. */
export const callbackEnded = async (ctx: Context, tx: Tx, callbackId: string, result: Extract<CallEffect, { do: 'callback_ended' }>['result']): Promise<void> => {
  const [callback] = await tx.db.select().from(callbacks).where(and(eq(callbacks.id, callbackId), isNull(callbacks.endedAt))).for('update');
  if (!callback) return;
  const now = ctx.clock.now();
  const set = (values: Partial<typeof callbacks.$inferInsert>) => tx.db.update(callbacks).set(values).where(eq(callbacks.id, callbackId));
  const { caseId } = callback;
  if (result === 'operator_missed') {
    // Back to all: somebody else may be there.
    await set({ state: 'open', takenBy: null, nextAt: null });
    return;
  }
  const attempts = callback.attempts + 1;
  await record(tx, system, now, { caseId, type: 'callback.attempted', data: { callbackId, result, attempt: attempts } });
  // Who talked says when it is done; it may take another call.
  const nextAt = result === 'connected' ? null : retryAt(attempts, now);
  if (result === 'connected' || nextAt !== null) {
    await set({ attempts, nextAt });
    return;
  }
  await set({ attempts, nextAt: null, state: 'unreachable', endedAt: now });
  await record(tx, system, now, { caseId, type: 'callback.unreachable', data: { callbackId } });
};
