import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant, staff } from './staff.ts';

/** One generator of numbers a person (RFC 6238). Its secret is sealed under the person's data key, which another database keeps. */
export const totpFactors = pgTable('totp_factors', {
  staffId: uuid('staff_id').primaryKey().references(() => staff.id),
  /** Null until a first right number has confirmed the pending one. */
  secret: bytea(),
  pending: bytea(),
  enrolledAt: instant('enrolled_at'),
  /** The step of the last number that was accepted: neither it nor an earlier one is accepted again. */
  lastStep: integer('last_step'),
});

/** Security keys and passkeys (WebAuthn); several a person. */
export const authenticators = pgTable(
  'authenticators',
  {
    id: uuid().primaryKey(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    name: text().notNull(),
    credentialId: bytea('credential_id').notNull().unique(),
    publicKey: bytea('public_key').notNull(),
    /** As it last said; one that does not grow comes from a copy. */
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (t) => [index('authenticators_staff').on(t.staffId)],
);

/** A challenge that was given out and not yet answered: good once, for one purpose of one person. Only its hash is kept. */
export const webauthnChallenges = pgTable(
  'webauthn_challenges',
  {
    hash: bytea().primaryKey(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    /** `sign_in`, or the purpose and the session that asked. */
    purpose: text().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('webauthn_challenges_staff').on(t.staffId)],
);

/** Somebody lost their factors: one person asks, another confirms, and a secret that is good once replaces all. */
export const recoveries = pgTable(
  'recoveries',
  {
    id: uuid().primaryKey(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    askedBy: uuid('asked_by').notNull().references(() => staff.id),
    askedAt: instant('asked_at').notNull(),
    confirmedBy: uuid('confirmed_by').references(() => staff.id),
    confirmedAt: instant('confirmed_at'),
    secretHash: bytea('secret_hash').unique(),
    usedAt: instant('used_at'),
  },
  (t) => [index('recoveries_staff').on(t.staffId)],
);
