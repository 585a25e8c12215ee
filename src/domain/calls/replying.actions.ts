import { eq } from 'drizzle-orm';
import type { Status } from '#contract/words';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { isOpen } from '#domain/cases/cases.rules';
import type { Context } from '#domain/context';
import { storeWords } from '#domain/messages/follow-up.actions';
import { heardFromCitizen } from '#domain/messages/hearing.actions';
import { audioBody, keepRecordings, noteRecording } from './filing.actions.ts';

/**
 * What a citizen said to an operator's question, whose code they had typed: a message of the case, with its audio once that is
 * fetched. The case goes on at once, whoever listens later.
 *
 * @returns false where the case has ended meanwhile; then nothing is done
 */
export const answerSpoken = async (ctx: Context, tx: Tx, of: { callId: string; caseId: string; recordingId: string }): Promise<boolean> => {
  const [found] = await tx.db.select().from(cases).where(eq(cases.id, of.caseId)).for('update');
  if (!found || !isOpen(found.status as Status)) return false;
  const now = ctx.clock.now();
  const messageId = await storeWords(ctx, tx, found, { text: audioBody, channel: 'phone', by: citizen }, now);
  await heardFromCitizen(ctx, tx, found, messageId, now);
  await noteRecording(ctx, tx, { ...of, messageId });
  await keepRecordings(ctx, tx, of.callId);
  return true;
};
