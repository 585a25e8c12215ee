import { sql } from 'drizzle-orm';
import { index, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { messages } from './cases.ts';
import { instant } from './staff.ts';

/** A file that came with a citizen's message and lies with the provider, until it is attached here and deleted there. */
export const providerFiles = pgTable(
  'provider_files',
  {
    id: uuid().primaryKey(),
    messageId: uuid('message_id').notNull().references(() => messages.id),
    /** Among those of its message, from 0. */
    position: smallint().notNull(),
    /** As the provider told it; whether it is followed is the adapter's business. Null once nothing is left to be done. */
    url: text(),
    state: text().notNull(),
    tries: smallint().notNull().default(0),
    /** Whoever takes it in hand moves this on. */
    dueAt: instant('due_at').notNull(),
  },
  (t) => [index('provider_files_due').on(t.dueAt).where(sql`state in ('waiting', 'kept')`)],
);
