import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { cases } from './cases.ts';
import { bytea, instant } from './staff.ts';

/** One submission makes one case: the hash of the client's key, and of what it sent. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    keyHash: bytea('key_hash').primaryKey(),
    bodyHash: bytea('body_hash').notNull(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    createdAt: instant('created_at').notNull(),
  },
  // No block ranges: once the room of what was deleted is used again, they hold all dates.
  (t) => [index('idempotency_keys_created').on(t.createdAt)],
);

/**
 * Wrong guesses, hashed: of codes (subject `code:` and a reference, known or not; `codes:` and the HMAC of a network;
 * `codes`, all of them; `once:` and a step of a call, which may be told several times) and of passwords (`login:` and a name; `place:` and the HMAC of a name with a network). Kept for a day.
 */
export const failedAttempts = pgTable(
  'failed_attempts',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    subjectHash: bytea('subject_hash').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('failed_attempts_subject').on(t.subjectHash, t.at)],
);

/** Proof that a process holds the key that this database's codes were made with; the key itself is elsewhere. */
export const keyFingerprints = pgTable('key_fingerprints', {
  name: text().primaryKey(),
  fingerprint: bytea().notNull(),
});

/** Challenges that were solved and used, until they expire: none is used twice. */
export const spentChallenges = pgTable(
  'spent_challenges',
  {
    nonce: bytea().primaryKey(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [index('spent_challenges_expires').on(t.expiresAt)],
);

/**
 * How many acknowledgements left in the hour or day that began at `since`: to a number, to its thousand numbers, to all.
 * The subject is an HMAC: there are few enough numbers to try them all out on a plain hash.
 */
export const smsCounts = pgTable(
  'sms_counts',
  {
    subjectHash: bytea('subject_hash').notNull(),
    since: instant('since').notNull(),
    sent: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.subjectHash, t.since] }), index('sms_counts_since').on(t.since)],
);
