import type { CallEvent, CallState, Step } from './call.rules.ts';
import { afterLookUp, listening } from './keys.rules.ts';
import { awaiting, callBack, enter, farewell, stay } from './moves.rules.ts';

/** Asked so often without an end, a call ends in a call-back. */
const mostSteps = 30;
const mostSlips = 2;

/** The first words of a call. */
export const begin = (state: CallState): Step => stay(state);

/** Who has the line too much of the time is told so, and called back: nobody is turned away without that. */
export const turnAway = (state: CallState): Step => callBack(state, 'line_held');

/**
 * The menu: what a call does next, for whatever it is told, in whatever state. Pure; the state knows nothing of providers.
 * An effect that answers (`look_up`, `rate`, `reopen`, `answer`, `file`, `call_back`) says nothing by itself: its event does.
 */
export const step = (state: CallState, event: CallEvent): Step => {
  switch (event.type) {
    case 'hangup': return hungUp(state);
    case 'audio': return heard(state, event.recordingId);
    case 'filed': return filed(state, event.caseId);
    case 'called_back': return calledBack(state, event.caseId);
    case 'digits': return state.node === 'ended' ? nothing(state) : pressed({ ...state, steps: state.steps + 1 }, event.digits);
    case 'queue': return state.node === 'operator' ? leftQueue(state, event.result) : nothing(state);
    case 'dial': return state.node === 'bridged' ? dialled(state, event.result) : nothing(state);
    case 'looked_up': return state.node === 'track_code' ? afterLookUp(state, event.found) : nothing(state);
    case 'rated': return state.node === 'solved' ? rated(state, event) : nothing(state);
    case 'answered': return state.answering === null ? nothing(state) : answered(state, event.taken);
    case 'reopened': return state.node === 'reopening' ? farewell(state, 'tracked', [event.taken ? 'reopened' : 'not_reopened']) : nothing(state);
  }
};

/** Out of place: the call goes on as it was. */
const nothing = (state: CallState): Step => stay(state);

const pressed = (state: CallState, digits: string): Step => {
  const rule = listening[state.node];
  if (!rule) return nothing(state);
  if (state.steps > mostSteps) return state.caseId === null ? callBack(state) : farewell(state, 'filed');
  if (digits === '' && rule.silence) return rule.silence(state);
  const touched = { ...state, touched: state.touched || digits !== '' };
  const understood = digits === '' ? null : rule.hear(touched, digits);
  if (understood) return understood;
  if (state.slips >= mostSlips) return rule.giveUp(touched);
  return stay({ ...touched, slips: state.slips + 1 }, state.node === 'record' || state.node === 'answer' ? 'no_sound' : 'not_understood');
};

/** A case exists from the first audio on, also of a caller who is gone; what is said again takes its place. */
const heard = (state: CallState, recordingId: string): Step => {
  if (state.recordingId === recordingId) return nothing(state);
  const next = { ...state, touched: true, recordingId, steps: state.steps + 1 };
  if (state.answering !== null) return awaiting(next, { do: 'answer', caseId: state.answering, recordingId });
  if (state.caseId === null) return awaiting(next, { do: 'file', recordingId, kind: state.kind });
  const dropped = state.recordingId === null ? [] : [{ do: 'drop_audio', recordingId: state.recordingId } as const];
  const kept = state.node === 'ended' ? [{ do: 'keep_audio' } as const] : [];
  return { ...filed(next, state.caseId), effects: [...dropped, { do: 'add_audio', recordingId }, ...kept] };
};

/** Of a case that has ended meanwhile nobody would hear it: then what was said begins one. */
const answered = (state: CallState, taken: boolean): Step => {
  const next = { ...state, answering: null };
  if (!taken) return awaiting(next, { do: 'file', recordingId: state.recordingId ?? '', kind: state.kind });
  return state.node === 'ended' ? { state: next, verbs: [{ do: 'hangup' }], effects: [{ do: 'end', outcome: 'tracked' }] } : farewell(next, 'tracked', ['answer_kept']);
};

const filed = (state: CallState, caseId: string): Step => {
  const next = { ...state, caseId };
  return state.node === 'ended' ? { state: next, verbs: [{ do: 'hangup' }], effects: [{ do: 'keep_audio' }, { do: 'end', outcome: 'filed' }] } : enter(next, 'review');
};

/** Whose case is new is told its number; of an earlier one, from this number, nothing is said: anybody may be calling. */
const calledBack = (state: CallState, caseId: string | null): Step => {
  const next = { ...state, caseId: caseId ?? state.caseId, awaited: true, before: [] };
  if (state.node === 'ended') return { state: next, verbs: [{ do: 'hangup' }], effects: [{ do: 'end', outcome: 'callback' }] };
  return next.caseId === null ? farewell(next, 'callback', [...state.before, 'call_back_known']) : enter(next, 'receipt', [...state.before, 'call_back']);
};

/** Whose problem is not solved is asked whether the case is to go on, as by SMS. */
const rated = (state: CallState, { taken, solved }: { taken: boolean; solved: boolean }): Step =>
  taken && !solved ? enter(state, 'reopening', ['thanks']) : farewell(state, 'tracked', taken ? ['thanks'] : []);

const leftQueue = (state: CallState, result: 'talked' | 'left' | 'gone'): Step => {
  if (result === 'talked') return farewell(state, 'talked');
  return result === 'left' ? callBack(state) : hungUp(state);
};

const dialled = (state: CallState, result: 'talked' | 'missed'): Step => {
  const ended = { ...state, node: 'ended' as const };
  if (result === 'talked') return { state: ended, verbs: [{ do: 'hangup' }], effects: [{ do: 'callback_ended', result: 'connected' }] };
  return { state: ended, verbs: [{ do: 'say', what: ['citizen_missed'] }, { do: 'hangup' }], effects: [{ do: 'callback_ended', result: 'citizen_missed' }] };
};

/** Who rang and said nothing, or left the queue, is called back; whoever spoke is heard. */
const hungUp = (state: CallState): Step => {
  if (state.node === 'ended') return nothing(state);
  const ended = { ...state, node: 'ended' as const, reference: null };
  const silent = { state: ended, verbs: [{ do: 'hangup' as const }] };
  if (state.node === 'whisper') return { ...silent, effects: [{ do: 'callback_ended', result: 'operator_missed' }] };
  // Whether the citizen answered is not known; the operator, who does, still has it in the list.
  if (state.node === 'bridged') return { ...silent, effects: [{ do: 'callback_ended', result: 'unknown' }] };
  if (state.caseId !== null) return { ...silent, effects: [{ do: 'keep_audio' }, { do: 'end', outcome: state.awaited ? 'callback' : 'filed' }] };
  if (state.reachable && (!state.touched || state.node === 'operator')) return awaiting(ended, { do: 'call_back', kind: state.kind });
  return { ...silent, effects: [{ do: 'end', outcome: state.proved === null ? 'left' : 'tracked' }] };
};
