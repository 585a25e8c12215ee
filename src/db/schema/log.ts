import { bigint, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { bytea, instant } from './staff.ts';

// Append-only: the migration refuses UPDATE, DELETE and TRUNCATE on all three. None refers to `events`: the log bears
// witness to what was there, also when it is there no more.

/** One for each event, in the order of their ids; indexes have no gap. The hash is told in domain/proof/leaf.rules.ts. */
export const logLeaves = pgTable('log_leaves', {
  index: bigint({ mode: 'number' }).primaryKey(),
  eventId: bigint('event_id', { mode: 'number' }).notNull().unique('log_leaves_event'),
  hash: bytea().notNull(),
});

/** The roots of the complete subtrees of 256, 256^2, ... leaves, so that a proof reads hundreds of rows, not all. */
export const logSubtrees = pgTable(
  'log_subtrees',
  {
    /** The power of two that its number of leaves is: 8, 16, ... */
    level: smallint().notNull(),
    index: bigint({ mode: 'number' }).notNull(),
    hash: bytea().notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.index] })],
);

/** What was signed: the tree's root at a size, as a note; and its range (src/lib/merkle.ts), from which it grows on. */
export const logCheckpoints = pgTable('log_checkpoints', {
  size: bigint({ mode: 'number' }).primaryKey(),
  root: bytea().notNull(),
  range: bytea().notNull(),
  note: text().notNull(),
  at: instant('at').notNull(),
});
