import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelStates } from '#contract/channels';
import { healthOf, type Facts } from '#domain/channels/health.rules';

const now = new Date('2026-11-22T10:00:00Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const minute = 60;
const hour = 60 * minute;

const well: Facts = { heartbeat: true, knownSince: ago(24 * hour), lastSeenAt: ago(40), checkedAt: ago(30), failingSince: null, unreturnedSince: null, held: null, lastHour: { tried: 0, failed: 0 }, oldestQueuedAt: null };
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
    ['one whose SMS to itself is under way for nine minutes', { ...well, unreturnedSince: ago(9 * minute) }, 'ok', null],
    ['one whose SMS to itself has not come back in ten minutes', { ...well, unreturnedSince: ago(10 * minute) }, 'degraded', ago(10 * minute)],
    ['one whose SMS to itself has not come back in half an hour: the phone speaks, and the network carries nothing', { ...well, unreturnedSince: ago(30 * minute) }, 'down', ago(30 * minute)],
    ['one that asks again whether the provider is there', { ...without, held: { since: ago(hour), refused: false } }, 'degraded', ago(hour)],
    ['one whose provider refuses our account: no waiting helps', { ...without, held: { since: ago(1), refused: true } }, 'down', ago(1)],
    ['one refused again just now, and by the check for an hour', { ...without, failingSince: ago(hour), held: { since: ago(1), refused: true } }, 'down', ago(hour)],
    ['a phone silent for ten minutes, whose API refuses us', { ...well, lastSeenAt: ago(10 * minute), held: { since: ago(hour), refused: true } }, 'deaf', ago(10 * minute)],
    ['one by which half of ten messages failed', { ...well, lastHour: { tried: 10, failed: 5 } }, 'degraded', null],
    ['one by which fewer than half failed', { ...well, lastHour: { tried: 11, failed: 5 } }, 'ok', null],
    ['one by which nine of nine failed: too few to say', { ...well, lastHour: { tried: 9, failed: 9 } }, 'ok', null],
    ['one by which all fails, and that is away', { ...well, failingSince: ago(minute), lastHour: { tried: 99, failed: 99 } }, 'degraded', ago(minute)],
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
  unreturnedSince: fc.option(at),
  held: fc.option(fc.record({ since: at, refused: fc.boolean() })),
  lastHour: fc.tuple(fc.nat(40), fc.nat(40)).map(([some, more]) => ({ tried: some + more, failed: some })),
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
        const news: Partial<Facts>[] = [{ lastSeenAt: now }, { checkedAt: now }, { failingSince: null }, { unreturnedSince: null }, { held: null }, { lastHour: { tried: 40, failed: 0 } }, { oldestQueuedAt: null }];
        for (const good of news) expect(rank({ ...one, ...good })).toBeLessThanOrEqual(rank(one));
        expect(healthOf(Object.assign({ ...one }, ...news) as Facts, now)).toEqual({ state: 'ok', since: null });
      }),
    );
  });

  it('what is not well is so since an instant that was told, and everybody is warned after ten minutes, or where our account is refused', () => {
    fc.assert(
      fc.property(facts, (one) => {
        const { state, since } = healthOf(one, now);
        if (state === 'ok') return since === null;
        expect([one.knownSince, one.lastSeenAt, one.checkedAt, one.failingSince, one.unreturnedSince, one.held?.since, one.oldestQueuedAt, null]).toContain(since);
        return state === 'degraded' || one.held?.refused === true || (since !== null && now.getTime() - since.getTime() >= 10 * minute * 1000);
      }),
    );
  });
});
