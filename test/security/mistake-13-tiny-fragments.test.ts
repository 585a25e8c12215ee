import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { frame, openRaw } from '../support/raw-socket.ts';

let app: TestApp;
let person: { cookie: string };
beforeAll(async () => {
  app = await startApp({ sms: false });
  person = await app.as('operator', 'centre-04');
});
afterAll(() => app.close());

/** Writes until the other side hangs up, at most so often. @returns the close code among what came back */
const pour = async (pieces: readonly Buffer[], times: number): Promise<number | null> => {
  const { socket, ended } = await openRaw(app.url, person);
  socket.removeAllListeners('error');
  socket.on('error', () => socket.destroy());
  let over = false;
  void ended.then(() => (over = true));
  for (let i = 0; i < times && !over; i += 1) {
    const drained = socket.write(pieces[Math.min(i, pieces.length - 1)] ?? Buffer.alloc(0));
    if (!drained) await new Promise((go) => void (socket.once('drain', go), socket.once('close', go)));
  }
  const all = await ended;
  const at = all.lastIndexOf(Buffer.from([0x88, 0x02]));
  return at === -1 ? null : all.readUInt16BE(at + 2);
};

it('a million fragments of one byte close the socket, and are never gathered', async () => {
  const before = process.memoryUsage().rss;
  const thousand = Buffer.concat(Array.from({ length: 1000 }, () => frame(0x00, Buffer.from('x'))));
  expect(await pour([frame(0x01, Buffer.from('x')), thousand], 1001)).toBe(1008);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
});

it('a flood of pings closes the socket', async () => {
  expect(await pour([frame(0x89, Buffer.from('x'))], 1000)).toBe(1008);
});
