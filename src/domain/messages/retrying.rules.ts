import type { FailureClass } from '#channels/channel';

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** What the provider did not do for a reason that is its own or our account's: the next message would fare no better. */
const ofAccount = ['transient', 'throttled', 'config'] as const satisfies readonly FailureClass[];
type OfAccount = (typeof ofAccount)[number];
export const isOfAccount = (why: FailureClass): why is OfAccount => ofAccount.some((one) => one === why);

/**
 * How long nothing is sent by an account that has not taken, or not answered, so many messages in a row: as long as it asks for, or a
 * few seconds, then twice as long each time. A provider that is away is tried every minute in the end, by one message, however many wait.
 */
export const holdMs = (why: OfAccount | 'unknown', faults: number, retryAfterMs?: number): number => {
  if (why === 'config') return minuteMs;
  const first = why === 'throttled' && retryAfterMs !== undefined ? retryAfterMs : 5 * secondMs;
  return Math.min(longestHoldMs, Math.max(first, Math.min(first * 2 ** Math.min(faults - 1, 10), minuteMs)));
};

/** Longer than that `holdMs` never says. */
export const longestHoldMs = 15 * minuteMs;

/** Whether something waits for this time still. One further ahead than any wait of its kind was written by a clock that was wrong, and is past. */
export const waitsUntil = (at: Date | null, longestMs: number, now: Date): at is Date => at !== null && at > now && at.getTime() - now.getTime() <= longestMs;

/** While one message finds out whether the provider is back, so long the others wait for it: longer than a call takes. */
export const probeMs = 10 * secondMs;

/** When a message that we cannot even hand over is looked at again, so that no other waits for it; null once that was often enough, after about a day. */
export const asideMs = (times: number): number | null => (times < 8 ? 15 * secondMs * 4 ** (times - 1) : null);

/** When words that did not arrive are sent once more: each time at another hour, so that a handset that is off may be on. */
const againAfterMs = [15 * minuteMs, 120 * minuteMs] as const;

/**
 * What follows for the citizen from a message that failed for good. `again`: the same words later, by the same channel; `other_way`:
 * by another one; `give_up`: no message reaches them, so that somebody must call; `stop`: they want none; `tell`: only the
 * case shows it.
 */
export type Step = { do: 'again'; afterMs: number } | { do: 'other_way' } | { do: 'give_up' } | { do: 'stop' } | { do: 'tell' };

/**
 * @param failed.tries how often these words were sent by this channel, this time included
 * @param failed.other whether there is a channel by which they were not sent yet
 */
export const afterFailure = ({ why, tries, other }: { why: FailureClass; tries: number; other: boolean }): Step => {
  switch (why) {
    case 'opted_out':
      return { do: 'stop' };
    case 'policy':
    case 'permanent':
      return { do: 'tell' };
    case 'sender':
    case 'config':
      return other ? { do: 'other_way' } : { do: 'tell' };
    case 'window':
    case 'address':
      return other ? { do: 'other_way' } : { do: 'give_up' };
    case 'unreachable':
    case 'transient':
    case 'throttled': {
      const afterMs = againAfterMs[tries - 1];
      if (afterMs !== undefined) return { do: 'again', afterMs };
      return other ? { do: 'other_way' } : { do: 'give_up' };
    }
  }
};
