import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, smallint, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { cases, messages } from './cases.ts';
import { contactPoints } from './people.ts';
import { bytea, instant, staff } from './staff.ts';

/** Somebody to be called, about a case that was opened for it: who asked for it, or hung up before saying anything. */
export const callbacks = pgTable(
  'callbacks',
  {
    id: uuid().primaryKey(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    /** Whose number it is; an erased one leaves the rest standing. */
    contactPointId: uuid('contact_point_id').references(() => contactPoints.id, { onDelete: 'set null' }),
    state: text().notNull(),
    requestedAt: instant('requested_at').notNull(),
    /** How often the citizen was rung. */
    attempts: smallint().notNull().default(0),
    /** Taken: when they are rung next. Null while nobody has taken it, while it rings, and once it is over. */
    nextAt: instant('next_at'),
    /** When the citizen was talked to first, as far as that is known. */
    talkedAt: instant('talked_at'),
    takenBy: uuid('taken_by').references(() => staff.id),
    endedAt: instant('ended_at'),
  },
  (t) => [
    uniqueIndex('callbacks_one_open').on(t.contactPointId).where(sql`ended_at is null`),
    index('callbacks_open').on(t.requestedAt, t.id).where(sql`ended_at is null`),
    index('callbacks_due').on(t.nextAt).where(sql`next_at is not null`),
    index('callbacks_case').on(t.caseId),
    // A number that is erased leaves every call-back that it had.
    index('callbacks_point').on(t.contactPointId).where(sql`contact_point_id is not null`),
  ],
);

/** A telephone call, and how far it has come; nothing that was said. */
export const calls = pgTable(
  'calls',
  {
    id: uuid().primaryKey(),
    account: text().notNull(),
    providerId: text('provider_id').notNull(),
    direction: text().notNull(),
    /** Null for a caller without a number. */
    contactPointId: uuid('contact_point_id').references(() => contactPoints.id, { onDelete: 'set null' }),
    /** That number itself, under the call's own key: a case may be opened from it when the caller is gone. */
    caller: bytea(),
    /** The case that was opened by it, or that it is about. */
    caseId: uuid('case_id').references(() => cases.id),
    callbackId: uuid('callback_id').references(() => callbacks.id),
    language: text().notNull(),
    /** Of the menu (domain/calls/call.rules.ts); no code is in it. */
    state: jsonb().$type<Record<string, unknown>>().notNull(),
    /** How many steps were answered; `answers` has each, so that a request that comes again is answered the same. */
    version: integer().notNull(),
    answers: jsonb().$type<unknown[]>().notNull(),
    outcome: text(),
    startedAt: instant('started_at').notNull(),
    /** When it was last told of, or answered. */
    steppedAt: instant('stepped_at'),
    endedAt: instant('ended_at'),
  },
  (t) => [
    unique('calls_provider').on(t.account, t.providerId),
    index('calls_started').on(t.startedAt),
    index('calls_callback').on(t.callbackId),
    // Over, and nobody has told how.
    index('calls_undecided').on(t.endedAt).where(sql`ended_at is not null and outcome is null`),
    index('calls_case').on(t.caseId).where(sql`case_id is not null`),
    index('calls_point').on(t.contactPointId).where(sql`contact_point_id is not null`),
  ],
);

/** What a caller said, while the provider has it: then it is an attachment of the case, and deleted there. */
export const recordings = pgTable(
  'recordings',
  {
    id: uuid().primaryKey(),
    callId: uuid('call_id').notNull().references(() => calls.id),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    /** Which of its messages was spoken; null for the one that it began with. */
    messageId: uuid('message_id').references(() => messages.id),
    providerId: text('provider_id').notNull().unique(),
    /** `held` (the caller may still redo it), `wanted` (to be fetched), `stored` or `dropped` (to be deleted there), `deleted`, `lost`. */
    state: text().notNull(),
    tries: smallint().notNull().default(0),
    /** When it is looked at next; null once nothing is left to be done. */
    nextAt: instant('next_at'),
  },
  (t) => [index('recordings_due').on(t.nextAt).where(sql`next_at is not null`), index('recordings_call').on(t.callId)],
);
