import { and, eq, isNotNull } from 'drizzle-orm';
import type { Language } from '#contract/words';
import type { Tx } from '#db/client';
import { messages, type cases } from '#db/schema/tables';
import { isMoroccan } from '#lib/phone';
import type { Context } from '#domain/context';
import { reachOf } from '#domain/messages/reaching.queries';
import { keepThread, sayTo } from './answering.actions.ts';
import { threadOf } from './threads.queries.ts';
import { standingQuestion } from './threads.rules.ts';

type Case = typeof cases.$inferSelect;

const texted = ({ channel, contactPointId }: Case) => (channel === 'sms' || channel === 'whatsapp') && contactPointId !== null ? { channel, contactPointId } : null;

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

/** Tells whoever wrote of danger where help is at once (rule 14), even who wants no messages otherwise. */
export const warnOfDanger = async (ctx: Context, tx: Tx, about: Case, language: Language, now: Date): Promise<void> => {
  const at = texted(about);
  const reach = at === null ? null : await reachOf(ctx, tx, about);
  if (at === null || reach === null || (reach.kind === 'phone' && !isMoroccan(reach.value))) return;
  const [from] = await tx.db
    .select({ channelAccount: messages.channelAccount })
    .from(messages)
    .where(and(eq(messages.caseId, about.id), eq(messages.kind, 'narrative'), isNotNull(messages.channelAccount)));
  await sayTo(ctx, tx, { ...at, channelAccount: from?.channelAccount ?? null, sender: reach.value }, language, { name: 'danger' }, now);
};
