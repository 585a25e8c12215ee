import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { cases } from './cases.ts';
import { instant, staff } from './staff.ts';

/** The place of a row that never changes in the log (domain/proof/protected.rules.ts). */
const seq = () => bigint({ mode: 'number' }).notNull().unique().generatedAlwaysAsIdentity();

/** Every text that a citizen has agreed to, in the words that were shown; `id` is the beginning of its hash. Never changed. */
export const consentTexts = pgTable('consent_texts', {
  id: text().primaryKey(),
  language: text().notNull(),
  text: text().notNull(),
  firstUsedAt: instant('first_used_at').notNull(),
  seq: seq(),
});

/** A court or an inquiry needs the case as it is: neither retention nor a wish erases it until the hold is lifted. */
export const legalHolds = pgTable('legal_holds', {
  caseId: uuid('case_id').primaryKey().references(() => cases.id),
  since: instant('since').notNull(),
  heldBy: uuid('held_by').notNull().references(() => staff.id),
});

/** Whose words and number are gone, since when, and why (`retention`, `request`; `repeated` after a backup brought them back): what is left is counted, never read. */
export const erasures = pgTable(
  'erasures',
  {
    caseId: uuid('case_id').primaryKey().references(() => cases.id),
    at: instant('at').notNull(),
    why: text().notNull(),
    seq: seq(),
  },
  (t) => [index('erasures_at').on(t.at)],
);

/**
 * Until when, by the key store's clock, what was destroyed there is erased here: one row. It comes back with a backup, and so
 * tells which erasures are to be repeated.
 */
export const erasuresFollowed = pgTable(
  'erasures_followed',
  {
    one: boolean().primaryKey().default(true),
    until: instant('until').notNull(),
  },
  (t) => [check('erasures_followed_one', sql`${t.one}`)],
);
