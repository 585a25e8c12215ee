import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { closeCode, frame, openRaw } from '../support/raw-socket.ts';

let app: TestApp;
let person: { cookie: string };
beforeAll(async () => {
  app = await startApp({ sms: false });
  person = await app.as('operator', 'centre-04');
});
afterAll(() => app.close());

it.each([
  ['a reserved operation', frame(0x83, Buffer.from('x')), 1002],
  ['reserved bits', frame(0xf1, Buffer.from('x')), 1002],
  ['no mask', Buffer.from([0x81, 0x01, 0x78]), 1002],
  ['a control frame in parts', frame(0x09, Buffer.from('x')), 1002],
  ['a control frame too long', Buffer.concat([Buffer.from([0x89, 0xfe, 0x00, 0x7e, 1, 2, 3, 4]), Buffer.alloc(126)]), 1002],
  ['a continuation of nothing', frame(0x80, Buffer.from('x')), 1002],
  ['a close code that is none', frame(0x88, Buffer.from([0, 1])), 1002],
  ['text that is no UTF-8', frame(0x81, Buffer.from([0xff, 0xfe])), 1007],
  ['a length of 2^63', Buffer.concat([Buffer.from([0x82, 0xff]), Buffer.alloc(8, 0xff), Buffer.alloc(4)]), 1009],
  ['more than a console could ever say', Buffer.from([0x82, 0xfe, 0xff, 0xff, 1, 2, 3, 4]), 1009],
  ['any message at all', frame(0x81, Buffer.from('{"subscribe":"*"}')), 1008],
])('a socket that sends %s is closed, and the program goes on', async (_, bytes, code) => {
  const { socket, ended } = await openRaw(app.url, person);
  socket.write(bytes);
  expect(closeCode(await ended)).toBe(code);
  expect((await app.get('/health/live')).status).toBe(200);
});

it('noise is closed, however it begins', async () => {
  for (let i = 0; i < 40; i += 1) {
    const { socket, ended } = await openRaw(app.url, person);
    // Long enough that no length it may spell is waited for.
    socket.write(Buffer.concat([randomBytes(1), Buffer.from([0xff]), randomBytes(200)]));
    socket.end();
    await ended;
  }
  expect((await app.get('/health/live')).status).toBe(200);
});
