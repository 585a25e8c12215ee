import type { Twilio } from 'twilio';
import type { Voice } from '#channels/voice';
import { parseCall } from './parse.ts';

/**
 * What Twilio holds of calls, in the words of its webhooks. Legs of a call (whoever is dialled) are no calls of their own; of
 * recordings only those that a caller chose count, which an account that records everything has others beside.
 */
export const createHolding = (accountSid: string, client: Twilio): Pick<Voice, 'reconcile'> => ({
  async *reconcile(since) {
    const calls = await client.calls.list({ startTimeAfter: since });
    for (const { sid, from, to, direction, status, parentCallSid, startTime, endTime, dateCreated } of calls.toReversed()) {
      const report = parentCallSid ? null : parseCall({ AccountSid: accountSid, CallSid: sid, From: from, To: to, Direction: direction, CallStatus: status });
      if (report?.ended && report.operator === null) yield { ...report, heldSince: startTime ?? dateCreated, ...(endTime && { heldUntil: endTime }) };
    }
    const recordings = await client.recordings.list({ dateCreatedAfter: since });
    for (const { sid, callSid, source, status, duration } of recordings.toReversed()) {
      const form = { AccountSid: accountSid, CallSid: callSid, RecordingSid: sid, RecordingStatus: status, RecordingDuration: duration };
      const report = source === 'RecordVerb' ? parseCall(form) : null;
      if (report?.recordingId) yield report;
    }
  },
});
