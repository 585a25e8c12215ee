import twilio from 'twilio';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Form, InboundMessage, StatusUpdate } from '#channels/channel';
import { account, publicUrl, smsAt } from '../support/twilio-line.ts';

const id = '0190a2b4-7c11-7d3e-8f00-0123456789ab';
const sid = 'SM00000000000000000000000000000001';
const citizen = '+212612340000';
const text = 'إنصات: رقم ملفكم 264 839 1756';

const sms = smsAt();
const readMessage = (body: Form): InboundMessage | null => {
  const [event, ...more] = sms.parse({ url: '', headers: {}, query: {}, body });
  expect(more).toEqual([]);
  return event?.type === 'message' ? event.message : null;
};
const readReport = (body: Form, query: Form): StatusUpdate | null => {
  const [event, ...more] = sms.parse({ url: '', headers: {}, query, body });
  expect(more).toEqual([]);
  return event?.type === 'report' ? event.report : null;
};

describe('the signature of a webhook', () => {
  const url = `${publicUrl}/webhooks/twilio/messages`;
  const form: Form = {
    AccountSid: account.accountSid,
    MessageSid: sid,
    From: citizen,
    Body: '  السلام عليكم & 100 % + \u200f"1"=1\n',
    FromCity: '',
    Twice: ['b', 'a', 'b'],
  };
  const signed = (token: string, signedUrl = url, signedForm = form): Form => ({
    'x-twilio-signature': twilio.getExpectedTwilioSignature(token, signedUrl, { ...signedForm }),
  });

  it.each([account.authToken, 'the-previous-token'])('is believed under %s', (token) => {
    expect(sms.verify({ url, headers: signed(token), query: {}, body: form })).toBe(true);
  });

  it('is believed over the exact query as it came', () => {
    const withQuery = `${publicUrl}/webhooks/twilio/status?mid=${id}&x=%20a+b`;
    expect(sms.verify({ url: withQuery, headers: signed(account.authToken, withQuery), query: {}, body: form })).toBe(true);
  });

  it.each<[string, { url: string; headers: Form; body: Form }]>([
    ['missing', { url, headers: {}, body: form }],
    ['empty', { url, headers: { 'x-twilio-signature': '' }, body: form }],
    ['given twice', { url, headers: { 'x-twilio-signature': ['a', 'b'] }, body: form }],
    ['made with another token', { url, headers: signed('guess'), body: form }],
    ['of another body', { url, headers: signed(account.authToken), body: { ...form, Body: 'x' } }],
    ['of a body with one field less', { url, headers: signed(account.authToken), body: { ...form, Extra: '' } }],
    ['of another address', { url: `${url}?a=1`, headers: signed(account.authToken), body: form }],
    ['of http instead of https', { url: url.replace('https', 'http'), headers: signed(account.authToken), body: form }],
    ['of a relative address', { url: '/webhooks/twilio/messages', headers: signed(account.authToken), body: form }],
  ])('is never believed when %s', (_, request) => {
    expect(sms.verify({ query: {}, ...request })).toBe(false);
  });

  it('is never believed for another account, even under our token', () => {
    for (const AccountSid of ['AC00000000000000000000000000000000', [account.accountSid, account.accountSid], undefined]) {
      const other: Form = { ...form, AccountSid };
      expect(sms.verify({ url, headers: signed(account.authToken, url, other), query: {}, body: other })).toBe(false);
    }
  });

  it('never throws, whatever comes', () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()));
    const anyForm = fc.dictionary(fc.string(), value).map((odd): Form => ({ ...odd, AccountSid: account.accountSid }));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), value, anyForm, (anyUrl, signature, odd) => {
        expect(sms.verify({ url: anyUrl, headers: { 'x-twilio-signature': signature }, query: {}, body: odd })).toBe(false);
      }),
    );
    const noBody: Form = JSON.parse('null');
    expect(sms.verify({ url, headers: signed(account.authToken), query: {}, body: noBody })).toBe(false);
  });

  it('can never be checked under an empty token, with which anybody could sign', () => {
    expect(() => smsAt(undefined, { authTokens: [account.authToken, ''] })).toThrow('none empty');
    expect(() => smsAt(undefined, { authTokens: [] })).toThrow('auth token');
  });
});

