import { and, eq, inArray, isNotNull, isNull, ne, notExists, or, sql } from 'drizzle-orm';
import type { Erase, ErasureReason } from '#contract/rights';
import type { Status } from '#contract/words';
import { system, type Actor, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { attachments, callbacks, calls, cases, citizenContacts, citizens, contactPoints, erasures, feedback, inboundBodies, legalHolds, messages, notes } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { casePlace } from '#domain/access/access.queries';
import { pictureName } from '#domain/attachments/processing.actions';
import { closeCallback } from '#domain/callbacks/closing.actions';
import { isFinal } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import { lockCase } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { awaitsOther } from '#domain/merging/merges.queries';
import { noteFailure } from '#domain/messages/failing.actions';
import { noNumber } from '#domain/messages/wording.queries';
import { anew, recordRestated } from '#domain/proof/restating.actions';
import { endErased } from './ending-erased.actions.ts';

/**
 * Erases a case that is over because its citizen asks for it (law 09-08, articles 8 and 9). Staff may ask; only the role
 * that erases can do it. Who had it erased and for which reason stays; a reason in words would speak of the citizen again.
 *
 * @throws AppError not_over where the case still has an answer to come; on_hold, erased, stale, not_found
 */
export const eraseOnRequest = async (ctx: Context, actor: StaffActor, caseId: string, { version, reason }: Erase): Promise<void> => {
  await ctx.db.withActor(actor, (tx) => lockCase(tx, actor, caseId, version));
  await eraseCase(ctx, caseId, { why: 'request', actor, version, reason });
};

/** `repeated`: it was erased before, and a backup from before brought it back. */
type How = { why: 'retention' | 'repeated'; actor: Actor } | { why: 'request'; actor: StaffActor; version: number; reason: ErasureReason };

/**
 * Takes all words and names out of a case that is over; what is counted stays (kind, place, category, dates, states,
 * outcome). With the citizen's last case goes the citizen: name, numbers, and the data key, so that nothing sealed can be
 * read again in any copy of the database, however old. The key is destroyed before the commit: if that fails, the case
 * is unreadable already, and its erasure is repeated by the next run. A repeated one asks nothing but whether it is needed: all
 * else was asked the first time, and what the backup says of it is from before.
 *
 * @throws AppError not_over, on_hold, erased, stale
 */
export const eraseCase = (ctx: Pick<Context, 'db' | 'keys' | 'clock' | 'live' | 'files'>, caseId: string, how: How): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for('update');
    if (!found || (how.why === 'request' && found.version !== how.version)) throw new AppError('stale');
    if (how.why !== 'repeated') await assertErasable(tx, found);
    const at = ctx.clock.now();
    const [erased] = await tx.db.insert(erasures).values({ caseId, why: how.why, at }).onConflictDoNothing().returning({ caseId: erasures.caseId });
    if (!erased) throw new AppError('erased');

    await eraseWords(ctx, tx, how.actor, caseId, at);
    await eraseFiles(ctx, tx, caseId);
    await eraseCallers(ctx, tx, caseId, at);
    await record(tx, how.actor, at, { caseId, type: 'case.erased', data: { why: how.why, ...(how.why === 'request' && { reason: how.reason }) } });
    const ended = how.why === 'repeated' ? await endErased(tx, found, at) : {};
    const places = await tx.db
      .update(cases)
      .set({ ...ended, version: sql`${cases.version} + 1`, preview: '', previewSealed: null, submitterName: null, submitterRelationship: null, commune: null, contactPointId: null })
      .where(eq(cases.id, caseId))
      .returning({ version: cases.version, ...casePlace });
    tx.afterCommit(() => places.forEach((place) => ctx.live.publish({ type: 'case.changed', caseId, ...place })));
    if (await hasOtherCases(tx, found)) return;
    await eraseCitizen(tx, found.citizenId);
    await ctx.keys.destroy([found.citizenId]);
  });

const assertErasable = async (tx: Tx, { id, status }: { id: string; status: string }): Promise<void> => {
  const waits = (await tx.db.$count(cases, and(eq(cases.id, id), awaitsOther))) > 0;
  if (waits || (!isFinal(status as Status) && status !== 'resolved')) throw new AppError('not_over');
  const [hold] = await tx.db.select().from(legalHolds).where(eq(legalHolds.caseId, id));
  if (hold) throw new AppError('on_hold');
};

/** Who called is of the call, under its own key; the case's words would else be traced to a number for as long as requests are kept. */
const eraseCallers = async (ctx: Pick<Context, 'keys'>, tx: Tx, caseId: string, at: Date): Promise<void> => {
  const asked = await tx.db.select({ id: callbacks.id, caseId: callbacks.caseId }).from(callbacks).where(and(eq(callbacks.caseId, caseId), isNull(callbacks.endedAt)));
  for (const callback of asked) await closeCallback(tx, callback, at);
  await tx.db.update(callbacks).set({ contactPointId: null }).where(eq(callbacks.caseId, caseId));
  const made = await tx.db.update(calls).set({ caller: null, contactPointId: null }).where(eq(calls.caseId, caseId)).returning({ id: calls.id });
  await ctx.keys.destroy(made.map(({ id }) => id));
};

