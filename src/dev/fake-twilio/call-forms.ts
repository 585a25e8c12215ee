import type { FakeCallRecord, FakeRecording } from './calls.ts';

type Form = Record<string, string>;

/** What each request about a call says. */
export const callForm = (accountSid: string, { sid, direction, from, to, status }: FakeCallRecord): Form => ({
  AccountSid: accountSid, ApiVersion: '2010-04-01', CallSid: sid, CallStatus: status, Called: to, Caller: from, Direction: direction, From: from, To: to,
});

export const recordingForm = ({ sid, seconds }: FakeRecording): Form => ({
  RecordingSid: sid,
  // Of no use to the line, which must not fetch what a request names.
  RecordingUrl: `https://api.twilio.com/2010-04-01/Recordings/${sid}`,
  RecordingDuration: String(seconds),
});

/** As Twilio tells of a recording that is there: without the numbers of the call. */
export const recordingReport = (accountSid: string, recording: FakeRecording): Form => ({
  AccountSid: accountSid, CallSid: recording.callSid, ...recordingForm(recording), RecordingStatus: 'completed', RecordingChannels: '1', RecordingSource: 'RecordVerb',
});
