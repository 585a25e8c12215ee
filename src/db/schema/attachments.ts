import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { cases, messages } from './cases.ts';
import { bytea, instant } from './staff.ts';

/** A file that a citizen gave. The row is written before its bytes, so that there are never bytes that no row knows. */
export const attachments = pgTable(
  'attachments',
  {
    id: uuid().primaryKey(),
    /** Of the handle by which the sender may attach it once: reading this table attaches nothing. */
    uploadHash: bytea('upload_hash').notNull().unique(),
    /** Both null until it is attached. */
    caseId: uuid('case_id').references(() => cases.id),
    messageId: uuid('message_id').references(() => messages.id),
    /** By its content. */
    type: text().notNull(),
    size: integer().notNull().default(0),
    /** HMAC of the content: the same file sent again is known for the same, by us alone. */
    digest: bytea(),
    /** The name of its bytes in the store. */
    storeName: text('store_name').notNull(),
    /** The key under which they are sealed; itself sealed, at first by the handle, which is not kept, then under the citizen's key: who is erased is erased here too. */
    dataKey: bytea('data_key').notNull(),
    state: text().notNull(),
    /** Why it was refused. */
    reason: text(),
    /** How often the process that makes pictures died of it. */
    crashes: smallint().notNull().default(0),
    /** The bytes as they came are still to be removed. */
    discard: boolean().notNull().default(false),
    /** HMAC of the network it came from, until it is attached; null for one of ours. */
    networkHash: bytea('network_hash'),
    createdAt: instant('created_at').notNull(),
    stateAt: instant('state_at').notNull(),
  },
  (t) => [
    index('attachments_case').on(t.caseId, t.createdAt).where(sql`case_id is not null`),
    index('attachments_loose').on(t.createdAt).where(sql`case_id is null`),
    index('attachments_pending').on(t.state, t.stateAt).where(sql`state in ('received','scanning','quarantined')`),
    index('attachments_discard').on(t.stateAt).where(sql`discard`),
  ],
);
