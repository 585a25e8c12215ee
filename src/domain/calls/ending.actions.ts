import { and, eq, isNull, lte, sql } from 'drizzle-orm';
import type { CallReport } from '#channels/voice';
import { system } from '#db/actor';
import { calls, recordings } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { inCall, knownOrNew } from './answering.actions.ts';
import type { Node } from './call.rules.ts';
import { lockCall, opened } from './calls.queries.ts';
import { carryOut } from './effects.actions.ts';
import { step } from './ivr.rules.ts';

/** How a wait, or a ring, ended is told by a request of its own, that may come after the word that the call is over. */
const toldApart: readonly Node[] = ['operator', 'bridged'];
/** Should it never come. */
const untoldMs = 2 * 60_000;

/** A call is over; one of which nothing else was heard is a missed one. @returns whether that is new */
export const endCall = (ctx: Context, report: CallReport, ours: string | null): Promise<boolean> =>
  inCall(ctx, async (tx) => {
    const call = report.direction === 'in' ? await knownOrNew(ctx, tx, report) : await lockCall(tx, report, ours);
    if (!call || call.endedAt !== null) return false;
    const { node } = call.state;
    if (node !== 'ended' && !toldApart.includes(node)) await carryOut(ctx, tx, call, step(call.state, { type: 'hangup' }), null);
    await tx.db.update(calls).set({ endedAt: endOf(call.startedAt, report.heldUntil, ctx.clock.now()) }).where(eq(calls.id, call.id));
    return true;
  });

/** By the provider's word where that comes late: how long a number has the line is counted. Its clock need not be ours. */
const endOf = (startedAt: Date, told: Date | undefined, now: Date): Date => {
  if (told === undefined || told > now) return now;
  return told < startedAt ? startedAt : told;
};

/** Decides calls that are over and of which nobody has told how: the caller was gone. */
export const concludeCalls = async (ctx: Context): Promise<void> => {
  const before = new Date(ctx.clock.now().getTime() - untoldMs);
  const undecided = and(isNull(calls.outcome), lte(calls.endedAt, before), sql`${calls.state}->>'node' in ('operator', 'bridged')`);
  const due = await ctx.db.withActor(system, (tx) => tx.db.select({ id: calls.id }).from(calls).where(undecided).limit(200));
  for (const { id } of due)
    await inCall(ctx, async (tx) => {
      const [row] = await tx.db.select().from(calls).where(and(eq(calls.id, id), undecided)).for('update');
      if (row) await carryOut(ctx, tx, opened(row), step(opened(row).state, { type: 'hangup' }), null);
    });
};

/** The provider has a recording. The step that follows it usually said so already; after a hang-up nothing else does. @returns whether it is new */
export const hearRecording = (ctx: Context, report: CallReport): Promise<boolean> =>
  inCall(ctx, async (tx) => {
    const { recordingId } = report;
    const call = await lockCall(tx, report, null);
    if (!call || recordingId === null) return false;
    const known = await tx.db.select({ id: recordings.id }).from(recordings).where(and(eq(recordings.callId, call.id), eq(recordings.providerId, recordingId)));
    if (known.length > 0) return false;
    await carryOut(ctx, tx, call, step(call.state, { type: 'audio', recordingId }), null);
    return true;
  });
