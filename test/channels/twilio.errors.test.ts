import { describe, expect, it } from 'vitest';
import { judge, TwilioFailure } from '#channels/twilio/errors';
import { account, smsAt } from '../support/twilio-line.ts';

const meanings: [code: string, meaning: string, class_: string][] = [
  ['20429', 'too many requests', 'throttled'],
  ['63017', 'the rate of the channel', 'throttled'],
  ['63018', 'the rate of the channel', 'throttled'],
  ['21611', 'our queue is full', 'throttled'],
  ['30001', 'our queue is full', 'throttled'],
  ['30036', 'it waited for too long', 'throttled'],
  ['20003', 'credentials', 'config'],
  ['21408', 'a country that is not enabled', 'config'],
  ['21606', 'a sender that cannot send', 'sender'],
  ['21212', 'a sender that is no number', 'sender'],
  ['30018', 'a sender that is not registered', 'sender'],
  ['30024', 'a sender that is not provisioned', 'sender'],
  ['63007', 'a sender that is not on the channel', 'sender'],
  ['21211', 'no number', 'address'],
  ['21614', 'a landline', 'address'],
  ['21217', 'a number that cannot be right', 'address'],
  ['63003', 'nobody on the channel', 'address'],
  ['63024', 'nobody on WhatsApp', 'address'],
  ['21610', 'opted out', 'opted_out'],
  ['63033', 'blocked by the recipient', 'opted_out'],
  ['30003', 'the handset is off', 'unreachable'],
  ['30017', 'congestion', 'unreachable'],
  ['30008', 'unknown', 'unreachable'],
  ['30004', 'blocked', 'permanent'],
  ['30005', 'unknown destination', 'address'],
  ['30006', 'a landline', 'address'],
  ['30007', 'filtered', 'permanent'],
  ['63016', 'outside the window', 'window'],
  ['63013', 'the policy of the channel', 'policy'],
  ['63021', 'content that the channel refuses', 'policy'],
  ['63032', 'a limit of the channel', 'policy'],
  ['63038', 'the daily limit of the account', 'policy'],
  ['63049', "Meta's choice", 'policy'],
];

describe('an error number of Twilio', () => {
  it.each(meanings)('%s (%s) means the same in a report and in an answer: %s', (code, _, class_) => {
    const body = { AccountSid: account.accountSid, MessageSid: `SM${'0'.repeat(32)}`, MessageStatus: 'failed', ErrorCode: code };
    expect(smsAt().parse({ url: '', headers: {}, query: {}, body })).toMatchObject([{ report: { status: 'failed', errorCode: code, class: class_ } }]);
    expect(judge(new TwilioFailure(code === '20429' ? 429 : 400, code))).toMatchObject({ outcome: 'rejected', class: class_, code });
  });

  it.each([null, 408, 500, 503])('with status %s leaves open whether the message was taken', (status) => {
    expect(judge(new TwilioFailure(status, 'ECONNRESET'))).toEqual({ outcome: 'unknown', code: 'ECONNRESET' });
  });

  it('that is new says as much as its status', () => {
    expect(judge(new TwilioFailure(400, '99999'))).toMatchObject({ class: 'permanent' });
    expect(judge(new TwilioFailure(403, '99999'))).toMatchObject({ class: 'config' });
  });
});
