import { boolean, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { contactPoints } from './people.ts';
import { instant } from './staff.ts';

/** What is kept of the exchange with one contact point on one channel, beside its messages. */
export const threads = pgTable(
  'threads',
  {
    contactPointId: uuid('contact_point_id').notNull().references(() => contactPoints.id, { onDelete: 'cascade' }),
    channel: text().notNull(),
    /** In which the person last wrote; null until a text shows it. */
    language: text(),
    /** Asked for no more automatic messages. */
    stopped: boolean().notNull().default(false),
    /** Why nothing that is sent there arrives, as the provider's code (no such number, not on WhatsApp); until the person writes from there. */
    unreachedCode: text('unreached_code'),
    /** The line's own question that waits for an answer: ids and numbers, no words. */
    question: jsonb().$type<Record<string, unknown>>(),
    askedAt: instant('asked_at'),
    askedTimes: smallint('asked_times').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.contactPointId, t.channel] })],
);
