import { channelStates, type ChannelState } from '#contract/channels';

const minuteMs = 60_000;
/** A phone speaks each minute: after three that it missed, somebody looks; after ten, callers are told. */
const worryMs = 3 * minuteMs;
const alarmMs = 10 * minuteMs;
/** A network may take its time for an SMS; one that lost two carries none. */
const unreturnedMs = 30 * minuteMs;

/** What is known of a channel. */
export type Facts = {
  /** `Capabilities.heartbeat`. */
  heartbeat: boolean;
  /** When it was configured: what never happened is waited for from then on. */
  knownSince: Date;
  lastSeenAt: Date | null;
  checkedAt: Date | null;
  /** Since when the check of each minute finds nothing good; null where it does, or has not been made. */
  failingSince: Date | null;
  /** Since when nothing that the line sends to itself comes back, and nothing else arrives. */
  unreturnedSince: Date | null;
  /** When its provider last did not take a message of ours, where it has taken none since; and whether it refuses our account, which a person must mend. */
  held: { since: Date; refused: boolean } | null;
  /** Of the messages that were handed to it in the last hour, how many failed. */
  lastHour: { tried: number; failed: number };
  /** When the message came that waits longest to leave; null for none. */
  oldestQueuedAt: Date | null;
};

/** Of so few one failure says nothing. */
const fewTried = 10;

/** How a channel is, and since when it is not well: null where it is, or where only the share of failures says so. */
export type Health = { state: ChannelState; since: Date | null };

/** Since then something is not as it should be; null while that is too short to say anything. */
const trouble = (since: Date | null, now: Date, steps: readonly [afterMs: number, state: ChannelState][]): Health | null => {
  if (since === null) return null;
  const reached = steps.findLast(([afterMs]) => now.getTime() - since.getTime() >= afterMs);
  return reached ? { state: reached[1], since } : null;
};

const worse = (one: Health, other: Health): number =>
  channelStates.indexOf(other.state) - channelStates.indexOf(one.state) || (one.since?.getTime() ?? Infinity) - (other.since?.getTime() ?? Infinity);

const earlier = (one: Date, other: Date | null): Date => (other !== null && other < one ? other : one);

const failsMostly = ({ tried, failed }: Facts['lastHour']): boolean => tried >= fewTried && 2 * failed >= tried;

/**
 * The worst that is so of a channel. One with a heartbeat is judged by its silence too; that of another says nothing, as
 * nobody may have written. A check that is not made any more vouches for nothing: whoever makes it sends the messages too.
 */
export const healthOf = (facts: Facts, now: Date): Health => {
  const { knownSince, held, lastHour } = facts;
  const found = [
    facts.heartbeat ? trouble(facts.lastSeenAt ?? knownSince, now, [[worryMs, 'degraded'], [alarmMs, 'deaf']]) : null,
    trouble(facts.failingSince, now, [[0, 'degraded'], [alarmMs, 'down']]),
    trouble(facts.checkedAt ?? knownSince, now, [[worryMs, 'degraded'], [alarmMs, 'down']]),
    trouble(facts.unreturnedSince, now, [[alarmMs, 'degraded'], [unreturnedMs, 'down']]),
    held && trouble(held.since, now, [[0, 'degraded']]),
    // No waiting helps. It is refused for as long as the check was.
    held?.refused === true ? trouble(earlier(held.since, facts.failingSince), now, [[0, 'down']]) : null,
    trouble(facts.oldestQueuedAt, now, [[alarmMs, 'degraded']]),
    failsMostly(lastHour) ? { state: 'degraded' as const, since: null } : null,
  ];
  return found.filter((one) => one !== null).toSorted(worse)[0] ?? { state: 'ok', since: null };
};
