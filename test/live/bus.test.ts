import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLog } from '#lib/log';
import { openLive, type Carrier, type Hint } from '#live/bus';

const hint: Hint = { type: 'case.changed', caseId: '0198c0de-0000-7000-8000-000000000000', version: 2, centreId: 'centre-04', restricted: false, readers: null, blocked: null };

/** A carrier in this process that cannot be reached the first `failures` times. */
const carrierThatFails = (failures: number) => {
  const state = { attempts: 0, closed: false };
  let deliver: (payload: string) => void = () => undefined;
  const carrier: Carrier = {
    publish: async (payload) => deliver(payload),
    async subscribe(onPayload, onReady) {
      state.attempts += 1;
      if (state.attempts <= failures) throw new Error('connection refused');
      deliver = onPayload;
      onReady();
    },
    close: async () => {
      state.closed = true;
    },
  };
  return { carrier, state };
};
const listener = () => ({ hint: vi.fn(), missed: vi.fn() });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a carrier that is away at the start never leaves live updates off: it is tried again, and consoles re-read what they missed', async () => {
  const { carrier, state } = carrierThatFails(2);
  const live = openLive(carrier, createLog('silent'));
  const console = listener();
  live.subscribe(console);
  live.publish(hint);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.attempts).toBe(3);
  expect(console.missed).toHaveBeenCalledTimes(1);
  live.publish(hint);
  await vi.advanceTimersByTimeAsync(50);
  expect(console.hint.mock.calls).toEqual([[hint]]);
  await live.close();
});

it('a carrier that is there at once is asked once, and nobody re-reads in vain', async () => {
  const { carrier, state } = carrierThatFails(0);
  const live = openLive(carrier, createLog('silent'));
  const [one, other] = [listener(), listener()];
  live.subscribe(one);
  live.subscribe(other);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([state.attempts, one.missed.mock.calls.length]).toEqual([1, 0]);
  await live.close();
});

it('once closed, a carrier that was never reached is left alone', async () => {
  const { carrier, state } = carrierThatFails(Infinity);
  const live = openLive(carrier, createLog('silent'));
  live.subscribe(listener());
  await vi.advanceTimersByTimeAsync(1000);
  await live.close();
  const { attempts } = state;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state).toEqual({ attempts, closed: true });
});

it('the last hints before a stop are sent before the carrier is closed', async () => {
  const { carrier } = carrierThatFails(0);
  const live = openLive(carrier, createLog('silent'));
  const console = listener();
  live.subscribe(console);
  live.publish(hint);
  await live.close();
  expect(console.hint).toHaveBeenCalledTimes(1);
});

it('sessions that end at one instant are told of once, beside the cases that changed', async () => {
  const { carrier } = carrierThatFails(0);
  const live = openLive(carrier, createLog('silent'));
  const console = listener();
  live.subscribe(console);
  for (const one of [{ type: 'sessions.ended' }, hint, { type: 'sessions.ended' }] as const) live.publish(one);
  await vi.advanceTimersByTimeAsync(50);
  expect(console.hint.mock.calls).toEqual([[{ type: 'sessions.ended' }], [hint]]);
  await live.close();
});
