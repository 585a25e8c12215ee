import { boolean, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './staff.ts';

/** Our end of each channel, as `Channel.name` and `Channel.account` say it: whether it lives, and when it is to be asked again. */
export const channelAccounts = pgTable(
  'channel_accounts',
  {
    channel: text().notNull(),
    account: text().notNull(),
    knownSince: instant('known_since').notNull(),
    /** When its provider last called us. */
    lastSeenAt: instant('last_seen_at'),
    /** What the last check found, and since when it finds nothing good. */
    checkedAt: instant('checked_at'),
    ok: boolean(),
    code: text(),
    failingSince: instant('failing_since'),
    /** The beginning of the last run that took all it held. */
    reconciledAt: instant('reconciled_at'),
    /** Whoever moves these first makes the run. */
    reconcileDueAt: instant('reconcile_due_at').notNull(),
    deepDueAt: instant('deep_due_at').notNull(),
    /** When the network was last seen to carry a message to it; the last SMS that it sent to itself, and since when none of those has come back. */
    carriedAt: instant('carried_at'),
    testId: uuid('test_id'),
    testedAt: instant('tested_at'),
    unreturnedSince: instant('unreturned_since'),
    /** When it may send again, where it sends one message at a time (`Capabilities.gapMs`). */
    nextSendAt: instant('next_send_at'),
    /** Nothing is sent until then, because the provider did not take, or did not answer; why, and how often in a row. */
    heldUntil: instant('held_until'),
    heldSince: instant('held_since'),
    /** Since when it fails; a provider that asks us to be slower is well. `heldSince` is when it last did. */
    faultySince: instant('faulty_since'),
    heldClass: text('held_class'),
    heldCode: text('held_code'),
    faults: smallint().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.channel, t.account] })],
);
