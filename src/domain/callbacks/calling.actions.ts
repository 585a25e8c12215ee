import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, calls, cases } from '#db/schema/tables';
import { newId } from '#lib/id';
import { casePlace } from '#domain/access/access.queries';
import { whoMay } from '#domain/access/places.queries';
import { firstRinging, spokenLanguages, type CallEffect } from '#domain/calls/call.rules';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { closeCallback, freeCallback } from './closing.actions.ts';
import { nextOpening, retryAt, softphoneOf } from './hours.rules.ts';
import { isOver } from './over.rules.ts';
import { noteTalk } from './talking.actions.ts';

/** Should nobody say what became of a ring, it counts as not answered after that. */
const lostMs = 5 * 60_000;
const laterMs = 60_000;

/**
 * Rings the operator who took a call-back; the citizen is rung once they are there. Only in working hours. That it rings is
 * committed before the provider is asked, so that nobody is rung twice at once. Who may not see the case any more is not rung, and
 * the call-back is there for others, due or not, and also where the line has no telephone.
 *
 * @throws where the provider cannot be asked; it is tried again in a while
 */
export const ringCallback = async (ctx: Context, callbackId: string): Promise<void> => {
  const voice = ctx.telephone?.voice ?? null;
  const ringing = await ctx.db.withActor(system, (tx) => claim(ctx, tx, callbackId, voice?.account ?? null));
  if (!ringing || voice === null) return;
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

const claim = async (ctx: Context, tx: Tx, callbackId: string, account: string | null): Promise<{ callId: string; operator: string } | null> => {
  const now = ctx.clock.now();
  const [due] = await tx.db
    .select({ callback: callbacks, language: cases.language, status: cases.status, place: casePlace })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .where(and(eq(callbacks.id, callbackId), isNull(callbacks.endedAt), isNotNull(callbacks.takenBy)))
    .for('no key update', { of: callbacks });
  if (!due || due.callback.takenBy === null) return null;
  if ((await whoMay(tx, [due.callback.takenBy], 'callback.take', due.place)).length === 0) {
    await freeCallback(tx, due.callback, now);
    return null;
  }
  if (account === null || due.callback.nextAt === null || due.callback.nextAt > now) return null;
  // Its case ended meanwhile (withdrawn, closed): nobody waits to be called about it.
  if (isOver(due.status as Status)) {
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
export const callbackEnded = async (ctx: Context, tx: Tx, callbackId: string, { result }: Extract<CallEffect, { do: 'callback_ended' }>): Promise<void> => {
  const [found] = await tx.db
    .select({ callback: callbacks })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .where(and(eq(callbacks.id, callbackId), isNull(callbacks.endedAt)))
    .for('no key update', { of: [cases, callbacks] });
  if (!found) return;
  const { callback } = found;
  const now = ctx.clock.now();
  const set = (values: Partial<typeof callbacks.$inferInsert>) => tx.db.update(callbacks).set(values).where(eq(callbacks.id, callbackId));
  const { caseId } = callback;
  if (result === 'operator_missed') {
    if (callback.takenBy !== null) await freeCallback(tx, callback, now);
    return;
  }
  const attempts = callback.attempts + 1;
  await record(tx, system, now, { caseId, type: 'callback.attempted', data: { callbackId, result, attempt: attempts } });
  if (result === 'connected') await noteTalk(ctx, tx, callback, now);
  // Whoever rang says when it is done, and whether they talked where nothing else does; it may take another call.
  const nextAt = result === 'citizen_missed' ? retryAt(attempts, now) : null;
  if (result !== 'citizen_missed' || nextAt !== null) {
    await set({ attempts, nextAt });
    return;
  }
  await set({ attempts, nextAt: null, state: 'unreachable', endedAt: now });
  await record(tx, system, now, { caseId, type: 'callback.unreachable', data: { callbackId } });
};
