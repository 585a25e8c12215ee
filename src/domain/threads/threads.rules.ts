import type { Language, Status } from '#contract/words';
import { isOpen } from '#domain/cases/cases.rules';
import { answerTo, isPiece } from './answers.rules.ts';
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

/**
 * A case of this contact point. `begunHere`: by a message, and not by a form into which anybody can type a number. `questionAt`: when
 * an operator last asked its citizen something.
 */
export type OwnCase = { id: string; reference: string; status: Status; begunHere: boolean; lastAt: Date; overAt: Date | null; questionAt: Date | null };

export type Heard = {
  text: string;
  at: Date;
  /** False for a foreign number: it is heard, and nothing automatic is ever sent there. */
  answerable: boolean;
  /** A name or a short code, as advertisers and services have: no person writes from there, and none can be answered. */
  nobody: boolean;
  /** Words of threat, violence or self-harm. */
  danger: boolean;
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
  /** When the last message before this one was written that waits for an answer. */
  heldAt: Date | null;
  /** It was held for an answer that never came. */
  waited: boolean;
};

/** What is sent back, by itself; the words are in the catalogue. */
export type Answer =
  | { name: 'help' | 'stopped' | 'started' | 'write_matter' | 'name_reference' | 'not_yours' | 'rated' | 'not_reopened' | 'ask_solved' | 'ask_reopening' | 'ask_place' }
  | { name: 'status'; caseId: string }
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

  // No citizen writes so: it is kept, and begins nothing.
  if (heard.nobody) return { to: 'line', say: null };
  // Rule 14. Whoever floods is heard, in one place, and nothing is said.
  if (heard.recent > limits.flood) {
    const last = find(heard.previous?.caseId ?? null);
    return takes(last) ? into(last) : { to: 'new', say: null };
  }
  const repliedTo = find(heard.repliesTo);
  const named = heard.named.map(find).filter((one) => one !== undefined);
  const open = named.find(takes);
  const standing = heard.waited ? null : questionFor(thread, heard, own);
  // Rule 14: never a word for the line, nor an answer, and never held until one comes.
  if (heard.danger) return endangered(heard, own, standing, [repliedTo, open, pieceOf(heard, own)].find(takes));
  // Rule 4. Files make it more than a word.
  const command = heard.answerable && !heard.files && !heard.waited ? commandOf(heard.text) : null;
  if (command) return obey(command, own);
  // Rule 6.
  if (takes(repliedTo)) return into(repliedTo);
  // Rules 5 and 10: who names a case of theirs means that one and no other.
  if (open) return into(open, standing?.name === 'which_case' ? { question: null, withHeld: open.id } : {});
  // Rule 7.
  const answer = standing && heard.answerable && !heard.files ? answerTo(standing, thread, heard, own) : null;
  if (answer) return answer;
  // What was written before an operator asked is no answer.
  const waiting = own.filter((one) => one.status === 'awaiting_citizen' && (one.questionAt === null || one.questionAt <= heard.at));
  const [asked, ...alsoAsked] = waiting;
  if (named.length === 0 && asked && alsoAsked.length === 0) return into(asked);
  const [over] = named;
  if (over) return { to: 'new', follows: over.id, say: null };
  if (heard.namesOther) return { to: 'new', flag: 'names_other', say: null };
  return goOn(thread, heard, own, into);
};

/** The line's question, unless an operator has asked something since, or the text was written before it was asked. */
const questionFor = (thread: Thread, heard: Heard, own: readonly OwnCase[]): Question | null => {
  const { askedAt } = thread;
  if (askedAt === null || heard.at < askedAt) return null;
  const overtaken = own.some(({ status, questionAt }) => status === 'awaiting_citizen' && questionAt !== null && questionAt > askedAt && questionAt <= heard.at);
  return overtaken ? null : standingQuestion(thread, heard.at);
};

/** Into the case that is meant, or the only active one; else one of its own, along with what was held. Who said "new" means that. */
const endangered = (heard: Heard, own: readonly OwnCase[], standing: Question | null, meant: OwnCase | undefined): Decision => {
  if (standing?.name === 'new_matter' && meant === undefined) return { to: 'new', say: null, question: null };
  const [only, ...others] = activeOf(heard, own);
  const one = meant ?? (others.length === 0 ? only : undefined);
  if (one) return { to: 'case', caseId: one.id, after: false, say: null };
  return { to: 'new', say: null, ...(heard.heldAt === null ? {} : { question: null, withHeld: 'new' as const }) };
};

/** Rule 3: the case of what came a moment ago, of which this is a piece. */
const pieceOf = ({ previous, at }: Heard, own: readonly OwnCase[]): OwnCase | undefined =>
  isPiece(at, previous?.at) ? own.find(({ id }) => id === previous?.caseId) : undefined;

/** What somebody may be writing about: an operator's question to them, or a case begun by a message and touched lately. */
const activeOf = ({ at }: Heard, own: readonly OwnCase[]): OwnCase[] =>
  own.filter((one) => isOpen(one.status) && (one.status === 'awaiting_citizen' || (one.begunHere && at.getTime() - one.lastAt.getTime() <= limits.activeMs)));

/** Rules 3, 8, 9, 10 and 11: a text that says nothing of where it belongs. */
const goOn = (thread: Thread, heard: Heard, own: readonly OwnCase[], into: (one: OwnCase) => Decision): Decision => {
  const since = (at: Date): number => heard.at.getTime() - at.getTime();
  const before = pieceOf(heard, own);
  if (before && isOpen(before.status)) return into(before);
  const active = activeOf(heard, own);
  const [only, ...others] = active;
  if (only && others.length === 0) return into(only);
  if (only) {
    // Thanks are asked nothing.
    if (isThanks(heard.text) && !heard.files) return into(active.toSorted((x, y) => y.lastAt.getTime() - x.lastAt.getTime())[0] ?? only);
    if (heard.waited) return { to: 'new', flag: 'unclear', say: null, question: null, withHeld: 'new' };
    if (!heard.answerable || thread.stopped) return { to: 'new', flag: 'unclear', say: null };
    const cases = [only, ...others].slice(0, mostOffered);
    return { to: 'held', say: { name: 'which_case', references: cases.map(({ reference }) => reference) }, question: { name: 'which_case', cases: cases.map(({ id }) => id) } };
  }
  const ended = own.filter((one) => one.begunHere && one.overAt !== null && ['resolved', 'closed', 'inadmissible'].includes(one.status)).toSorted((a, b) => (b.overAt?.getTime() ?? 0) - (a.overAt?.getTime() ?? 0));
  const [last] = ended;
  if (!last?.overAt || since(last.overAt) > limits.afterMs) return { to: 'new', say: null };
  const short = !heard.files && (isThanks(heard.text) || [...heard.text.replaceAll(/\[[^\]]*\]/g, '').matchAll(/\p{L}/gu)].length < shortLetters);
  return short ? { to: 'case', caseId: last.id, after: true, say: null } : { to: 'new', follows: last.id, say: null };
};