describe('a message from a citizen', () => {
  const form: Form = { AccountSid: account.accountSid, MessageSid: sid, From: citizen, To: account.number, NumMedia: '0', Body: text };

  it('keeps every character', () => {
    const body = ' \u200fمشكل\n\tO\'Connor 😀 ';
    expect(readMessage({ ...form, Body: body })).toEqual({
      channel: 'sms',
      account: sms.account,
      providerId: sid,
      from: citizen,
      to: account.number,
      text: body,
      media: [],
      raw: { ...form, Body: body },
    });
  });

  it('without words keeps its pictures', () => {
    const media = { NumMedia: '2', MediaUrl0: 'https://a/0', MediaContentType0: 'image/jpeg', MediaUrl1: 'https://a/1' };
    const { Body: _, ...silent } = form;
    expect(readMessage({ ...silent, ...media })).toMatchObject({
      text: '',
      media: [
        { url: 'https://a/0', type: 'image/jpeg' },
        { url: 'https://a/1', type: 'application/octet-stream' },
      ],
    });
  });

  it('from a short code or a name is not lost', () => {
    expect(readMessage({ ...form, From: 'INWI' })?.from).toBe('INWI');
  });

  it.each<[string, Form]>([
    ['without an id', { ...form, MessageSid: undefined }],
    ['with a malformed id', { ...form, MessageSid: 'SM1' }],
    ['with two ids', { ...form, MessageSid: [sid, sid] }],
    ['without a sender', { ...form, From: '' }],
    ['without a recipient', { ...form, To: undefined }],
    ['of WhatsApp', { ...form, From: `whatsapp:${citizen}` }],
  ])('%s is never taken for an SMS', (_, odd) => {
    expect(readMessage(odd)).toBeNull();
  });
});

describe('a status report', () => {
  const form: Form = { AccountSid: account.accountSid, MessageSid: sid, MessageStatus: 'undelivered', ErrorCode: '30003' };

  it('names our message, the state and the error', () => {
    expect(readReport(form, { mid: id.toUpperCase() })).toEqual({
      messageId: id,
      providerId: sid,
      status: 'failed',
      errorCode: '30003',
      class: 'unreachable',
    });
  });

  it.each<[Form]>([[{}], [{ mid: "1' or '1'='1" }], [{ mid: [id, id] }]])('with the query %j names only the provider\'s id', (query) => {
    expect(readReport({ ...form, ErrorCode: '0' }, query)).toEqual({ providerId: sid, status: 'failed' });
  });

  it.each<[string, Form]>([
    ['of an unknown status', { ...form, MessageStatus: 'teleported' }],
    ['of an inbound message', { ...form, MessageStatus: 'received' }],
    ['without a status', { ...form, MessageStatus: undefined }],
    ['without an id', { ...form, MessageSid: undefined }],
  ])('%s changes nothing', (_, odd) => {
    expect(readReport(odd, { mid: id })).toBeNull();
  });
});

it('what somebody wrote in a way that we do not know is not answered as taken; a report on it is, and what is of another channel', () => {
  const parse = (more: Form) => sms.parse({ url: '', headers: {}, query: {}, body: { AccountSid: account.accountSid, MessageSid: sid, From: citizen, To: account.number, Body: text, ...more } });
  for (const more of [{ From: 'sip:somebody@example.org' }, { From: 'rcs:+212612340000' }, { From: '' }, { MessageSid: 'SMx' }]) expect(parse(more)).toEqual([{ type: 'unreadable' }]);
  for (const more of [{ MessageStatus: 'whatever' }, { From: 'sip:somebody@example.org', MessageStatus: 'sent' }, { From: `whatsapp:${citizen}`, To: `whatsapp:${account.number}` }]) expect(parse(more)).toEqual([]);
  expect(parse({ MessageStatus: 'received' })).toMatchObject([{ type: 'message', message: { from: citizen, text } }]);
});
