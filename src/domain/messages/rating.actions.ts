import { eq } from 'drizzle-orm';
import type { Status } from '#contract/words';
import type { Tx } from '#db/client';
import { cases, type messages } from '#db/schema/tables';
import { isOpen } from '#domain/cases/cases.rules';
import { keepThread } from '#domain/threads/answering.actions';
import { threadOf } from '#domain/threads/threads.queries';
import { standingQuestion } from '#domain/threads/threads.rules';
import { asksRating } from './wording.rules.ts';

/**
 * Inside the transaction that learns that the provider took a message. Its answer asks for a rating: a number that comes back is one,
 * unless an earlier question of the line still waits for a number. Before that nobody was asked anything.
 */
export const expectRating = async (tx: Tx, { caseId, contactPointId, channel, kind }: typeof messages.$inferSelect, now: Date): Promise<void> => {
  if (kind !== 'resolution' || caseId === null || contactPointId === null) return;
  // The case before the thread, as everywhere.
  const [about] = await tx.db.select({ channel: cases.channel, status: cases.status }).from(cases).where(eq(cases.id, caseId)).for('update');
  if (!about || isOpen(about.status as Status) || !asksRating(kind, about.channel)) return;
  const at = { contactPointId, channel };
  if (standingQuestion(await threadOf(tx, at), now)?.name === 'which_case') return;
  await keepThread(tx, at, { question: { name: 'rating', caseId } }, now);
};
