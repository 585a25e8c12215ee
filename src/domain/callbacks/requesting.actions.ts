import { and, eq, isNull, sql } from 'drizzle-orm';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, cases } from '#db/schema/tables';
import { newId } from '#lib/id';
import { texts } from '#texts/index';
import type { CallState } from '#domain/calls/call.rules';
import { openFromCall } from '#domain/calls/filing.actions';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';

/**
 * Registers that somebody is to be called, inside the transaction of their call. One at a time for a number: whoever asks
 * again keeps the place that they have.
 *
 * @returns the case to be told to the caller; null where it is an earlier one, which is nothing for whoever has the phone now
 */
export const requestCallback = async (
  ctx: Context,
  tx: Tx,
  by: { contactPointId: string; phone: string; call: Pick<CallState, 'language' | 'caseId' | 'proved'>; kind: CallState['kind'] },
): Promise<string | null> => {
  const { contactPointId, call } = by;
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${contactPointId}, 0))`);
  const [waiting] = await tx.db.select({ id: callbacks.id }).from(callbacks).where(and(eq(callbacks.contactPointId, contactPointId), isNull(callbacks.endedAt)));
  if (waiting) return null;
  const about = call.caseId ?? (await ownCase(tx, call.proved, contactPointId));
  const opened = about === null ? await openFromCall(ctx, tx, { kind: by.kind, language: call.language, phone: by.phone, body: texts[call.language].voice.asked, recorded: false }) : null;
  const caseId = about ?? opened;
  if (caseId === null) throw new Error('a call-back without a case');
  const now = ctx.clock.now();
  const id = newId(now);
  await tx.db.insert(callbacks).values({ id, caseId, contactPointId, state: 'open', requestedAt: now });
  await record(tx, citizen, now, { caseId, type: 'callback.requested', data: { callbackId: id } });
  return call.caseId ?? opened;
};

/** The case whose code the caller typed, if it is this number's: of another the number would not be known there. */
const ownCase = async (tx: Tx, caseId: string | null, contactPointId: string): Promise<string | null> => {
  if (caseId === null) return null;
  const [own] = await tx.db.select({ id: cases.id }).from(cases).where(and(eq(cases.id, caseId), eq(cases.contactPointId, contactPointId)));
  return own?.id ?? null;
};
