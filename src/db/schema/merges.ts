import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { cases } from './cases.ts';
import { instant, staff } from './staff.ts';

/** Cases that are handled with another (`duplicate`), and what is needed to undo that. The row goes when it is undone; events stay. */
export const merges = pgTable(
  'merges',
  {
    caseId: uuid('case_id').primaryKey().references(() => cases.id),
    intoId: uuid('into_id').notNull().references(() => cases.id),
    formerStatus: text('former_status').notNull(),
    formerHolder: uuid('former_holder').references(() => staff.id),
    mergedBy: uuid('merged_by').notNull().references(() => staff.id),
    mergedAt: instant('merged_at').notNull(),
    /** When its citizen was told that the other case is answered. */
    toldAt: instant('told_at'),
    /** The other case moved, or this one's citizen wrote: a worker is to see what follows. */
    unsettled: boolean().notNull().default(true),
  },
  (t) => [index('merges_into').on(t.intoId), index('merges_unsettled').on(t.intoId).where(sql`unsettled`)],
);
