import { randomBytes } from 'node:crypto';
import type { Clock } from '#lib/clock';

export const newSid = (kind: 'CA' | 'RE' | 'QU'): string => `${kind}${randomBytes(16).toString('hex')}`;

type CallStatus = 'queued' | 'ringing' | 'in-progress' | 'completed' | 'no-answer';

export type FakeCallRecord = {
  sid: string;
  direction: 'inbound' | 'outbound-api';
  from: string;
  to: string;
  status: CallStatus;
  /** Of calls that the line placed. */
  url: string | null;
  statusCallback: string | null;
  createdAt: Date;
  /** Null while it lasts. */
  endedAt: Date | null;
};

export type FakeRecording = { sid: string; callSid: string; audio: Buffer; seconds: number; /** How often it is not there yet. */ notYet: number; at: Date };

/** What the exchange holds: calls and recordings. In memory. */
export class Exchange {
  readonly calls = new Map<string, FakeCallRecord>();
  readonly recordings = new Map<string, FakeRecording>();
  readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(call: Omit<FakeCallRecord, 'sid' | 'createdAt' | 'endedAt'>): FakeCallRecord {
    const record = { ...call, sid: newSid('CA'), createdAt: this.clock.now(), endedAt: null };
    this.calls.set(record.sid, record);
    return record;
  }

  end(call: FakeCallRecord, status: CallStatus): void {
    call.status = status;
    call.endedAt = this.clock.now();
  }

  /** Keeps what was said. @param notYet how often it is not there yet */
  keep(callSid: string, audio: Buffer, notYet: number): FakeRecording {
    const recording = { sid: newSid('RE'), callSid, audio, seconds: 12, notYet, at: this.clock.now() };
    this.recordings.set(recording.sid, recording);
    return recording;
  }
}

/** RFC 2822 as Twilio writes it. */
export const stamp = (at: Date): string => at.toUTCString().replace('GMT', '+0000');

/** The Call resource of Twilio's API, every field present. */
export const callResource = (call: FakeCallRecord, accountSid: string): object => {
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${call.sid}`;
  const subresources = ['notifications', 'recordings', 'payments', 'events', 'siprec', 'streams', 'transcriptions', 'user_defined_message_subscriptions', 'user_defined_messages'];
  const nameOf = (word: string): string => word.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return {
    account_sid: accountSid,
    answered_by: null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: stamp(call.createdAt),
    date_updated: stamp(call.createdAt),
    direction: call.direction,
    duration: call.endedAt && String(Math.round((call.endedAt.getTime() - call.createdAt.getTime()) / 1000)),
    end_time: call.endedAt && stamp(call.endedAt),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: call.status === 'queued' ? null : stamp(call.createdAt),
    status: call.status,
    subresource_uris: Object.fromEntries(subresources.map((word) => [word, `${uri}/${nameOf(word)}.json`])),
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
};

/** The Recording resource, every field present. */
export const recordingResource = ({ sid, callSid, seconds, at }: FakeRecording, accountSid: string): object => {
  const uri = `/2010-04-01/Accounts/${accountSid}/Recordings/${sid}`;
  const subresources = ['add_on_results', 'transcriptions'];
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    call_sid: callSid,
    channels: 1,
    conference_sid: null,
    date_created: stamp(at),
    date_updated: stamp(at),
    duration: String(seconds),
    encryption_details: null,
    error_code: null,
    media_url: `https://api.twilio.com${uri}`,
    price: null,
    price_unit: 'USD',
    sid,
    source: 'RecordVerb',
    start_time: stamp(at),
    status: 'completed',
    subresource_uris: Object.fromEntries(subresources.map((word) => [word, `${uri}/${word}.json`])),
    uri: `${uri}.json`,
  };
};
