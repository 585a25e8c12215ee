import { expect, test } from 'vitest';
import { standingOf } from '#console/case/standing';

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
