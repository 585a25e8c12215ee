import { expect, it } from 'vitest';
import { judge } from '#channels/smsgate/client';
import { readInbox, readTold } from '#channels/smsgate/inbound';

const at = '2026-11-22T10:00:00.000Z';
const [earliest, now] = [new Date('2026-11-20T00:00:00Z'), new Date('2026-11-22T12:00:00Z')];
const sender = '+212661000555';
const told = (event: string, payload: Record<string, unknown>) => readTold('smsgate:a', event, { sender, receivedAt: at, ...payload }, earliest, {});
const held = (...rows: Record<string, unknown>[]) => readInbox('smsgate:a', rows.map((row) => ({ sender, createdAt: at, ...row })), earliest, now);

/** The rows are as the phone's app makes them (`IncomingMessagesService.toPreview`). */
it.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
  ['an SMS', 'sms:received', { message: 'سلام' }, { type: 'SMS', contentPreview: 'سلام' }],
  ['an SMS of an older app', 'sms:received', { message: 'سلام' }, { contentPreview: 'سلام' }],
  ['an SMS of bytes', 'sms:data-received', { data: Buffer.alloc(70, 1).toString('base64') }, { type: 'DATA_SMS', contentPreview: `${'01'.repeat(64)}...` }],
  ['an MMS', 'mms:downloaded', { body: 'سلام', attachments: [{ contentType: 'image/png' }] }, { type: 'MMS_DOWNLOADED', contentPreview: 'سلام', attachments: [{ contentType: 'image/png' }] }],
  ['an MMS without words', 'mms:downloaded', {}, { type: 'MMS_DOWNLOADED', contentPreview: 'MMS content' }],
  ['the notice of an MMS that the phone did not get', 'mms:received', {}, { type: 'MMS', contentPreview: 'MMS notification' }],
])('%s is one message with one id, words and time, by webhook and in the inbox', (_, event, payload, row) => {
  const [message] = held(row);
  expect(message?.heldSince).toEqual(new Date(at));
  expect({ ...told(event, payload), raw: null }).toEqual({ ...message, raw: null });
});

it('an MMS that the phone got, or may still get, is not in the inbox a second time as its notice', () => {
  const notice = { type: 'MMS', contentPreview: 'MMS notification' };
  expect(held(notice, { type: 'MMS_DOWNLOADED', contentPreview: 'سلام', createdAt: '2026-11-22T10:00:30Z' }).map(({ text }) => text)).toEqual(['سلام']);
  expect(held({ ...notice, createdAt: '2026-11-22T11:50:00Z' })).toEqual([]);
});

it('one in the inbox that is odd keeps no other from us, and is told of', () => {
  const plain = { type: 'SMS', sender, createdAt: at, contentPreview: 'سلام' };
  let odd = 0;
  const rows = [null, { ...plain, sender: '' }, { ...plain, contentPreview: null }, { ...plain, createdAt: 'soon' }, { ...plain, attachments: [{}] }, plain];
  expect(readInbox('smsgate:a', rows, earliest, now, () => (odd += 1)).map(({ text }) => text)).toEqual(['سلام']);
  expect(odd).toBe(5);
  expect(() => readInbox('smsgate:a', { message: 'no list' }, earliest, now)).toThrow();
});

it('a phone has what we send only where its answer names the message', () => {
  const id = '01a202c1-7aa0-768b-b218-d8c9301522fe';
  for (const json of [null, {}, { ok: true }, { id: 'another' }, '<html>']) expect(judge({ status: 200, json }, id)).toMatchObject({ outcome: 'unknown' });
  expect(judge({ status: 202, json: { id, state: 'Pending' } }, id)).toEqual({ outcome: 'accepted', providerId: id });
  expect(judge({ status: 409, json: null }, id)).toEqual({ outcome: 'accepted', providerId: id });
});
