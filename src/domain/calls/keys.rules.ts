import type { CallState, Node, Step } from './call.rules.ts';
import { awaiting, callBack, enter, farewell, stay, toOperator } from './moves.rules.ts';

/**
 * What a node makes of keys. `hear` gives null for what it does not understand; then it asks again, twice, and `giveUp` goes
 * on without an answer. Where silence is an answer (nothing more is wanted) `silence` takes it.
 */
type Listening = { hear(state: CallState, digits: string): Step | null; giveUp(state: CallState): Step; silence?(state: CallState): Step };

const mostFailures = 3;
const languages = new Map<string, CallState['language']>([['1', 'ar'], ['2', 'zgh'], ['3', 'fr']]);

/** Whose complaint is recorded already is never asked in vain. */
const endRecording = (state: CallState): Step =>
  state.caseId === null ? callBack(state) : enter(state, 'receipt', [], [{ do: 'keep_audio' }]);

export const listening: Partial<Record<Node, Listening>> = {
  language: {
    hear: (state, digits) => {
      const language = languages.get(digits);
      return language === undefined ? null : enter({ ...state, language }, 'menu', ['notice']);
    },
    giveUp: (state) => enter(state, 'menu', ['notice']),
  },
  menu: {
    hear: (state, digits) => {
      if (digits === '1') return enter({ ...state, kind: 'complaint' }, 'complaint');
      if (digits === '2') return enter({ ...state, kind: 'inquiry' }, 'information');
      if (digits === '3') return enter(state, 'track_reference');
      if (digits === '0') return toOperator(state);
      return digits === '9' ? stay(state) : null;
    },
    giveUp: callBack,
  },
  information: {
    hear: (state, digits) => {
      if (digits === '1') return enter(state, 'complaint');
      if (digits === '0') return toOperator(state);
      return digits === '9' ? enter(state, 'menu') : null;
    },
    giveUp: (state) => farewell(state, 'informed'),
    silence: (state) => farewell(state, 'informed'),
  },
  complaint: {
    hear: (state, digits) => {
      if (digits === '1') return enter(state, 'record');
      if (digits === '2' && state.reachable) return callBack(state);
      return digits === '9' ? enter(state, 'menu') : null;
    },
    giveUp: callBack,
  },
  // A key that ends the recording comes with the audio; what comes here is silence.
  record: { hear: () => null, giveUp: endRecording },
  review: {
    hear: (state, digits) => {
      if (digits === '1') return endRecording(state);
      return digits === '2' ? enter(state, 'record') : null;
    },
    giveUp: endRecording,
  },
  receipt: {
    hear: (state, digits) => (digits === '9' ? stay(state) : farewell(state, state.awaited ? 'callback' : 'filed')),
    giveUp: (state) => farewell(state, state.awaited ? 'callback' : 'filed'),
    silence: (state) => farewell(state, state.awaited ? 'callback' : 'filed'),
  },
  track_reference: {
    hear: (state, digits) => enter({ ...state, reference: digits.slice(0, 20) }, 'track_code'),
    giveUp: (state) => toOperator(state),
  },
  track_code: {
    // The same answer to a reference that is none, one that is unknown, and a wrong code.
    hear: (state, digits) => awaiting(state, { do: 'look_up', reference: state.reference ?? '', code: digits.slice(0, 20) }),
    giveUp: (state) => toOperator({ ...state, reference: null }),
  },
  tracked: {
    hear: (state, digits) => {
      if (digits === '1' && state.rates) return enter(state, 'rate');
      if (digits === '1' && state.status === 'awaiting_citizen') return enter({ ...state, answering: state.proved }, 'answer');
      if (digits === '0') return toOperator(state);
      return digits === '9' ? enter(state, 'menu') : null;
    },
    giveUp: (state) => farewell(state, 'tracked'),
    silence: (state) => farewell(state, 'tracked'),
  },
  // As `record`.
  answer: { hear: () => null, giveUp: (state) => farewell({ ...state, answering: null }, 'tracked') },
  rate: {
    hear: (state, digits) => (/^[1-5]$/.test(digits) ? enter({ ...state, rating: Number(digits) }, 'solved') : null),
    giveUp: (state) => farewell(state, 'tracked'),
  },
  solved: {
    hear: (state, digits) =>
      /^[12]$/.test(digits) && state.proved !== null && state.rating !== null
        ? awaiting(state, { do: 'rate', caseId: state.proved, rating: state.rating, solved: digits === '1' })
        : null,
    giveUp: (state) => farewell(state, 'tracked'),
  },
  reopening: {
    hear: (state, digits) => {
      if (digits === '1' && state.proved !== null) return awaiting(state, { do: 'reopen', caseId: state.proved });
      return digits === '2' ? farewell(state, 'tracked') : null;
    },
    giveUp: (state) => farewell(state, 'tracked'),
  },
  whisper: {
    hear: (state, digits) => (digits === '1' ? enter(state, 'bridged') : null),
    giveUp: (state) => ({ state: { ...state, node: 'ended' }, verbs: [{ do: 'hangup' }], effects: [{ do: 'callback_ended', result: 'operator_missed' }] }),
  },
};

/** Where a case is opened or proved the call goes on so. */
export const afterLookUp = (state: CallState, found: { caseId: string; status: NonNullable<CallState['status']>; rates: boolean } | 'wrong' | 'locked'): Step => {
  const next = { ...state, reference: null };
  if (found === 'locked') return toOperator(next, 'track_locked');
  if (found !== 'wrong') return enter({ ...next, proved: found.caseId, status: found.status, rates: found.rates }, 'tracked');
  const failures = state.failures + 1;
  return failures < mostFailures ? enter({ ...next, failures }, 'track_reference', ['track_wrong']) : toOperator({ ...next, failures }, 'track_wrong');
};
