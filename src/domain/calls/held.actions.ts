import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import type { CallReport } from '#channels/voice';
import { system } from '#db/actor';
import { calls, recordings } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { endCall, hearRecording } from './ending.actions.ts';

/**
 * Takes what the provider holds of calls as if its webhooks had told it: one after another, in their order, as a recording is
 * of a call that may be told of only here.
 *
 * @returns how many were new
 */
export const takeCalls = async (ctx: Context, account: string, held: readonly CallReport[]): Promise<number> => {
  const [callIds, recordingIds] = [held.map(({ callId }) => callId), held.flatMap(({ recordingId }) => recordingId ?? [])];
  const known = await ctx.db.withActor(system, async (tx) => {
    const ended = await tx.db.select({ id: calls.providerId }).from(calls).where(and(eq(calls.account, account), inArray(calls.providerId, callIds), isNotNull(calls.endedAt)));
    const heard = await tx.db.select({ id: recordings.providerId }).from(recordings).where(inArray(recordings.providerId, recordingIds));
    return new Set([...ended, ...heard].map(({ id }) => id));
  });
  let taken = 0;
  for (const report of held) {
    if (known.has(report.recordingId ?? report.callId)) continue;
    if (await (report.recordingId === null ? endCall(ctx, report, null) : hearRecording(ctx, report))) taken += 1;
  }
  return taken;
};
