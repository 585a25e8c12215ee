import { connect } from 'node:net';
import { system } from '#db/actor';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startApp, type TestApp } from '../support/app.ts';
import { pdf, stored } from '../support/files.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

/** Sends the beginning of a body that never ends, and hangs up. */
const breakOff = (path: string, name: string, sent: number): Promise<void> =>
  new Promise((resolve) => {
    const head = `--x\r\ncontent-disposition: form-data; name="${name}"; filename="f"\r\n\r\n`;
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
      socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 900000\r\n\r\n${head}`);
      socket.write(Buffer.concat([pdf(), Buffer.alloc(sent)]), () => setTimeout(() => socket.destroy(), 5));
    });
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });

/** @fastify/multipart CVE-2025-24033. */
it('of 500 uploads that break off nothing is kept, neither bytes nor rows', async () => {
  for (let round = 0; round < 10; round += 1)
    await Promise.all(Array.from({ length: 50 }, (_, index) => breakOff(index % 2 === 0 ? '/api/v1/uploads' : '/file', 'files', (index % 5) * 30_000)));
  const rows = () => app.deps.ctx.db.withActor(system, (tx) => tx.raw<{ id: string }>('select id from attachments', []));
  await eventually(async () => (await stored(app)).length === 0 && (await rows()).length === 0);
  expect([await stored(app), await rows()]).toEqual([[], []]);
  expect((await app.get('/health/ready')).status).toBe(200);
});
