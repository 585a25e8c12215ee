import { z } from 'zod';
import { statuses, type Status } from '#contract/words';

/** The languages of the menu: those that have a key. */
export const spokenLanguages = ['ar', 'zgh', 'fr'] as const;
export type SpokenLanguage = (typeof spokenLanguages)[number];

/** Where a call stands: each waits for a key, a voice, a queue or an answer, except `ended`. */
export const nodes = [
  'language', 'menu', 'information', 'complaint', 'record', 'review', 'receipt', 'track_reference', 'track_code', 'tracked', 'answer', 'rate', 'solved', 'reopening',
  'operator', 'callback', 'whisper', 'bridged', 'ended',
] as const;
export type Node = (typeof nodes)[number];

/** How a call ended, told apart for reports. */
export type Outcome = 'filed' | 'callback' | 'talked' | 'tracked' | 'informed' | 'left' | 'connected' | 'citizen_missed' | 'operator_missed' | 'unknown';

/** What the line says, each recorded by a person or spoken by a machine. */
export const prompts = [
  'choose_ar', 'choose_zgh', 'choose_fr', 'notice', 'menu', 'not_understood', 'information', 'complaint', 'complaint_unreachable', 'record', 'no_sound', 'review', 'case_number', 'again', 'case_code',
  'write_down', 'sms_follows', 'hear_again', 'track_reference', 'track_code', 'track_wrong', 'track_locked', 'your_case', 'after_status', 'answer_first', 'your_question', 'answer', 'answer_kept', 'rate_first', 'rate', 'solved', 'thanks', 'reopening', 'reopened', 'not_reopened',
  'queue', 'queue_place', 'closed', 'call_back', 'call_back_known', 'cannot_call_back', 'line_held', 'whisper', 'connecting', 'citizen_missed', 'goodbye',
] as const;
export type PromptName = (typeof prompts)[number];

export const CallState = z.strictObject({
  node: z.enum(nodes),
  language: z.enum(spokenLanguages),
  /** Keys that were missing or wrong in a row. */
  slips: z.int(),
  /** How often anything was asked: nobody is kept in a menu for ever. */
  steps: z.int(),
  /** Whether the caller ever pressed or said anything. */
  touched: z.boolean(),
  /** Whether the caller's number is one that we ring, and one that gets an SMS. */
  reachable: z.boolean(),
  texted: z.boolean(),
  /** Whether operators are at work. */
  open: z.boolean(),
  kind: z.enum(['complaint', 'inquiry']),
  /** The case that this call opened. */
  caseId: z.uuid().nullable(),
  /** Whether a call-back of this number is registered. */
  awaited: z.boolean(),
  /** What was said last, while it may be said again. */
  recordingId: z.string().nullable(),
  /** Typed, until its code is. */
  reference: z.string().nullable(),
  failures: z.int(),
  /** The case whose code the caller typed. */
  proved: z.uuid().nullable(),
  status: z.enum(statuses).nullable(),
  /** The case whose question the caller chose to answer, until that is done: a voice that comes when they are gone is that answer. */
  answering: z.uuid().nullable().default(null),
  rates: z.boolean(),
  rating: z.int().nullable(),
  /** Said before what comes next, once that is known. */
  before: z.array(z.enum(prompts)),
});
export type CallState = z.infer<typeof CallState>;

/** What a call is told. `digits` of '' is silence. */
export type CallEvent =
  | { type: 'digits'; digits: string }
  | { type: 'audio'; recordingId: string }
  | { type: 'queue'; result: 'talked' | 'left' | 'gone' }
  | { type: 'dial'; result: 'talked' | 'missed' }
  | { type: 'hangup' }
  /** What became of an effect. */
  | { type: 'filed'; caseId: string }
  | { type: 'called_back'; caseId: string | null }
  | { type: 'looked_up'; found: { caseId: string; status: Status; rates: boolean } | 'wrong' | 'locked' }
  | { type: 'rated'; taken: boolean; solved: boolean }
  | { type: 'reopened'; taken: boolean }
  | { type: 'answered'; taken: boolean };

/**
 * What a call asks of the world. The first six answer with an event of their own before anything is said. `file` opens a
 * case from what was recorded, `call_back` registers one (and opens its case, unless one is open for this number).
 */
export type CallEffect =
  | { do: 'look_up'; reference: string; code: string }
  | { do: 'rate'; caseId: string; rating: number; solved: boolean }
  | { do: 'reopen'; caseId: string }
  | { do: 'answer'; caseId: string; recordingId: string }
  | { do: 'file'; recordingId: string; kind: CallState['kind'] }
  | { do: 'call_back'; kind: CallState['kind'] }
  | { do: 'keep_audio' }
  | { do: 'drop_audio'; recordingId: string }
  | { do: 'add_audio'; recordingId: string }
  /** `unknown`: it was only told that the call is over. */
  | { do: 'callback_ended'; result: 'connected' | 'citizen_missed' | 'operator_missed' | 'unknown' }
  | { do: 'end'; outcome: Outcome };

/**
 * What is said, by name: words are found when it is spoken, and the code is made only then. `case` is the number of the
 * case that the call opened, `code` its code, digit by digit; `question` what an operator asked about the case that was proved.
 */
export const Said = z.union([
  z.enum(prompts),
  z.strictObject({ status: z.enum(statuses) }),
  z.strictObject({ number: z.int() }),
  z.strictObject({ digits: z.enum(['case', 'code']) }),
  z.strictObject({ words: z.literal('question') }),
  z.strictObject({ prompt: z.enum(prompts), in: z.enum(spokenLanguages) }),
]);
export type Said = z.infer<typeof Said>;

/** What the telephone does next. The last of a list decides where the call goes on: `gather`, `record`, `enqueue`, `dial`, `hangup`, `leave`. */
export const CallVerb = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('say'), what: z.array(Said) }),
  /** Waits for `most` keys, or for those before the key #; each within `seconds`. */
  z.strictObject({ do: z.literal('gather'), what: z.array(Said), most: z.int().optional(), until: z.literal('#').optional(), seconds: z.int() }),
  z.strictObject({ do: z.literal('record'), seconds: z.int() }),
  z.strictObject({ do: z.literal('enqueue') }),
  z.strictObject({ do: z.literal('dial') }),
  z.strictObject({ do: z.literal('hangup') }),
]);
export type CallVerb = z.infer<typeof CallVerb>;

/** What a step was answered, so that it is answered the same again. */
export const Answer = z.strictObject({ node: z.enum(nodes), language: z.enum(spokenLanguages), verbs: z.array(CallVerb) });
export type Answer = z.infer<typeof Answer>;

export type Step = { state: CallState; verbs: CallVerb[]; effects: CallEffect[] };

/** A call comes in. */
export const firstState = (facts: Pick<CallState, 'reachable' | 'texted' | 'open'>): CallState => ({
  ...facts,
  node: 'language', language: 'ar', slips: 0, steps: 0, touched: false, kind: 'inquiry', caseId: null, awaited: false, recordingId: null,
  reference: null, failures: 0, proved: null, status: null, answering: null, rates: false, rating: null, before: [],
});

/** The operator's end of a call-back: whoever is rung first. */
export const firstRinging = (language: SpokenLanguage): CallState => ({ ...firstState({ reachable: false, texted: false, open: true }), language, node: 'whisper' });
