import { and, eq, isNull, lt, lte, or } from 'drizzle-orm';
import { messages } from '#db/schema/tables';

/** A provider needs a moment before it can say whether it has a message. */
const unclearMs = 60_000;
/** After so long the reports of a message that was accepted are taken for lost. */
const reportsMs = 15 * 60_000;

/** Sends that the provider should be asked about: those it never answered, and those it accepted and told no more of. */
export const unsettled = (now: Date) => {
  const before = (ms: number) => lt(messages.stateAt, new Date(now.getTime() - ms));
  return and(eq(messages.state, 'sending'), before(unclearMs), or(isNull(messages.providerId), before(reportsMs)));
};

/** Whether a queued message waits for nothing any more. */
export const isDue = (now: Date) => or(isNull(messages.nextTryAt), lte(messages.nextTryAt, now));
