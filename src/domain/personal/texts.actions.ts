import { eq, sql } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, feedback, messages, notes } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { seal, unsealText, type DataKey, type Place } from '#lib/sealing';
import { casePlace } from '#domain/access/access.queries';
import type { Place as CasePlace } from '#domain/access/access.rules';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { assertNotErased } from './erased.queries.ts';
import { sealedAt } from './places.rules.ts';

type Keys = Pick<Context, 'keys'>;

/** How the texts of one case are kept: readable, or under the key of its citizen. */
export type Keeping = DataKey | 'readable';

/** A text as two columns hold it; one is null. */
type Kept = { clear: string | null; sealed: Buffer | null };

export const keep = (keeping: Keeping, place: Place, text: string): Kept =>
  keeping === 'readable' ? { clear: text, sealed: null } : { clear: null, sealed: seal(keeping, place, text) };

/** As `keep`, for a message or a note. */
export const keepBody = (keeping: Keeping, place: Place, text: string): { body: string | null; bodySealed: Buffer | null } => {
  const { clear, sealed } = keep(keeping, place, text);
  return { body: clear, bodySealed: sealed };
};

/** Whether the texts of a case in this place are sealed. */
export const keepsSealed = ({ restricted, readers }: Pick<CasePlace, 'restricted' | 'readers'>): boolean => restricted || readers !== null;

/**
 * How a text is to be kept that joins this case now: sealed where the case is, or its queue restricted.
 *
 * @throws AppError erased where the case was erased, or the citizen's key destroyed
 */
export const keepingOf = async (ctx: Keys, tx: Tx, caseId: string): Promise<Keeping> => {
  const [found] = await tx.db.select({ citizenId: cases.citizenId, place: casePlace }).from(cases).where(eq(cases.id, caseId)).for('key share', { of: cases });
  if (!found) throw new Error('a text joins no case');
  // Asked under the lock: an erasure that goes on is waited for, and none begins before the text stands.
  await assertNotErased(tx, caseId);
  return keepsSealed(found.place) ? citizenKey(ctx, found.citizenId) : 'readable';
};

/** @throws AppError erased */
export const citizenKey = async (ctx: Keys, citizenId: string): Promise<DataKey> => {
  const key = (await ctx.keys.read([citizenId])).get(citizenId);
  if (!key) throw new AppError('erased');
  return key;
};

/**
 * Keeps all texts of a case as its place asks, inside the transaction that put it there: sealed or readable. Each row is restated in the log, under a new number and salt. Where the
 * citizen's key was destroyed nothing is left to be kept otherwise.
 */
export const keepTexts = async (ctx: Keys & Pick<Context, 'clock'>, tx: Tx, caseId: string, sealed: boolean): Promise<void> => {
  const [found] = await tx.db.select({ citizenId: cases.citizenId, preview: cases.preview, previewSealed: cases.previewSealed }).from(cases).where(eq(cases.id, caseId));
  const key = found && (await ctx.keys.read([found.citizenId])).get(found.citizenId);
  if (!found || !key) return;
  const again = (place: Place, clear: string | null, bytes: Buffer | null): Kept =>
    keep(sealed ? key : 'readable', place, clear ?? unsealText(key, place, bytes) ?? '');
  const body = (place: Place, row: { body: string | null; bodySealed: Buffer | null }) => {
    const kept = again(place, row.body, row.bodySealed);
    return { body: kept.clear, bodySealed: kept.sealed, salt: sql`gen_random_uuid()` };
  };
  const restated = (table: 'messages' | 'notes' | 'feedback', seq: number | null) =>
    record(tx, system, ctx.clock.now(), { caseId, type: 'row.restated', data: { table, number: String(seq) } });

  const preview = again(sealedAt.preview(caseId), found.preview, found.previewSealed);
  await tx.db.update(cases).set({ preview: preview.clear, previewSealed: preview.sealed }).where(eq(cases.id, caseId));
  for (const row of await tx.db.select().from(messages).where(eq(messages.caseId, caseId))) {
    await tx.db.update(messages).set({ ...body(sealedAt.message(row.id), row), seq: sql`nextval('messages_seq')` }).where(eq(messages.id, row.id));
    await restated('messages', row.seq);
  }
  for (const row of await tx.db.select().from(notes).where(eq(notes.caseId, caseId))) {
    await tx.db.update(notes).set({ ...body(sealedAt.note(row.id), row), seq: sql`nextval('notes_seq')` }).where(eq(notes.id, row.id));
    await restated('notes', row.seq);
  }
  for (const row of await tx.db.select().from(feedback).where(eq(feedback.caseId, caseId))) {
    if (row.comment === null && row.commentSealed === null) continue;
    const comment = again(sealedAt.comment(caseId), row.comment, row.commentSealed);
    const set = { comment: comment.clear, commentSealed: comment.sealed, salt: sql`gen_random_uuid()`, seq: sql`nextval('feedback_seq')` };
    await tx.db.update(feedback).set(set).where(eq(feedback.caseId, caseId));
    await restated('feedback', row.seq);
  }
};
