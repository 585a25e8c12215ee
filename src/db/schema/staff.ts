import { bigint, boolean, customType, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { centres, organisations } from './places.ts';

export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const staff = pgTable('staff', {
  id: uuid().primaryKey(),
  login: text().notNull().unique(),
  name: text().notNull(),
  role: text().notNull(),
  language: text().notNull(),
  /** Null for roles that see the whole line (administrator, observer). */
  centreId: text('centre_id').references(() => centres.id),
  /** A partner's; null for everybody else. */
  organisationId: text('organisation_id').references(() => organisations.id),
  passwordHash: text('password_hash').notNull(),
  active: boolean().notNull().default(true),
  createdAt: instant('created_at').notNull(),
});

/** Only the hash of the cookie is stored: reading this table opens no session. */
export const sessions = pgTable(
  'sessions',
  {
    idHash: bytea('id_hash').primaryKey(),
    /** The name by which it is listed and ended; random, and nothing of the token. */
    id: uuid().notNull().unique().defaultRandom(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    /** What was last shown to prove who is there (`password`, `totp`, `webauthn`), and when. */
    factor: text().notNull(),
    factorAt: instant('factor_at').notNull(),
  },
  (t) => [index('sessions_staff').on(t.staffId)],
);

/**
 * Whence somebody signed in. Of the network only an HMAC with the login, under a key that the database does not hold:
 * whoever reads this learns no address, nor that two people share one.
 */
export const signInPlaces = pgTable(
  'sign_in_places',
  {
    placeHash: bytea('place_hash').primaryKey(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    lastAt: instant('last_at').notNull(),
  },
  (t) => [index('sign_in_places_staff').on(t.staffId)],
);

/** What was done to accounts and their sessions, and by whom. Append-only: a trigger refuses anything else. Ids only. */
export const staffEvents = pgTable('staff_events', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant('at').notNull(),
  /** Null: the command line. */
  actorId: uuid('actor_id').references(() => staff.id),
  type: text().notNull(),
  /** Of the centre or the account, as the type says. */
  subjectId: text('subject_id').notNull(),
});
