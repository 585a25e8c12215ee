import { boolean, customType, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { centres } from './places.ts';

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
  passwordHash: text('password_hash').notNull(),
  active: boolean().notNull().default(true),
  createdAt: instant('created_at').notNull(),
});

/** Only the hash of the cookie is stored: reading this table opens no session. */
export const sessions = pgTable(
  'sessions',
  {
    idHash: bytea('id_hash').primaryKey(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (t) => [index('sessions_staff').on(t.staffId)],
);
