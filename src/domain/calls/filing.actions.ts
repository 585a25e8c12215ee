import { and, eq, inArray } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { recordings } from '#db/schema/tables';
import { newId } from '#lib/id';
import { complete } from '#domain/cases/intake.actions';
import { openAll } from '#domain/cases/opening.actions';
import type { Context } from '#domain/context';
import { spokenConsents } from '#domain/rights/consent.actions';
import type { CallState, SpokenLanguage } from './call.rules.ts';

/** What a case says of a voice until somebody has listened to it; triage takes it for no words. */
export const audioBody = '[audio/mpeg]';

/**
 * Opens a case for whoever is on the telephone, as an SMS opens one: citizen, number, case, legal date and events in this
 * transaction, triage after it.
 *
 * @param of.phone E.164; null for a caller without a number
 * @param of.since when they called: the legal date runs from then, also where that is found late
 * @param of.recorded whether the caller chose to be recorded, and so agreed to what was said before
 * @returns the case's id
 * @throws the database's error where chance gave it a reference that is taken (`constraintOf`): the transaction can be tried again
 */
export const openFromCall = async (
  ctx: Context,
  tx: Tx,
  of: { kind: CallState['kind']; language: SpokenLanguage; phone: string | null; body: string; recorded: boolean; since: Date },
): Promise<string> => {
  const { row, key } = complete(ctx, {
    said: {
      kind: of.kind,
      channel: 'phone',
      language: of.language,
      body: of.body,
      actor_kind: 'citizen',
      ...(of.recorded ? { consent_text: spokenConsents[of.language].id } : {}),
      contacts: of.phone === null ? [] : [{ kind: 'phone', value: of.phone, main: true }],
    },
    receivedAt: of.since,
    text: of.body,
  });
  await ctx.keys.keep([key]);
  await openAll(tx, [row]);
  tx.afterCommit(() => ctx.jobs.add('triage-case', [row.id]));
  return row.id;
};

/** Notes what the provider holds; it is fetched once the caller keeps it, or is gone. */
export const noteRecording = async (ctx: Context, tx: Tx, of: { callId: string; caseId: string; recordingId: string; messageId?: string }): Promise<void> => {
  const now = ctx.clock.now();
  // Should nobody say what became of the call, it is fetched all the same.
  const nextAt = new Date(now.getTime() + forgottenMs);
  await tx.db
    .insert(recordings)
    .values({ id: newId(now), callId: of.callId, caseId: of.caseId, messageId: of.messageId ?? null, providerId: of.recordingId, state: 'held', nextAt })
    .onConflictDoNothing();
};

const forgottenMs = 3600_000;

/** Has what was said fetched now. */
export const keepRecordings = async (ctx: Context, tx: Tx, callId: string): Promise<void> => {
  const kept = await tx.db
    .update(recordings)
    .set({ state: 'wanted', nextAt: ctx.clock.now() })
    .where(and(eq(recordings.callId, callId), eq(recordings.state, 'held')))
    .returning({ id: recordings.id });
  tx.afterCommit(() => ctx.jobs.add('fetch-recording', kept.map(({ id }) => id)));
};

/** What was said anew takes its place: it is deleted at the provider, unless it is an attachment already. */
export const dropRecording = async (ctx: Context, tx: Tx, recordingId: string): Promise<void> => {
  const dropped = await tx.db
    .update(recordings)
    .set({ state: 'dropped', nextAt: ctx.clock.now() })
    .where(and(eq(recordings.providerId, recordingId), inArray(recordings.state, ['held', 'wanted'])))
    .returning({ id: recordings.id });
  tx.afterCommit(() => ctx.jobs.add('fetch-recording', dropped.map(({ id }) => id)));
};
