import { pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant } from './staff.ts';

/** The person concerned. One row per filing until an operator says that two are one: a phone is not a person. */
export const citizens = pgTable('citizens', {
  id: uuid().primaryKey(),
  name: text(),
  createdAt: instant('created_at').notNull(),
});

export const contactPoints = pgTable(
  'contact_points',
  {
    id: uuid().primaryKey(),
    kind: text().notNull(),
    value: text().notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (t) => [unique('contact_points_kind_value').on(t.kind, t.value)],
);

export const citizenContacts = pgTable(
  'citizen_contacts',
  {
    citizenId: uuid('citizen_id').notNull().references(() => citizens.id),
    contactPointId: uuid('contact_point_id').notNull().references(() => contactPoints.id),
  },
  (t) => [primaryKey({ columns: [t.citizenId, t.contactPointId] })],
);
