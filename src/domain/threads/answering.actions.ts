import { eq, sql } from 'drizzle-orm';
import type { Language } from '#contract/words';
import type { Tx } from '#db/client';
import { cases, messages, threads } from '#db/schema/tables';
import { newId } from '#lib/id';
import { seal } from '#lib/sealing';
import { texts } from '#texts/index';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import type { Answer, Question } from './threads.rules.ts';

/** Between a citizen and the line itself: on which channel, by which account, to whom. */
type Line = { contactPointId: string; channel: string; channelAccount: string | null; sender: string };

/**
 * Queues an answer of the line itself. It is of no case, so whom it goes to is sealed under the message's own key. How many
 * may leave is decided when one does (`caps.actions.ts`).
 */
export const sayTo = async (ctx: Context, tx: Tx, to: Line, language: Language, answer: Answer, now: Date): Promise<void> => {
  const id = newId(now);
  const key = ctx.keys.make(id);
  const body = await wordsOf(tx, language, answer);
  if (body === null) return;
  await ctx.keys.keep([key]);
  await tx.db.insert(messages).values({
    id,
    direction: 'out',
    channel: to.channel,
    kind: 'automatic',
    channelAccount: to.channelAccount,
    contactPointId: to.contactPointId,
    body,
    sender: seal(key.key, sealedAt.sender(id), to.sender),
    state: 'queued',
    createdAt: now,
    stateAt: now,
    seq: null,
  });
  tx.afterCommit(() => ctx.jobs.add('send-message', [id]));
};

const wordsOf = async (tx: Tx, language: Language, answer: Answer): Promise<string | null> => {
  const { answers, words } = texts[language];
  if (answer.name === 'which_case') return answers.which_case(answer.references);
  if (answer.name !== 'status') return answers[answer.name];
  const [found] = await tx.db.select({ reference: cases.reference, status: cases.status, dueDate: cases.legalDueDate }).from(cases).where(eq(cases.id, answer.caseId));
  if (!found) return null;
  const { reference, dueDate } = found;
  return answers.status({ reference, status: words.statuses[found.status as keyof typeof words.statuses], dueDate });
};

type Change = { language?: Language; stopped?: boolean; unreachedCode?: string | null; question?: Question | null };

/** Keeps what was learned of a thread. A question that is asked again counts. */
export const keepThread = async (tx: Tx, at: { contactPointId: string; channel: string }, change: Change, now: Date): Promise<void> => {
  const asked =
    change.question === undefined ? {} : change.question === null ? { question: null, askedAt: null, askedTimes: 0 } : { question: change.question, askedAt: now };
  const set = { ...(change.language === undefined ? {} : { language: change.language }), ...(change.stopped === undefined ? {} : { stopped: change.stopped }), ...(change.unreachedCode === undefined ? {} : { unreachedCode: change.unreachedCode }), ...asked };
  if (Object.keys(set).length === 0) return;
  const again = change.question ? { askedTimes: sql`case when ${threads.question}->>'name' = ${change.question.name} then ${threads.askedTimes} + 1 else 1 end` } : {};
  await tx.db
    .insert(threads)
    .values({ ...at, ...set, askedTimes: change.question ? 1 : 0 })
    .onConflictDoUpdate({ target: [threads.contactPointId, threads.channel], set: { ...set, ...again } });
};
