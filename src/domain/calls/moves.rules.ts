import type { CallEffect, CallState, CallVerb, Node, Outcome, PromptName, Said, Step } from './call.rules.ts';

type Asking = { what: Said[]; most?: number; until?: '#'; seconds: number };

const key = (...what: Said[]): Asking => ({ what, most: 1, seconds: 6 });
const number = (...what: Said[]): Asking => ({ what, until: '#', seconds: 8 });

/** What each node asks. Those without keys of their own (a voice, a queue) stand in `verbsOf`. */
const asks: Partial<Record<Node, (state: CallState) => Asking>> = {
  // Nobody knows yet which language they speak.
  language: () => key({ prompt: 'choose_ar', in: 'ar' }, { prompt: 'choose_zgh', in: 'zgh' }, { prompt: 'choose_fr', in: 'fr' }),
  menu: () => key('menu'),
  information: () => key('information'),
  complaint: ({ reachable }) => key(reachable ? 'complaint' : 'complaint_unreachable'),
  review: () => key('review'),
  receipt: ({ texted }) =>
    key('case_number', { digits: 'case' }, 'again', { digits: 'case' }, 'case_code', { digits: 'code' }, 'write_down', ...(texted ? (['sms_follows'] as const) : []), 'hear_again'),
  track_reference: () => number('track_reference'),
  track_code: () => number('track_code'),
  tracked: ({ status, rates }) => key('your_case', ...(status === null ? [] : [{ status }]), ...(rates ? (['rate_first'] as const) : []), ...(status === 'awaiting_citizen' ? (['answer_first'] as const) : []), 'after_status'),
  rate: () => key('rate'),
  solved: () => key('solved'),
  reopening: () => key('reopening'),
  whisper: () => key('whisper'),
};

/** The longest that a caller may talk. */
const recordSeconds = 120;

const verbsOf = (state: CallState, before: readonly Said[]): CallVerb[] => {
  const asking = asks[state.node]?.(state);
  if (asking) return [{ do: 'gather', ...asking, what: [...before, ...asking.what] }];
  if (state.node === 'record') return [{ do: 'say', what: [...before, 'record'] }, { do: 'record', seconds: recordSeconds }];
  if (state.node === 'answer') return [{ do: 'say', what: [...before, 'your_question', { words: 'question' }, 'answer'] }, { do: 'record', seconds: recordSeconds }];
  if (state.node === 'operator') return [{ do: 'say', what: [...before, 'queue'] }, { do: 'enqueue' }];
  if (state.node === 'bridged') return [{ do: 'say', what: [...before, 'connecting'] }, { do: 'dial' }];
  return [{ do: 'hangup' }];
};

/** Comes to a node, and asks what it asks, after `before`. */
export const enter = (state: CallState, node: Node, before: readonly Said[] = [], effects: CallEffect[] = []): Step => {
  const there = { ...state, node, slips: 0 };
  return { state: there, verbs: verbsOf(there, before), effects };
};

/** Asks the same again. */
export const stay = (state: CallState, ...before: Said[]): Step => ({ state, verbs: verbsOf(state, before), effects: [] });

/** Waits for what becomes of an effect; nothing is said before. */
export const awaiting = (state: CallState, effect: CallEffect, ...more: CallEffect[]): Step => ({ state, verbs: [], effects: [...more, effect] });

export const farewell = (state: CallState, outcome: Outcome, before: readonly Said[] = []): Step => ({
  state: { ...state, node: 'ended', reference: null },
  verbs: [{ do: 'say', what: [...before, 'goodbye'] }, { do: 'hangup' }],
  effects: [{ do: 'end', outcome }],
});

/** Promises to call back, where there is a number that we ring. */
export const callBack = (state: CallState, ...before: PromptName[]): Step =>
  state.reachable
    ? awaiting({ ...state, node: 'callback', before }, { do: 'call_back', kind: state.kind })
    : farewell(state, 'left', [...before, 'cannot_call_back']);

/** To the operators, or to a call-back while none is at work. */
export const toOperator = (state: CallState, ...before: PromptName[]): Step =>
  state.open ? enter(state, 'operator', before) : callBack(state, ...before, 'closed');
