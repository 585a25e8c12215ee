import type { CallReport, Verb } from '#channels/voice';
import type { SpokenLanguage } from './call.rules.ts';
import { utter } from './speaking.rules.ts';

/** Nobody waits longer for an operator: they are called back. */
const longestSeconds = 240;
const turnSeconds = 20;

/** What is heard in the queue, again and again: the place in it, and the key by which one is called back instead. */
export const waiting = (
  turn: Pick<CallReport, 'digits' | 'place' | 'waitedSeconds'> & { language: SpokenLanguage; version: number },
  has: (name: string) => boolean,
): Verb[] => {
  if (turn.digits === '1' || turn.waitedSeconds + turnSeconds > longestSeconds) return [{ do: 'leave' }];
  const speech = { language: turn.language, has, reference: null, code: null, question: null };
  const what = utter(['queue_place', { number: Math.max(turn.place, 1) }], speech);
  return [{ do: 'wait', what, seconds: turnSeconds, next: { node: 'operator', version: turn.version } }];
};
