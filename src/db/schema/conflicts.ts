import { sql } from 'drizzle-orm';
import { check, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { cases } from './cases.ts';
import { instant, staff } from './staff.ts';

/** Who is kept from a case that is about them, or that they have a stake in; one that was lifted stays written. */
export const conflictBlocks = pgTable(
  'conflict_blocks',
  {
    id: uuid().primaryKey(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    reason: text().notNull(),
    /** Themselves, where they declared it. */
    blockedBy: uuid('blocked_by').notNull().references(() => staff.id),
    blockedAt: instant('blocked_at').notNull(),
    liftedBy: uuid('lifted_by').references(() => staff.id),
    liftedAt: instant('lifted_at'),
  },
  (t) => [
    uniqueIndex('conflict_blocks_standing').on(t.caseId, t.staffId).where(sql`lifted_at is null`),
    // Another person than who blocked, whatever statement is made; nor the one blocked.
    check('conflict_blocks_two_people', sql`lifted_by <> blocked_by and lifted_by <> staff_id`),
  ],
);
