import type { Language, Status } from '#contract/words';
import { isOpen } from '#domain/cases/cases.rules';
import { choiceOf, commandOf, isThanks, yesOrNo, type Command } from './commands.rules.ts';

/** A question of the line itself (an operator's question is the case's state `awaiting_citizen`). */
export type Question =
  | { name: 'which_case'; cases: string[] }
  | { name: 'new_matter' }
  | { name: 'rating'; caseId: string }
  | { name: 'solved'; caseId: string; rating: number }
  | { name: 'reopening'; caseId: string };

/** What is kept of the exchange with one contact point on one channel. */
export type Thread = { language: Language | null; stopped: boolean; question: Question | null; askedAt: Date | null; askedTimes: number };

/** A case of this contact point. `begunHere`: by a message, and not by a form into which anybody can type a number. */
export type OwnCase = { id: string; reference: string; status: Status; begunHere: boolean; lastAt: Date; overAt: Date | null };

export type Heard = {
  text: string;
  at: Date;
  /** False for a name, a short code or a foreign number: they are heard, and nothing automatic is ever sent there. */
  answerable: boolean;
  files: boolean;
  /** The own case of the message that this one replies to. */
  repliesTo: string | null;
  /** Own cases whose reference stands in the text, in that order. */
  named: string[];
  /** Whether a reference of somebody else's case stands in it. */
  namesOther: boolean;
  /** Messages from here in the last ten minutes, this one included. */
  recent: number;
  /** The own case that the message before this one went to. */
  previous: { caseId: string; at: Date } | null;
  /** It was held for an answer that never came. */
  waited: boolean;
};

/** What is sent back, by itself; the words are in the catalogue. */
export type Answer =
  | { name: 'help' | 'stopped' | 'started' | 'write_matter' | 'name_reference' | 'not_yours' | 'rated' | 'not_reopened' | 'ask_solved' | 'ask_reopening' }
  | { name: 'status'; caseId: string }
  | { name: 'reopened'; caseId: string }
  | { name: 'which_case'; references: string[] };

/**
 * What becomes of a message. `case`: it is of that case; `after`: as a word after the case's end, which opens nothing.
 * `new`: it begins a case, with what was held; `follows` names the ended case that it goes on from. `held`: it waits for the
 * answer that says where it belongs. `line`: it was for the line itself.
 */
export type Decision = (
  | { to: 'case'; caseId: string; after: boolean }
  | { to: 'new'; follows?: string; flag?: 'names_other' | 'unclear'; inquiry?: true }
  | { to: 'held' }
  | { to: 'line'; effect?: 'stop' | 'start' | { rate: string; rating: number; solved: boolean } | { reopen: string } }
) & {
  say: Answer | null;
  /** The question that stands from now on; undefined leaves the one that stood. */
  question?: Question | null;
  /** What was held goes where this message goes. */
  withHeld?: string | 'new';
};

const hour = 3_600_000;
const day = 24 * hour;
const limits = {
  /** A question of the line stands so long (rule 7). */
  questionMs: 72 * hour,
  /** Pieces of one message come within this (rule 3). */
  pieceMs: 90_000,
  /** A case is what somebody writes about while it was touched in this time (rule 8). */
  activeMs: 7 * day,
  /** After an answer, words that open no new matter are heard this long (rule 10). */
  afterMs: 14 * day,
  /** Beyond this many messages in ten minutes nothing is said or asked (rule 14). */
  flood: 20,
} as const;

/** As many references as two parts of an SMS hold. */
const mostOffered = 5;
/** Fewer letters after an answer are a word about it, and no new matter. */
const shortLetters = 12;

/**
 * Where a message belongs, in the order of the rules of `docs/adr/0018-where-a-message-belongs.md`. Pure; whatever comes, one
 * thing happens, and never to a case that is not the contact point's own.
 */
export const decide = (thread: Thread, heard: Heard, own: readonly OwnCase[]): Decision => {
  const find = (id: string | null): OwnCase | undefined => own.find((one) => one.id === id);
  const takes = (one: OwnCase | undefined): one is OwnCase => one !== undefined && (isOpen(one.status) || one.status === 'duplicate');
  const into = (one: OwnCase, more: Partial<Decision> = {}): Decision => ({ to: 'case', caseId: one.id, after: false, say: null, ...more }) as Decision;

  // Rule 14. Whoever floods is heard, in one place, and nothing is said.
  if (heard.recent > limits.flood) {
    const last = find(heard.previous?.caseId ?? null);
    return takes(last) ? into(last) : { to: 'new', say: null };
  }
  // Rule 6.
  const repliedTo = find(heard.repliesTo);
  if (takes(repliedTo)) return into(repliedTo);

  const standing = !heard.waited && thread.askedAt !== null && heard.at.getTime() - thread.askedAt.getTime() <= limits.questionMs ? thread.question : null;
  // Rule 4. Files make it more than a word.
  const command = heard.answerable && !heard.files && !heard.waited ? commandOf(heard.text) : null;
  if (command) return obey(command, own);
  // Rules 5 and 10: who names a case of theirs means that one and no other.
  const named = heard.named.map(find).filter((one) => one !== undefined);
  const open = named.find(takes);
  if (open) return into(open, standing?.name === 'which_case' ? { question: null, withHeld: open.id } : {});
  // Rule 7.
  const answer = standing && heard.answerable && !heard.files && isStillOwn(standing, own) ? answerTo(standing, thread, heard, own) : null;
  if (answer) return answer;
  const waiting = own.filter(({ status }) => status === 'awaiting_citizen');
  const [asked, ...alsoAsked] = waiting;
  if (named.length === 0 && asked && alsoAsked.length === 0) return into(asked);
  const [over] = named;
  if (over) return { to: 'new', follows: over.id, say: null };
  if (heard.namesOther) return { to: 'new', flag: 'names_other', say: null };
  return goOn(thread, heard, own, find, into);
};

