import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureClasses } from '#contract/staff';
import { afterFailure, holdMs } from '#domain/messages/retrying.rules';

const minuteMs = 60_000;
const anyClass = fc.constantFrom(...failureClasses);

describe('after a message that failed', () => {
  it.each([
    ['unreachable', 1, false, { do: 'again', afterMs: 15 * minuteMs }],
    ['unreachable', 2, true, { do: 'again', afterMs: 120 * minuteMs }],
    ['unreachable', 3, true, { do: 'other_way' }],
    ['unreachable', 3, false, { do: 'give_up' }],
    ['address', 1, true, { do: 'other_way' }],
    ['address', 1, false, { do: 'give_up' }],
    ['window', 1, true, { do: 'other_way' }],
    ['window', 1, false, { do: 'give_up' }],
    ['sender', 1, true, { do: 'other_way' }],
    ['opted_out', 1, true, { do: 'stop' }],
    ['policy', 1, true, { do: 'tell' }],
    ['permanent', 1, true, { do: 'tell' }],
  ] as const)('%s at try %i, another way left: %s', (why, tries, other, step) => {
    expect(afterFailure({ why, tries, other })).toEqual(step);
  });

  it('whatever happens each time, the same words leave at most three times by each of two channels, and then somebody knows', () => {
    fc.assert(
      fc.property(fc.array(anyClass, { minLength: 7, maxLength: 7 }), (fates) => {
        const left = [0, 0];
        let channel = 0;
        for (const why of fates) {
          left[channel] = (left[channel] ?? 0) + 1;
          const step = afterFailure({ why, tries: left[channel] ?? 0, other: channel === 0 });
          if (step.do === 'other_way') channel += 1;
          else if (step.do !== 'again') return Math.max(...left) <= 3 && channel <= 1;
        }
        return false;
      }),
    );
  });
});

describe('a provider that is away', () => {
  it('is never asked more than every five seconds, nor left alone for more than a minute, and waits as long as it says', () => {
    const why = fc.constantFrom('transient', 'throttled', 'config', 'unknown' as const);
    fc.assert(fc.property(why, fc.integer({ min: 1, max: 32_000 }), (reason, faults) => holdMs(reason, faults) >= 5000 && holdMs(reason, faults) <= minuteMs && holdMs(reason, faults + 1) >= holdMs(reason, faults)));
    expect([holdMs('throttled', 1, 1500), holdMs('throttled', 2, 1500), holdMs('throttled', 20, 1500), holdMs('throttled', 3, 90_000)]).toEqual([1500, 3000, minuteMs, 90_000]);
  });
});
