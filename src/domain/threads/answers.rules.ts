import { isOpen } from '#domain/cases/cases.rules';
import { provinceIn } from '#domain/territory/territory.rules';
import { words } from '#domain/triage/normalise.rules';
import { choiceOf, isThanks, yesOrNo } from './commands.rules.ts';
import type { Decision, Heard, OwnCase, Question, Thread } from './threads.rules.ts';

/** A case may have become another number's since the question left: then this one has no more say in it. */
const isStillOwn = (question: Question, own: readonly OwnCase[]): boolean => !('caseId' in question) || own.some(({ id }) => id === question.caseId);

/** More words than these tell of something, and are no answer to where somebody lives. */
const placeWords = 3;
const pieceMs = 90_000;

/** What comes so soon after the message before it is a piece of that one (rule 3). */
export const isPiece = (at: Date, before: Date | undefined | null): boolean => !!before && at.getTime() - before.getTime() <= pieceMs;

/** Words are the case's, whatever they answer. A short one that names no place is asked about once more; then a person sees it. */
const placeFrom = (caseId: string, thread: Thread, heard: Heard, own: readonly OwnCase[]): Decision | null => {
  if (!own.some(({ id, status }) => id === caseId && isOpen(status))) return null;
  const province = provinceIn(heard.text);
  if (province !== null) return { to: 'case', caseId, after: false, province, say: null, question: null };
  // An operator's question waits too: other words answer that one.
  if (own.some(({ status }) => status === 'awaiting_citizen')) return null;
  if (isPiece(heard.at, heard.previous?.at) || isThanks(heard.text) || words(heard.text).length > placeWords) return null;
  if (thread.askedTimes >= 2) return { to: 'case', caseId, after: false, say: null, question: null };
  return { to: 'case', caseId, after: false, say: { name: 'ask_place' }, question: { name: 'place', caseId } };
};

/** What a text means as the answer to a question; null where it is none, and the question does not insist. */
export const answerTo = (question: Question, thread: Thread, heard: Heard, own: readonly OwnCase[]): Decision | null => {
  if (!isStillOwn(question, own)) return null;
  switch (question.name) {
    case 'new_matter':
      return { to: 'new', say: null, question: null };
    case 'place':
      return placeFrom(question.caseId, thread, heard, own);
    case 'which_case': {
      const choice = choiceOf(heard.text, question.cases.length + 1);
      if (choice !== null) {
        const chosen = own.find(({ id, status }) => id === question.cases[choice - 1] && (isOpen(status) || status === 'duplicate'));
        return { to: 'line', say: null, question: null, withHeld: chosen ? chosen.id : 'new' };
      }
      // A piece of what was asked about a moment ago waits along with it.
      if (isPiece(heard.at, heard.heldAt)) return { to: 'held', say: null };
      // Asked once more with the list; then it is for a person to see.
      if (thread.askedTimes < 2) return { to: 'held', say: { name: 'which_case', references: question.cases.flatMap((id) => own.find((one) => one.id === id)?.reference ?? []) }, question };
      return { to: 'new', flag: 'unclear', say: null, question: null, withHeld: 'new' };
    }
    case 'rating': {
      const rating = choiceOf(heard.text, 5);
      return rating === null ? null : { to: 'line', say: { name: 'ask_solved' }, question: { name: 'solved', caseId: question.caseId, rating } };
    }
    case 'solved': {
      const solved = yesOrNo(heard.text);
      if (solved === null) return null;
      const effect = { rate: question.caseId, rating: question.rating, solved };
      return solved ? { to: 'line', effect, say: { name: 'rated' }, question: null } : { to: 'line', effect, say: { name: 'ask_reopening' }, question: { name: 'reopening', caseId: question.caseId } };
    }
    case 'reopening': {
      const wanted = yesOrNo(heard.text);
      if (wanted === null) return null;
      return wanted ? { to: 'line', effect: { reopen: question.caseId }, say: null, question: null } : { to: 'line', say: { name: 'rated' }, question: null };
    }
  }
};
