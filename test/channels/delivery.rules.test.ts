import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advances, type DeliveryState, deliveryStates } from '#channels/channel';
import { toDeliveryState } from '#channels/twilio/statuses';
import { messageStates } from '#contract/staff';

const states = fc.constantFrom(...deliveryStates);
const after = (reports: readonly DeliveryState[]): DeliveryState =>
  reports.reduce<DeliveryState>((state, report) => (advances(state, report) ? report : state), 'queued');

describe('the delivery state of a message', () => {
  it('never depends on the order or the repetition of the reports', () => {
    const twoTellings = fc.array(states, { maxLength: 8 }).chain((reports) =>
      fc.tuple(
        fc.constant(reports),
        fc.array(fc.subarray(reports), { maxLength: 3 }).chain((again) => {
          const all = [...reports, ...again.flat()];
          return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
        }),
      ),
    );
    fc.assert(
      fc.property(twoTellings, ([told, toldAgain]) => {
        expect(after(toldAgain)).toBe(after(told));
      }),
    );
  });

  it('never goes back', () => {
    fc.assert(
      fc.property(states, states, (from, to) => {
        expect(advances(from, to) && advances(to, from)).toBe(false);
      }),
    );
    expect(deliveryStates.some((state) => advances(state, state))).toBe(false);
  });

  it.each([
    ['sent', 'failed', true],
    ['delivered', 'failed', false],
    ['read', 'failed', false],
    ['delivered', 'read', true],
    ['failed', 'delivered', true],
    ['failed', 'sent', false],
    ['unknown', 'sent', true],
    ['unknown', 'failed', true],
  ] as const)('from %s to %s: %s', (from, to, legal) => {
    expect(advances(from, to)).toBe(legal);
  });

  it('that is unknown never becomes queued again, which would send the message twice', () => {
    expect(advances('unknown', 'queued')).toBe(false);
    expect(advances('unknown', 'sending')).toBe(false);
  });

  it('is always one that an operator is shown', () => {
    expect(messageStates).toEqual(expect.arrayContaining([...deliveryStates]));
  });
});

describe('a Twilio status', () => {
  it.each([
    ['accepted', 'queued'],
    ['scheduled', 'queued'],
    ['queued', 'queued'],
    ['sending', 'sending'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ])('%s means %s', (status, state) => {
    expect(toDeliveryState(status)).toBe(state);
  });

  it.each(['received', 'receiving', 'constructor', '', 'brand_new'])('"%s" never changes a message of ours', (status) => {
    expect(toDeliveryState(status)).toBeUndefined();
  });
});