/** Rules 3, 8, 9, 10 and 11: a text that says nothing of where it belongs. */
const goOn = (thread: Thread, heard: Heard, own: readonly OwnCase[], find: (id: string | null) => OwnCase | undefined, into: (one: OwnCase) => Decision): Decision => {
  const since = (at: Date): number => heard.at.getTime() - at.getTime();
  // Rule 3: a piece of what came a moment ago.
  const before = heard.previous !== null && since(heard.previous.at) <= limits.pieceMs ? find(heard.previous.caseId) : undefined;
  if (before && isOpen(before.status)) return into(before);
  const active = own.filter((one) => isOpen(one.status) && (one.status === 'awaiting_citizen' || (one.begunHere && since(one.lastAt) <= limits.activeMs)));
  const [only, ...others] = active;
  if (only && others.length === 0) return into(only);
  if (only) {
    if (heard.waited) return { to: 'new', flag: 'unclear', say: null, question: null, withHeld: 'new' };
    if (!heard.answerable || thread.stopped) return { to: 'new', flag: 'unclear', say: null };
    const cases = [only, ...others].slice(0, mostOffered);
    return { to: 'held', say: { name: 'which_case', references: cases.map(({ reference }) => reference) }, question: { name: 'which_case', cases: cases.map(({ id }) => id) } };
  }
  const ended = own.filter((one) => one.begunHere && one.overAt !== null && ['resolved', 'closed', 'inadmissible'].includes(one.status)).toSorted((a, b) => (b.overAt?.getTime() ?? 0) - (a.overAt?.getTime() ?? 0));
  const [last] = ended;
  if (!last?.overAt || since(last.overAt) > limits.afterMs) return { to: 'new', say: null };
  const short = !heard.files && (isThanks(heard.text) || [...heard.text.matchAll(/\p{L}/gu)].length < shortLetters);
  return short ? { to: 'case', caseId: last.id, after: true, say: null } : { to: 'new', follows: last.id, say: null };
};

const obey = (command: Command, own: readonly OwnCase[]): Decision => {
  const named = own.find(({ reference }) => reference === command.reference);
  switch (command.name) {
    case 'stop':
      return { to: 'line', effect: 'stop', say: { name: 'stopped' }, question: null };
    case 'start':
      return { to: 'line', effect: 'start', say: { name: 'started' } };
    case 'help':
      return { to: 'line', say: { name: 'help' } };
    case 'new':
      return { to: 'line', say: { name: 'write_matter' }, question: { name: 'new_matter' } };
    case 'status':
      if (command.reference === undefined) return { to: 'line', say: { name: 'name_reference' } };
      return { to: 'line', say: named ? { name: 'status', caseId: named.id } : { name: 'not_yours' } };
    case 'reopen': {
      // Without a reference: the one that was answered last, if it is the only one.
      const answered = command.reference === undefined ? own.filter((one) => one.begunHere && one.overAt !== null) : named ? [named] : [];
      const [only, ...more] = answered;
      if (!only || more.length > 0) return { to: 'line', say: { name: command.reference === undefined ? 'name_reference' : 'not_yours' } };
      return { to: 'line', effect: { reopen: only.id }, say: { name: 'reopened', caseId: only.id }, question: null };
    }
    case 'human': {
      const [only, ...more] = own.filter((one) => one.begunHere && isOpen(one.status));
      return only && more.length === 0 ? { to: 'case', caseId: only.id, after: false, say: null } : { to: 'new', inquiry: true, say: null };
    }
  }
};

/** A case may have become another number's since the question left: then this one has no more say in it. */
const isStillOwn = (question: Question, own: readonly OwnCase[]): boolean => !('caseId' in question) || own.some(({ id }) => id === question.caseId);

/** What a text means as the answer to a question; null where it is none, and the question does not insist. */
const answerTo = (question: Question, thread: Thread, heard: Heard, own: readonly OwnCase[]): Decision | null => {
  switch (question.name) {
    case 'new_matter':
      return { to: 'new', say: null, question: null };
    case 'which_case': {
      const choice = choiceOf(heard.text, question.cases.length + 1);
      if (choice !== null) {
        const chosen = own.find(({ id, status }) => id === question.cases[choice - 1] && (isOpen(status) || status === 'duplicate'));
        return { to: 'line', say: null, question: null, withHeld: chosen ? chosen.id : 'new' };
      }
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
      return wanted ? { to: 'line', effect: { reopen: question.caseId }, say: { name: 'reopened', caseId: question.caseId }, question: null } : { to: 'line', say: { name: 'rated' }, question: null };
    }
  }
};
