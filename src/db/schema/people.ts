import { index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './staff.ts';

// What a `bytea` holds here is sealed under the citizen's data key (src/lib/sealing.ts), which another database keeps.

/** The person concerned. One row per filing until an operator says that two are one: a phone is not a person. */
export const citizens = pgTable('citizens', {
  id: uuid().primaryKey(),
  name: bytea(),
  createdAt: instant('created_at').notNull(),
});

/** A phone number or address that may be several citizens': known again by its blind index, readable here to nobody. */
export const contactPoints = pgTable(
  'contact_points',
  {
    id: uuid().primaryKey(),
    kind: text().notNull(),
    index: bytea().notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (t) => [unique('contact_points_kind_index').on(t.kind, t.index)],
);

export const citizenContacts = pgTable(
  'citizen_contacts',
  {
    citizenId: uuid('citizen_id').notNull().references(() => citizens.id),
    contactPointId: uuid('contact_point_id').notNull().references(() => contactPoints.id),
    /** The number or address itself, once for each citizen. Its place is named by citizen and index: `sealedAt.contact`. */
    value: bytea().notNull(),
  },
  (t) => [primaryKey({ columns: [t.citizenId, t.contactPointId] }), index('citizen_contacts_point').on(t.contactPointId)],
);

/** What a migration found in clear, until the next start has sealed it; empty ever after. */
export const unsealed = pgTable('unsealed', {
  place: text().notNull(),
  row: uuid().notNull(),
  subject: uuid().notNull(),
  value: text().notNull(),
});
