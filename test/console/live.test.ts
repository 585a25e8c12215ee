import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectLive, gather, retryDelay } from '#console/live';
import { liveClose } from '#contract/live';

test('a console waits between one and thirty seconds before it returns, and not all at once', () => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    expect(retryDelay(attempt, 0)).toBe(1000);
    expect(retryDelay(attempt, 1)).toBeLessThanOrEqual(30_000);
  }
  expect(retryDelay(0, 1)).toBe(2000);
  expect(retryDelay(10, 0.5)).toBe(15_500);
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a storm of changes is read once per pause, and the last change is never missed', async () => {
  const seen: number[][] = [];
  let finish: () => void = () => undefined;
  const changes = gather<number>(300, (items) => {
    seen.push(items);
    return new Promise((done) => {
      finish = done;
    });
  });
  changes.add(1);
  changes.add(2);
  await vi.advanceTimersByTimeAsync(300);
  expect(seen).toEqual([[1, 2]]);
  changes.add(3);
  await vi.advanceTimersByTimeAsync(5000);
  expect(seen).toEqual([[1, 2]]);
  finish();
  await vi.advanceTimersByTimeAsync(300);
  expect(seen).toEqual([[1, 2], [3]]);
  finish();
  changes.stop();
});

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function serve(onConnection: (count: number, socket: { send: (text: string) => void; close: (code: number) => void }) => void) {
  let count = 0;
  app = fastify();
  await app.register(websocket);
  app.get('/live', { websocket: true }, (socket) => onConnection((count += 1), socket));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${address.replace('http', 'ws')}/live`, connections: () => count };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const listener = () => ({ frame: vi.fn(), open: vi.fn(), lost: vi.fn(), revoked: vi.fn(), state: vi.fn() });

test('after a restart of the server the console is live again, and takes no frame that is not a hint', async () => {
  vi.useRealTimers();
  const frame = { type: 'case.changed', caseId: randomUUID(), version: 3 };
  const { url } = await serve((count, socket) => {
    if (count === 1) return socket.close(liveClose.restart);
    socket.send('not json');
    socket.send(JSON.stringify({ type: 'something.else' }));
    socket.send(JSON.stringify(frame));
  });
  const on = listener();
  const stop = connectLive(url, on);
  await until(() => expect(on.frame).toHaveBeenCalled());
  stop();
  expect(on.frame.mock.calls).toEqual([[frame]]);
  expect(on.state.mock.calls.flat()).toEqual(['connecting', 'live', 'reconnecting', 'live']);
  expect(on.open).toHaveBeenCalledTimes(2);
  expect(on.lost).toHaveBeenCalledTimes(1);
});

test('a revoked session is never connected again', async () => {
  const { url, connections } = await serve((_, socket) => socket.close(liveClose.revoked));
  const on = listener();
  const stop = connectLive(url, on);
  while (on.revoked.mock.calls.length === 0) await new Promise((turn) => setImmediate(turn));
  await vi.advanceTimersByTimeAsync(60_000);
  stop();
  expect(connections()).toBe(1);
  expect(on.lost).not.toHaveBeenCalled();
});
