import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { messages } from './cases.ts';
import { instant } from './staff.ts';

/** Each time that a message was handed to a provider, and what came of it. */
export const sendAttempts = pgTable(
  'send_attempts',
  {
    id: uuid().primaryKey(),
    messageId: uuid('message_id').notNull().references(() => messages.id),
    channel: text().notNull(),
    account: text().notNull(),
    beganAt: instant('began_at').notNull(),
    /** Null while the provider is asked, or for good where the process died in between. */
    endedAt: instant('ended_at'),
    /** `SendResult.outcome`, with its class and code where it was not accepted at once. */
    outcome: text(),
    class: text(),
    code: text(),
  },
  (t) => [index('send_attempts_message').on(t.messageId, t.beganAt), index('send_attempts_account').on(t.channel, t.account, t.beganAt)],
);

/** Every status callback, in the order it came; `messages.state` is its projection. */
export const deliveryReports = pgTable(
  'delivery_reports',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    messageId: uuid('message_id').notNull().references(() => messages.id),
    state: text().notNull(),
    errorCode: text('error_code'),
    /** Of which part of the message, where the provider speaks of each; only to tell them apart. */
    part: text(),
    at: instant('at').notNull(),
  },
  (t) => [index('delivery_reports_message').on(t.messageId)],
);
