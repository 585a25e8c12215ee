import { index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant, staff } from './staff.ts';

/** Whom the administration's provider may sign in, and as whom. An administrator links them; nothing else ever does. */
export const staffIdentities = pgTable(
  'staff_identities',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    linkedAt: instant('linked_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.issuer, t.subject] }), index('staff_identities_staff').on(t.staffId)],
);

/**
 * Attempts that went to the provider and have not come back. Only the hash of the browser's ticket: whoever reads this can
 * finish none of them.
 */
export const ssoAttempts = pgTable(
  'sso_attempts',
  {
    ticketHash: bytea('ticket_hash').primaryKey(),
    /** The session that the browser had when it left; it ends when the new one begins. */
    replacesHash: bytea('replaces_hash'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('sso_attempts_created').on(t.createdAt)],
);
