import { bigint, pgTable, primaryKey, smallint, text, unique } from 'drizzle-orm/pg-core';
import { bytea, instant } from './staff.ts';

// Append-only: migrations refuse UPDATE, DELETE and TRUNCATE on all of them. None refers to what was sealed: the log bears
// witness to what was there, also when it is there no more.

/** One for each row of a protected table, in the order of their numbers; indexes have no gap. See domain/proof/protected.rules.ts. */
export const logLeaves = pgTable(
  'log_leaves',
  {
    index: bigint({ mode: 'number' }).primaryKey(),
    source: text().notNull(),
    rowNumber: bigint('row_number', { mode: 'number' }).notNull(),
    hash: bytea().notNull(),
  },
  (t) => [unique('log_leaves_row').on(t.source, t.rowNumber)],
);

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

/** What witnesses signed along (https://c2sp.org/tlog-cosignature): one line of the note for each size and witness. */
export const logCosignatures = pgTable(
  'log_cosignatures',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    size: bigint({ mode: 'number' }).notNull(),
    witness: text().notNull(),
    line: text().notNull(),
    at: instant('at').notNull(),
  },
  (t) => [unique('log_cosignatures_one').on(t.size, t.witness)],
);
