import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let person: { cookie: string };
beforeAll(async () => {
  app = await startApp({ sms: false });
  person = await app.as('operator', 'centre-04');
});
afterAll(() => app.close());

/** The first line of the answer to an upgrade with these headers too. */
const upgrade = (more: string): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(app.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `GET /live HTTP/1.1\r\nhost: insat\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncookie: ${person.cookie}\r\n${more}\r\n`,
      ),
    );
    socket.on('data', (part: Buffer) => {
      answer += part.toString('latin1');
      socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
  });

it('an upgrade with 3,000 headers is refused, and the program goes on', async () => {
  expect(await upgrade(Array.from({ length: 3000 }, (_, i) => `x-${i}: 1\r\n`).join(''))).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  expect((await app.get('/health/live')).status).toBe(200);
});

it('a sub-protocol of 32 kB is refused', async () => {
  expect(await upgrade(`sec-websocket-protocol: ${'a,'.repeat(16_384)}\r\n`)).toBe('HTTP/1.1 431 Request Header Fields Too Large');
});

it('a sub-protocol that takes long to read takes no time', async () => {
  const began = performance.now();
  expect(await upgrade(`sec-websocket-protocol: a${' '.repeat(8000)}x\r\n`)).toMatch(/^HTTP\/1.1 (101|400) /);
  expect(performance.now() - began).toBeLessThan(1000);
});

it('an upgrade like any other is accepted', async () => {
  expect(await upgrade('')).toBe('HTTP/1.1 101 Switching Protocols');
});
