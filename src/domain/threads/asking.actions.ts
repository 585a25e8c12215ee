import { and, eq, gt, isNull, notInArray } from 'drizzle-orm';
import type { Language } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { messages, type cases } from '#db/schema/tables';
import { texts } from '#texts/index';
import type { Context } from '#domain/context';
import { queueMessage } from '#domain/messages/outbound.actions';
import { keepThread } from './answering.actions.ts';
import { threadOf } from './threads.queries.ts';
import { standingQuestion } from './threads.rules.ts';

type Case = typeof cases.$inferSelect;

/** Where this case was begun by a message; null where by a form, into which anybody can type a number. */
export const texted = ({ channel, contactPointId }: Case) => (channel === 'sms' || channel === 'whatsapp') && contactPointId !== null ? { channel, contactPointId } : null;

/**
 * Makes where the citizen lives the line's question to who began this case by a message, unless they want none, or another
 * question waits. The words that ask stand in the receipt.
 *
 * @returns whether it is asked
 */
export const askPlace = async (tx: Tx, about: Case, now: Date): Promise<boolean> => {
  const at = texted(about);
  if (at === null) return false;
  const thread = await threadOf(tx, at);
  if (thread.stopped || standingQuestion(thread, now) !== null) return false;
  await keepThread(tx, at, { question: { name: 'place', caseId: about.id } }, now);
  return true;
};

const dayMs = 86_400_000;
const warnings = 3;

/**
 * Tells whoever wrote of danger where help is at once (rule 14), even who wants no messages otherwise. No cap on what leaves by
 * itself holds it back; one phone is told three times a day at most.
 */
export const warnOfDanger = async (ctx: Context, tx: Tx, about: Case, language: Language, now: Date): Promise<void> => {
  if (about.contactPointId === null) return;
  const told = await tx.db.$count(messages, and(eq(messages.contactPointId, about.contactPointId), eq(messages.kind, 'safety'), isNull(messages.repeats), notInArray(messages.state, ['failed', 'withheld']), gt(messages.createdAt, new Date(now.getTime() - dayMs))));
  if (told < warnings) await queueMessage(ctx, tx, system, { ...about, language }, { kind: 'safety', text: texts[language].answers.danger });
};
