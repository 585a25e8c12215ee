import { expect, test } from 'vitest';
import { isUnreached, standingOf } from '#console/case/standing';

const one = (status: 'in_progress' | 'resolved' | 'withdrawn', ...types: string[]) => standingOf({ status, events: types.map((type) => ({ type })) });

test('a hold stands from the last time it was put until it is lifted', () => {
  expect(one('in_progress', 'case.received').held).toBe(false);
  expect(one('in_progress', 'case.held', 'case.hold_lifted', 'case.held', 'case.moved').held).toBe(true);
  expect(one('in_progress', 'case.held', 'case.moved', 'case.hold_lifted').held).toBe(false);
});

test('erasure is offered only for what is over, and never twice', () => {
  expect(one('in_progress').over).toBe(false);
  expect([one('resolved').over, one('withdrawn').over]).toEqual([true, true]);
  expect(one('withdrawn', 'case.erased')).toEqual({ erased: true, held: false, over: true });
});

test('a citizen whom no message reaches is shown as such until something arrives or they write', () => {
  const events = [{ type: 'citizen.unreachable', at: '2026-11-20T12:00:00Z' }];
  const message = (at: string, direction: 'in' | 'out', state: 'failed' | 'delivered' | 'routed') => ({ at, direction, state });
  const before = message('2026-11-20T10:00:00Z', 'out', 'delivered');
  expect(isUnreached({ events: [], messages: [before] })).toBe(false);
  expect(isUnreached({ events, messages: [before, message('2026-11-20T13:00:00Z', 'out', 'failed')] })).toBe(true);
  for (const after of [message('2026-11-20T13:00:00Z', 'out', 'delivered'), message('2026-11-20T13:00:00Z', 'in', 'routed')]) expect(isUnreached({ events, messages: [before, after] })).toBe(false);
});
