import { eq } from 'drizzle-orm';
import type { Language } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { texts } from '#texts/index';
import { reopeningFacts } from '#domain/cases/reopening.queries';
import type { Context } from '#domain/context';
import { queueMessage } from '#domain/messages/outbound.actions';
import { enter, rateCase } from '#domain/tracking/citizen-moves.actions';
import type { Answer, Decision } from './threads.rules.ts';

type Effect = Extract<Decision, { to: 'line' }>['effect'];
type Taken = { thread?: { stopped: boolean }; say?: Answer };

/**
 * Does what a citizen asked of the line, by the same rules as on the tracking page. Where the rules forbid it, the answer
 * says so instead; what was done before (a rating given twice) counts as done. That a case goes on is a receipt, and seen on the
 * case: it is no talk of the line, of which little may leave in a few minutes.
 */
export const takeEffect = async (ctx: Context, tx: Tx, effect: Effect, by: { channel: string; language: Language }, now: Date): Promise<Taken | undefined> => {
  if (effect === undefined) return undefined;
  if (effect === 'stop' || effect === 'start') return { thread: { stopped: effect === 'stop' } };
  const caseId = 'rate' in effect ? effect.rate : effect.reopen;
  const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for('update');
  if (!found) return { say: { name: 'not_yours' } };
  try {
    if ('rate' in effect) await rateCase(ctx, tx, found, effect, now);
    else {
      await enter(ctx, tx, found, 'in_triage', now, await reopeningFacts(tx, found, now));
      await queueMessage(ctx, tx, system, { ...found, channel: by.channel }, { kind: 'acknowledgement', text: texts[by.language].answers.reopened(found.reference) });
    }
  } catch (error) {
    // Both look before they write anything, so that nothing half done stays.
    if (!(error instanceof AppError)) throw error;
    if ('reopen' in effect) return { say: { name: 'not_reopened' } };
  }
  return undefined;
};