const eraseWords = async (ctx: Pick<Context, 'keys' | 'live'>, tx: Tx, actor: Actor, caseId: string, at: Date): Promise<void> => {
  const said = await tx.db.select({ id: messages.id, number: messages.seq }).from(messages).where(eq(messages.caseId, caseId));
  await endSends(ctx, tx, caseId, at);
  const noted = await tx.db.select({ number: notes.seq }).from(notes).where(eq(notes.caseId, caseId));
  const commented = and(eq(feedback.caseId, caseId), or(isNotNull(feedback.comment), isNotNull(feedback.commentSealed)));
  const rated = await tx.db.select({ number: feedback.seq }).from(feedback).where(commented);
  const ids = said.map(({ id }) => id);
  await tx.db.delete(inboundBodies).where(inArray(inboundBodies.messageId, ids));
  await tx.db.update(messages).set({ body: '', bodySealed: null, contactPointId: null, ...anew('messages') }).where(eq(messages.caseId, caseId));
  await tx.db.update(notes).set({ body: '', bodySealed: null, ...anew('notes') }).where(eq(notes.caseId, caseId));
  await tx.db.update(feedback).set({ comment: null, commentSealed: null, ...anew('feedback') }).where(commented);
  await recordRestated(tx, actor, at, caseId, [
    ...said.map(({ number }) => ({ table: 'messages' as const, number })),
    ...noted.map(({ number }) => ({ table: 'notes' as const, number })),
    ...rated.map(({ number }) => ({ table: 'feedback' as const, number })),
  ]);
  // A provider's message had a key of its own until it had a citizen.
  await ctx.keys.destroy(ids);
};

/** What waits to be sent has neither words nor a number left. Of what the provider took, no more is asked; a report may still come. */
const endSends = async (ctx: Pick<Context, 'live'>, tx: Tx, caseId: string, at: Date): Promise<void> => {
  const pending = and(eq(messages.caseId, caseId), eq(messages.direction, 'out'));
  await tx.db.update(messages).set({ state: 'unknown', stateAt: at }).where(and(pending, eq(messages.state, 'sending'), isNotNull(messages.providerId)));
  const failed = await tx.db
    .update(messages)
    .set({ state: 'failed', stateAt: at, errorCode: noNumber })
    .where(and(pending, inArray(messages.state, ['queued', 'sending'])))
    .returning({ id: messages.id });
  for (const { id } of failed) await noteFailure(ctx, tx, caseId, id, noNumber, at);
};

/** Bytes first: a row whose bytes are gone is erased by the next run, bytes without a row would be found by nobody. */
const eraseFiles = async (ctx: Pick<Context, 'files'>, tx: Tx, caseId: string): Promise<void> => {
  const given = await tx.db.select({ id: attachments.id, storeName: attachments.storeName }).from(attachments).where(eq(attachments.caseId, caseId));
  for (const { storeName } of given) for (const name of [storeName, pictureName(storeName)]) await ctx.files.remove(name);
  await tx.db.delete(attachments).where(eq(attachments.caseId, caseId));
};

const hasOtherCases = async (tx: Tx, { id, citizenId }: { id: string; citizenId: string }): Promise<boolean> => {
  const [other] = await tx.db
    .select({ id: cases.id })
    .from(cases)
    .where(and(eq(cases.citizenId, citizenId), ne(cases.id, id), notExists(tx.db.select().from(erasures).where(eq(erasures.caseId, cases.id)))))
    .limit(1);
  return other !== undefined;
};

/** A number stays findable only while somebody else has it, or a message from it is on its way to a case. */
const eraseCitizen = async (tx: Tx, citizenId: string): Promise<void> => {
  await tx.db.update(citizens).set({ name: null }).where(eq(citizens.id, citizenId));
  const gone = await tx.db.delete(citizenContacts).where(eq(citizenContacts.citizenId, citizenId)).returning({ id: citizenContacts.contactPointId });
  for (const { id } of gone) {
    // What was between this number and the line itself is of no case, and need not be of a number.
    await tx.db.update(messages).set({ contactPointId: null }).where(and(eq(messages.contactPointId, id), isNull(messages.caseId), inArray(messages.kind, ['automatic', 'command'])));
    await tx.db.delete(contactPoints).where(
      and(
        eq(contactPoints.id, id),
        notExists(tx.db.select().from(citizenContacts).where(eq(citizenContacts.contactPointId, id))),
        notExists(tx.db.select().from(messages).where(eq(messages.contactPointId, id))),
        notExists(tx.db.select().from(cases).where(eq(cases.contactPointId, id))),
      ),
    );
  }
};
