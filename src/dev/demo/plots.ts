import type { Outcome } from '#contract/words';

/** What somebody does on a case; an outcome resolves it. */
export type Verb =
  | Outcome | 'claim' | 'handOver' | 'note' | 'reply' | 'ask' | 'refer' | 'sendBack' | 'spam' | 'restore' | 'setDown' | 'reject'
  | 'fileAgain' | 'mergeAway' | 'write' | 'rateWell' | 'rateBadly' | 'appeal' | 'reopen' | 'withdraw';

type Course = {
  /** How long ago the case was received, in hours: at least and at most. */
  age: readonly [number, number];
  /** Hours after the step before, moved into working time where staff act. */
  steps: readonly (readonly [number, Verb])[];
};

const days = (count: number): number => count * 24;

const courses = {
  // Nobody has taken it yet
  fresh: { age: [0.2, 30], steps: [] },
  waits: { age: [30, 120], steps: [] },
  // Somebody works on it
  held: { age: [24, 70], steps: [[3, 'claim'], [0.4, 'note']] },
  worked: { age: [50, 130], steps: [[2, 'claim'], [0.6, 'reply'], [3, 'note']] },
  heldByColleague: { age: [40, 90], steps: [[1, 'handOver'], [2, 'reply']] },
  lostReply: { age: [60, 120], steps: [[4, 'claim'], [0.5, 'reply'], [2, 'note']] },
  // The citizen, or another body, is asked
  asked: { age: [40, 110], steps: [[3, 'claim'], [0.5, 'ask']] },
  askedAnswered: { age: [80, 150], steps: [[2, 'claim'], [0.5, 'ask'], [9, 'write']] },
  askedSilent: { age: [170, 190], steps: [[1, 'claim'], [0.5, 'ask'], [75, 'unreachable']] },
  referred: { age: [70, 150], steps: [[3, 'claim'], [1, 'reply'], [4, 'refer']] },
  // Answered
  solved: { age: [70, 188], steps: [[2, 'claim'], [1, 'reply'], [20, 'granted'], [11, 'rateWell']] },
  solvedWell: { age: [40, 185], steps: [[1, 'claim'], [0.3, 'informed'], [6, 'rateWell']] },
  solvedSlowly: { age: [150, 190], steps: [[7, 'claim'], [1, 'reply'], [45, 'partly_granted']] },
  solvedBadly: { age: [120, 180], steps: [[4, 'claim'], [18, 'refused'], [10, 'rateBadly']] },
  thanked: { age: [30, 170], steps: [[3, 'claim'], [0.5, 'informed']] },
  // Contested
  reopened: { age: [120, 185], steps: [[2, 'claim'], [4, 'granted'], [40, 'reopen']] },
  appealed: { age: [120, 185], steps: [[3, 'claim'], [8, 'refused'], [26, 'appeal']] },
  // Out of the ordinary
  bounced: { age: [20, 60], steps: [[2, 'sendBack']] },
  rejected: { age: [60, 160], steps: [[2, 'sendBack'], [5, 'reject']] },
  spam: { age: [30, 150], steps: [[2, 'sendBack'], [0.1, 'spam']] },
  restored: { age: [30, 60], steps: [[2, 'sendBack'], [0.1, 'spam'], [4, 'restore'], [1, 'sendBack'], [0.5, 'setDown']] },
  twice: { age: [50, 100], steps: [[6, 'fileAgain'], [1, 'mergeAway']] },
  withdrawn: { age: [40, 150], steps: [[20, 'withdraw']] },
  // So old that the law's sixty days show
  dueSoon: { age: [days(50), days(57)], steps: [[20, 'claim'], [1, 'reply'], [days(4), 'refer']] },
  oldAnswered: { age: [days(60), days(68)], steps: [[30, 'claim'], [2, 'reply'], [days(38), 'granted'], [20, 'rateWell']] },
  lateOpen: { age: [days(62), days(69)], steps: [[50, 'claim'], [1, 'reply'], [days(20), 'note']] },
  lateAnswered: { age: [days(68), days(70)], steps: [[40, 'claim'], [2, 'reply'], [days(61), 'granted']] },
} as const satisfies Record<string, Course>;

export type Plot = keyof typeof courses;
export const plots: Readonly<Record<Plot, Course>> = courses;
