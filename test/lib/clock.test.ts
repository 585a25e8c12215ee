import { expect, it } from 'vitest';
import { assertTimeZoneData, systemClock } from '#lib/clock';

it('this runtime knows that Morocco left GMT+1, else it would never start', () => {
  expect(assertTimeZoneData).not.toThrow();
});

it('the system clock tells the present', () => {
  const before = Date.now();
  expect(systemClock.now().getTime()).toBeGreaterThanOrEqual(before);
});
