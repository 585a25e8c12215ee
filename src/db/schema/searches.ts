import { bigint, index, integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant, staff } from './staff.ts';

/**
 * That somebody of the staff searched by a citizen's number: who, when, and how many cases were found on the page. Never the
 * number: `sought` is its HMAC together with whoever asked, by which the same one asked again is known, and nothing else.
 */
export const searches = pgTable(
  'searches',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    at: instant('at').notNull(),
    sought: bytea().notNull(),
    found: integer().notNull(),
  },
  (t) => [index('searches_staff').on(t.staffId, t.at), index('searches_at').on(t.at)],
);
