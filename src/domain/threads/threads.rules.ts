import type { Language, Status } from '#contract/words';
import { isOpen } from '#domain/cases/cases.rules';
import { answerTo, pieceMs } from './answers.rules.ts';
import { commandOf, isThanks } from './commands.rules.ts';
import { obey } from './obeying.rules.ts';

/** A question of the line itself (an operator's question is the case's state `awaiting_citizen`). */
export type Question =
  | { name: 'which_case'; cases: string[] }
  | { name: 'new_matter' }
  /** Asked with the receipt of a case whose words name no place. */
  | { name: 'place'; caseId: string }
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
  | { name: 'help' | 'stopped' | 'started' | 'write_matter' | 'name_reference' | 'not_yours' | 'rated' | 'not_reopened' | 'ask_solved' | 'ask_reopening' | 'ask_place' | 'danger' }
  | { name: 'status'; caseId: string }
  | { name: 'reopened'; caseId: string }
  | { name: 'which_case'; references: string[] };

/**
 * What becomes of a message. `case`: it is of that case; `after`: as a word after the case's end, which opens nothing; `province`: it says where its citizen lives.
 * `new`: it begins a case, with what was held; `follows` names the ended case that it goes on from. `held`: it waits for the
 * answer that says where it belongs. `line`: it was for the line itself.
 */
export type Decision = (
  | { to: 'case'; caseId: string; after: boolean; province?: string }
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
  /** A case is what somebody writes about while it was touched in this time (rule 8). */
  activeMs: 7 * day,
  /** After an answer, words that open no new matter are heard this long (rule 10). */
  afterMs: 14 * day,
  /** Beyond this many messages in ten minutes nothing is said or asked (rule 14). */
  flood: 20,
} as const;

/** As many references as two parts of an SMS hold. */
const mostOffered = 5;
/** The line's question that waits for an answer now. */
export const standingQuestion = (thread: Pick<Thread, 'question' | 'askedAt'>, at: Date): Question | null =>
  thread.askedAt !== null && at.getTime() - thread.askedAt.getTime() <= limits.questionMs ? thread.question : null;

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
  const standing = heard.waited ? null : standingQuestion(thread, heard.at);
  // Rule 4. Files make it more than a word.
  const command = heard.answerable && !heard.files && !heard.waited ? commandOf(heard.text) : null;
  if (command) return obey(command, own);
  // Rule 6.
  const repliedTo = find(heard.repliesTo);
  if (takes(repliedTo)) return into(repliedTo);
  // Rules 5 and 10: who names a case of theirs means that one and no other.
  const named = heard.named.map(find).filter((one) => one !== undefined);
  const open = named.find(takes);
  if (open) return into(open, standing?.name === 'which_case' ? { question: null, withHeld: open.id } : {});
  // Rule 7.
  const answer = standing && heard.answerable && !heard.files ? answerTo(standing, thread, heard, own) : null;
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
  const before = heard.previous !== null && since(heard.previous.at) <= pieceMs ? find(heard.previous.caseId) : undefined;
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
