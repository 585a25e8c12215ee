import type { Form } from '#channels/channel';
import { one as given } from '#channels/twilio/parameters';
import type { CallReport } from '#channels/voice';

const callSid = /^CA[0-9a-f]{32}$/i;
const recordingSid = /^RE[0-9a-f]{32}$/i;
const e164 = /^\+[1-9]\d{6,14}$/;
/** Who withholds the number shows one of these: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a keypad. */
const nobodys = new Set(['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253']);
const over = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);
/** `QueueResult`: whoever is not named here left the queue alive. */
const queueResults = new Map<string, CallReport['queue']>([
  ['bridged', 'talked'],
  ['bridging-in-process', 'talked'],
  ['redirected-from-bridged', 'talked'],
  ['hangup', 'gone'],
]);
const mostKeys = 40;

const one = (form: Form, key: string): string => given(form, key) ?? '';

const count = (form: Form, key: string): number => {
  const value = Number(one(form, key));
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
};

/** A recording that is there: `absent` and `failed` are the words for a voice that was not heard, and so is no length. */
const recordingOf = (form: Form): string | null => {
  const id = one(form, 'RecordingSid');
  const heard = ['', 'completed'].includes(one(form, 'RecordingStatus')) && one(form, 'RecordingDuration') !== '0';
  return recordingSid.test(id) && heard ? id : null;
};

const dialledOf = (form: Form): CallReport['dialled'] => {
  const status = one(form, 'DialCallStatus');
  if (status === '') return null;
  return status === 'completed' || status === 'answered' ? 'talked' : 'missed';
};

/** Parameters are added without notice and may be missing: only the call's own number is needed. */
export const parseCall = (form: Form): CallReport | null => {
  const callId = one(form, 'CallSid');
  if (!callSid.test(callId)) return null;
  const from = one(form, 'From');
  const queue = one(form, 'QueueResult');
  return {
    account: one(form, 'AccountSid'),
    callId,
    direction: one(form, 'Direction').startsWith('outbound') ? 'out' : 'in',
    from: e164.test(from) && !nobodys.has(from) ? from : null,
    operator: from.startsWith('client:') ? from.slice('client:'.length) : null,
    digits: one(form, 'Digits').replaceAll(/[^0-9*]/g, '').slice(0, mostKeys),
    recordingId: recordingOf(form),
    queue: queue === '' ? null : (queueResults.get(queue) ?? 'left'),
    place: count(form, 'QueuePosition'),
    waitedSeconds: count(form, 'QueueTime'),
    dialled: dialledOf(form),
    ended: over.has(one(form, 'CallStatus')),
  };
};
