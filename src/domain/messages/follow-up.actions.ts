import { and, desc, eq, ne } from 'drizzle-orm';
import type { Channel } from '#contract/words';
import type { Actor } from '#db/actor';
import type { Tx } from '#db/client';
import { messages, type cases } from '#db/schema/tables';
import { newId } from '#lib/id';
import { attach, contentsOf, contentsOfMessage } from '#domain/attachments/linking.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keepBody, keepingOf } from '#domain/personal/texts.actions';
import { opened } from '#domain/personal/texts.rules';
import { namesDanger } from '#domain/triage/priority.rules';
import { raiseForDanger } from '#domain/triage/raising.actions';
import { heardFromCitizen } from './hearing.actions.ts';

type Case = typeof cases.$inferSelect;

/** What the citizen says further: with their own hands, or to a member of staff who writes it down. */
export type FurtherWords = { text: string; attachments?: string[] | undefined; channel: Channel; by: Actor };

/** Stores a citizen's words with a case that this transaction holds. @returns the message's id */
export const storeWords = async (ctx: Context, tx: Tx, found: Case, { text, channel, by }: FurtherWords, now: Date): Promise<string> => {
  const id = newId(now);
  await tx.db.insert(messages).values({
    id,
    caseId: found.id,
    direction: 'in',
    channel,
    kind: 'follow_up',
    contactPointId: found.contactPointId,
    ...keepBody(await keepingOf(ctx, tx, found.id), sealedAt.message(id), text),
    state: 'routed',
    authorId: by.kind === 'staff' ? by.id : null,
    createdAt: now,
    stateAt: now,
  });
  return id;
};

/**
 * Adds the words, and files, to an open case that this transaction holds. What is sent twice (a double click, a reload, an
 * answer that was lost) says one thing, not two.
 *
 * @throws AppError illegal_move on a case that is answered or has ended; invalid, as `attach`
 */
export const addWords = async (ctx: Context, tx: Tx, found: Case, words: FurtherWords, now: Date): Promise<void> => {
  const { attachments = [], by } = words;
  if (await isRepeat(ctx, tx, found, words.text, attachments, now)) return;
  const messageId = await storeWords(ctx, tx, found, words, now);
  await heardFromCitizen(ctx, tx, found, messageId, now, by);
  if (namesDanger(words.text)) await raiseForDanger(ctx, tx, found.id, now, { texted: false });
  if (attachments.length === 0) return;
  const key = (await ctx.keys.read([found.citizenId])).get(found.citizenId);
  await attach(ctx, tx, by, { caseId: found.id, messageId, key }, attachments, now);
};

const repeatMs = 10 * 60_000;

const isRepeat = async (ctx: Context, tx: Tx, found: Case, text: string, uploadIds: readonly string[], now: Date): Promise<boolean> => {
  const [last] = await tx.db
    .select({ id: messages.id, body: messages.body, bodySealed: messages.bodySealed, at: messages.createdAt, direction: messages.direction })
    .from(messages)
    .where(and(eq(messages.caseId, found.id), ne(messages.kind, 'acknowledgement')))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(1);
  // The same word after a message of ours answers that message.
  if (last?.direction !== 'in' || now.getTime() - last.at.getTime() >= repeatMs) return false;
  const key = (await ctx.keys.read([found.citizenId])).get(found.citizenId);
  if (opened(key, sealedAt.message(last.id), last.body, last.bodySealed) !== text) return false;
  const [contents, before] = [await contentsOf(tx, uploadIds), await contentsOfMessage(tx, last.id)];
  return contents.toSorted().join() === before.toSorted().join();
};
