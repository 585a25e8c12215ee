import { waitsUntil } from '#domain/messages/retrying.rules';

const minuteMs = 60_000;

/** A network that carried nothing for so long is given something to carry. */
const quietMs = 60 * minuteMs;
/** What has not come back is sent once more after that. */
const againMs = 15 * minuteMs;

/** What is known of what the network carried to a channel, and of the SMS that the line sends to itself. */
export type Carried = { carriedAt: Date | null; testedAt: Date | null; unreturnedSince: Date | null };

/**
 * Whether the line is to send an SMS to itself. A phone speaks with us by its own way, and says nothing of a SIM that is barred, or of a
 * network that carries no SMS: people would write, and nobody know. Of a busy line what people write says it. A time further ahead
 * than any wait was written by a clock that was wrong.
 */
export const isTestDue = ({ carriedAt, testedAt, unreturnedSince }: Carried, now: Date): boolean => {
  const waits = (since: Date | null, ms: number): boolean => since !== null && waitsUntil(new Date(since.getTime() + ms), ms, now);
  return !waits(testedAt, againMs) && (unreturnedSince !== null || !waits(carriedAt, quietMs));
};

/** Nobody else's words, and of the seven-bit alphabet: whoever finds it in the phone knows what it is. */
export const testText = (id: string): string => `INSAT TEST ${id.slice(-12)}`;

const test = /^INSAT TEST [0-9a-f]{12}$/;
export const isTestText = (text: string): boolean => test.test(text.trim());

/** A message that is told at once: one that a phone had kept to itself says nothing of how the network is now. */
const freshMs = 5 * minuteMs;
export const isFresh = (heldSince: Date | undefined, now: Date): boolean => heldSince === undefined || Math.abs(now.getTime() - heldSince.getTime()) < freshMs;
