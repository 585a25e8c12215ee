import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelStates } from '#contract/channels';
import { healthOf, type Facts } from '#domain/channels/health.rules';

const now = new Date('2026-11-22T10:00:00Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const minute = 60;
const hour = 60 * minute;

const well: Facts = { heartbeat: true, knownSince: ago(24 * hour), lastSeenAt: ago(40), checkedAt: ago(30), failingSince: null, oldestQueuedAt: null };
const without: Facts = { ...well, heartbeat: false, lastSeenAt: null };

describe('how a channel is', () => {
  it.each<[what: string, facts: Facts, state: string, since: Date | null]>([
    ['a phone that spoke a moment ago', well, 'ok', null],
    ['a phone that missed two beats', { ...well, lastSeenAt: ago(3 * minute - 1) }, 'ok', null],
    ['a phone silent for three minutes', { ...well, lastSeenAt: ago(3 * minute) }, 'degraded', ago(3 * minute)],
    ['a phone silent for a second less than ten minutes', { ...well, lastSeenAt: ago(10 * minute - 1) }, 'degraded', ago(10 * minute - 1)],
    ['a phone silent for ten minutes', { ...well, lastSeenAt: ago(10 * minute) }, 'deaf', ago(10 * minute)],
    ['a phone that was set up two minutes ago and never spoke', { ...well, lastSeenAt: null, knownSince: ago(2 * minute), checkedAt: null }, 'ok', null],
    ['a phone that was set up ten minutes ago and never spoke', { ...well, lastSeenAt: null, knownSince: ago(10 * minute) }, 'deaf', ago(10 * minute)],
    ['a phone that another process saw a second from now', { ...well, lastSeenAt: ago(-1) }, 'ok', null],
    ['a provider without a heartbeat, to which nobody has written for a day', without, 'ok', null],
    ['one whose last check was not good', { ...without, failingSince: ago(20) }, 'degraded', ago(20)],
    ['one that is away for ten minutes', { ...without, failingSince: ago(10 * minute) }, 'down', ago(10 * minute)],
    ['a phone that speaks, and whose way back is broken for an hour', { ...well, failingSince: ago(hour) }, 'down', ago(hour)],
    ['a phone silent for ten minutes, and out of reach for an hour', { ...well, lastSeenAt: ago(10 * minute), failingSince: ago(hour) }, 'deaf', ago(10 * minute)],
    ['one that nobody has asked for three minutes', { ...without, checkedAt: ago(3 * minute) }, 'degraded', ago(3 * minute)],
    ['one that nobody has asked for ten minutes: no worker runs', { ...without, checkedAt: ago(10 * minute) }, 'down', ago(10 * minute)],
    ['one that was never asked, ten minutes after it was set up', { ...without, checkedAt: null, knownSince: ago(10 * minute) }, 'down', ago(10 * minute)],
    ['one with a message that has waited a moment', { ...well, oldestQueuedAt: ago(9 * minute) }, 'ok', null],
    ['one with a message that has waited ten minutes', { ...well, oldestQueuedAt: ago(10 * minute) }, 'degraded', ago(10 * minute)],
    ['two things wrong at once: since the first of them', { ...well, lastSeenAt: ago(4 * minute), failingSince: ago(5 * minute) }, 'degraded', ago(5 * minute)],
  ])('%s', (_, facts, state, since) => {
    expect(healthOf(facts, now)).toEqual({ state, since });
  });
});

const seconds = fc.integer({ min: 0, max: 2 * hour });
const at = seconds.map(ago);
const facts: fc.Arbitrary<Facts> = fc.record({
  heartbeat: fc.boolean(),
  knownSince: at,
  lastSeenAt: fc.option(at),
  checkedAt: fc.option(at),
  failingSince: fc.option(at),
  oldestQueuedAt: fc.option(at),
});
const rank = (one: Facts, when = now): number => channelStates.indexOf(healthOf(one, when).state);

describe('whatever is known of a channel', () => {
  it('is deaf exactly when a phone with a heartbeat was not heard for ten minutes', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const silent = now.getTime() - (one.lastSeenAt ?? one.knownSince).getTime() >= 10 * minute * 1000;
        expect(healthOf(one, now).state === 'deaf').toBe(one.heartbeat && silent);
      }),
    );
  });

  it('time alone never makes it better', () => {
    fc.assert(
      fc.property(facts, seconds, (one, more) => {
        expect(rank(one, new Date(now.getTime() + more * 1000))).toBeGreaterThanOrEqual(rank(one));
      }),
    );
  });

  it('good news never makes it worse, and all of it makes it well', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const news: Partial<Facts>[] = [{ lastSeenAt: now }, { checkedAt: now }, { failingSince: null }, { oldestQueuedAt: null }];
        for (const good of news) expect(rank({ ...one, ...good })).toBeLessThanOrEqual(rank(one));
        expect(healthOf(Object.assign({ ...one }, ...news) as Facts, now)).toEqual({ state: 'ok', since: null });
      }),
    );
  });

  it('what is not well is so since an instant that was told, and everybody is warned only after ten minutes', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const { state, since } = healthOf(one, now);
        if (state === 'ok') return since === null;
        expect([one.knownSince, one.lastSeenAt, one.checkedAt, one.failingSince, one.oldestQueuedAt]).toContain(since);
        return state === 'degraded' || now.getTime() - Number(since) >= 10 * minute * 1000;
      }),
    );
  });
});
