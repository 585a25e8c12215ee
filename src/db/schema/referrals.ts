import { sql } from 'drizzle-orm';
import { pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { cases } from './cases.ts';
import { organisations } from './places.ts';
import { instant, staff } from './staff.ts';

/** A case in the hands of an outside body: until when, and which of its fields that body may read. */
export const referrals = pgTable(
  'referrals',
  {
    id: uuid().primaryKey(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    organisationId: text('organisation_id').notNull().references(() => organisations.id),
    /** Of `referralFields` (src/contract/referrals.ts). */
    fields: text().array().notNull(),
    /** The note that says what is asked of the body. */
    noteId: uuid('note_id').notNull(),
    referredBy: uuid('referred_by').notNull().references(() => staff.id),
    referredAt: instant('referred_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (t) => [uniqueIndex('referrals_open').on(t.caseId).where(sql`ended_at is null`)],
);
