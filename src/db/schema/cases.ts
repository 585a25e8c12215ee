import { sql } from 'drizzle-orm';
import { bigint, boolean, check, date, index, integer, jsonb, pgSequence, pgTable, primaryKey, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { contactPoints, citizens } from './people.ts';
import { categories, centres, provinces, queues } from './places.ts';
import { bytea, instant, staff } from './staff.ts';

export const cases = pgTable(
  'cases',
  {
    id: uuid().primaryKey(),
    version: integer().notNull().default(1),
    reference: text().notNull().unique('cases_reference'),
    /** HMAC of the citizen's code under a key that the database does not hold. */
    codeHash: bytea('code_hash').notNull(),
    kind: text().notNull(),
    status: text().notNull(),
    channel: text().notNull(),
    language: text(),
    category: text().references(() => categories.code),
    subcategory: text().references(() => categories.code),
    programme: text(),
    province: text().references(() => provinces.code),
    commune: text(),
    citizenId: uuid('citizen_id').notNull().references(() => citizens.id),
    contactPointId: uuid('contact_point_id').references(() => contactPoints.id),
    /** Sealed under the citizen's key. */
    submitterName: bytea('submitter_name'),
    submitterRelationship: text('submitter_relationship'),
    anonymous: boolean().notNull().default(false),
    /** The consent text that the citizen agreed to on filing (`consent_texts`), at `received_at`, by `channel`. */
    consentText: text('consent_text'),
    /** 1 urgent, 2 high, 3 normal: a number so that a queue's index gives its order. */
    priority: smallint().notNull().default(3),
    centreId: text('centre_id').references(() => centres.id),
    queueId: text('queue_id').references(() => queues.id),
    assignedTo: uuid('assigned_to').references(() => staff.id),
    /** Sealed: who alone may see it. Null where it is not. */
    readers: uuid().array(),
    /** Whom a conflict of interest keeps from it, as `conflict_blocks` says; null for nobody. A copy, because policies ask it of each row. */
    blocked: uuid().array(),
    receivedAt: instant('received_at').notNull(),
    /** Dates in Morocco, told by the program: the database's own time zone data may be an hour wrong since 2026-09-20. */
    receivedOn: date('received_on').notNull(),
    resolvedOn: date('resolved_on'),
    /** Copies of the open deadlines, because a queue is read in their order; `deadlines` holds basis and fate. */
    legalDueDate: date('legal_due_date').notNull(),
    operationalDueAt: instant('operational_due_at'),
    triagedAt: instant('triaged_at'),
    /** Copies of the first such event, so that a report over two million cases does not read every event. */
    firstReplyAt: instant('first_reply_at'),
    resolvedAt: instant('resolved_at'),
    outcome: text(),
    /** The beginning of the narrative, identifiers in it masked; sealed while the case is, or is in a restricted queue. */
    preview: text(),
    previewSealed: bytea('preview_sealed'),
  },
  (t) => [
    index('cases_queue')
      .on(t.queueId, t.priority, t.legalDueDate, t.id)
      .where(sql`queue_id is not null and status not in ('resolved','closed','inadmissible','duplicate','spam','withdrawn')`),
    index('cases_waiting')
      .on(t.queueId, t.priority, t.legalDueDate, t.id)
      .where(sql`status = 'assigned' and assigned_to is null`),
    index('cases_centre_open')
      .on(t.centreId, t.priority, t.legalDueDate, t.id)
      .where(sql`centre_id is not null and status not in ('resolved','closed','inadmissible','duplicate','spam','withdrawn')`),
    index('cases_centre_status')
      .on(t.centreId, t.status, t.priority, t.legalDueDate, t.id)
      .where(sql`centre_id is not null`),
    index('cases_assigned')
      .on(t.assignedTo, t.priority, t.legalDueDate, t.id)
      .where(sql`assigned_to is not null`),
    index('cases_untriaged').on(t.receivedAt).where(sql`triaged_at is null`),
    // Cases come in the order of their dates: a block range index finds a period as well, and costs intake nothing.
    index('cases_received').using('brin', t.receivedOn),
    index('cases_contact').on(t.contactPointId, t.receivedAt),
    index('cases_ended').on(t.receivedAt).where(sql`status in ('resolved','closed','inadmissible','duplicate','spam','withdrawn')`),
    index('cases_readers').using('gin', t.readers).where(sql`readers is not null`),
    // Whether a citizen is of a case in sight is asked for each citizen that is read.
    index('cases_citizen').on(t.citizenId),
    check('cases_one_preview', sql`num_nonnulls(preview, preview_sealed) = 1`),
    check('cases_readers', sql`cardinality(readers) > 0`),
  ],
);

export const messagesSeq = pgSequence('messages_seq');
export const notesSeq = pgSequence('notes_seq');
export const feedbackSeq = pgSequence('feedback_seq');

/**
 * What every table of words has, so that they can be sealed (domain/proof/protected.rules.ts). `seq` is the row's place in
 * the log; the salt keeps words from being guessed from their hash, and goes when they are erased.
 */
const nextOf = (sequence: string) => sql.raw(`nextval('${sequence}')`);
const salt = () => uuid().notNull().defaultRandom();

export const messages = pgTable(
  'messages',
  {
    id: uuid().primaryKey(),
    /** Null between the arrival of a provider's message and its routing, and for what was between a citizen and the line itself. */
    caseId: uuid('case_id').references(() => cases.id),
    direction: text().notNull(),
    channel: text().notNull(),
    kind: text().notNull(),
    /** Our end of the line (number or account); with `providerId` it makes a provider's message unique. */
    channelAccount: text('channel_account'),
    providerId: text('provider_id'),
    /** The provider's id of the message that this one replies to. */
    replyTo: text('reply_to'),
    contactPointId: uuid('contact_point_id').references(() => contactPoints.id),
    body: text(),
    /** In the place of `body` while the case is sealed, or in a restricted queue: under the citizen's key. */
    bodySealed: bytea('body_sealed'),
    /** Who sent it, while it is of no case, or whom it goes to, where it never will be: under the message's own key, as it has no citizen. */
    sender: bytea(),
    state: text().notNull(),
    errorCode: text('error_code'),
    /** The `send_attempts` row of the last time that it was handed to a provider. */
    attemptId: uuid('attempt_id'),
    /** It waits until then: for its turn, for its provider, or for another time of the day. Null: now. */
    nextTryAt: instant('next_try_at'),
    /** The first message that said these words, where that one did not arrive and this is sent in its place. */
    repeats: uuid(),
    /** How many SMS it took: it is delivered once each of them is. Null on other channels, and until it leaves. */
    parts: smallint(),
    authorId: uuid('author_id').references(() => staff.id),
    createdAt: instant('created_at').notNull(),
    /** When the state last changed; the sweep looks at it. */
    stateAt: instant('state_at').notNull(),
    /** Null until it belongs to a case: from then on only its state changes. */
    seq: bigint({ mode: 'number' }).unique('messages_seq_key').default(nextOf('messages_seq')),
    salt: salt(),
  },
  (t) => [
    uniqueIndex('messages_provider').on(t.channelAccount, t.providerId).where(sql`provider_id is not null`),
    index('messages_case').on(t.caseId, t.createdAt),
    // Whether a number is still anybody's is asked when it is erased.
    index('messages_contact').on(t.contactPointId).where(sql`contact_point_id is not null`),
    // What came from whom by a provider, and what met a closed window (domain/messages/window.queries.ts).
    index('messages_heard').on(t.contactPointId, t.channel, t.createdAt).where(sql`direction = 'in' and channel_account is not null`),
    // How often a phone was told where help is, and what an operator asked last: looked at for each text.
    index('messages_safety').on(t.contactPointId, t.createdAt).where(sql`kind = 'safety'`),
    index('messages_questions').on(t.caseId, t.createdAt).where(sql`direction = 'out' and kind = 'question'`),
    index('messages_window').on(t.contactPointId).where(sql`error_code = 'window_closed'`),
    check('messages_one_body', sql`num_nonnulls(body, body_sealed) = 1`),
    index('messages_pending').on(t.state, t.stateAt).where(sql`state in ('received','queued','sending')`),
    index('messages_repeats').on(t.repeats).where(sql`repeats is not null`),
    index('messages_held').on(t.stateAt).where(sql`state = 'held'`),
    index('messages_of_the_line').on(t.createdAt).where(sql`kind = 'automatic' and sender is not null`),
  ],
);

/** The provider's request as it came, kept 30 days to settle "did it arrive?": JSON, sealed under the message's own key. */
export const inboundBodies = pgTable(
  'inbound_bodies',
  {
    messageId: uuid('message_id').primaryKey().references(() => messages.id),
    body: bytea().notNull(),
    receivedAt: instant('received_at').notNull(),
  },
  // No block ranges: once the room of what was deleted is used again, they hold all dates.
  (t) => [index('inbound_bodies_received').on(t.receivedAt)],
);

/** Append-only facts of a case's life; `data` holds codes and ids, never words of a person. */
export const events = pgTable(
  'events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    type: text().notNull(),
    actorKind: text('actor_kind').notNull(),
    actorId: uuid('actor_id').references(() => staff.id),
    at: instant('at').notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (t) => [
    index('events_case').on(t.caseId, t.id),
    index('events_shown').on(t.actorId, t.at).where(sql`type in ('case.revealed', 'case.data_given')`),
    index('events_restated').on(sql`(data->>'table')`, sql`(data->>'number')`).where(sql`type = 'row.restated'`),
  ],
);

export const notes = pgTable(
  'notes',
  {
    id: uuid().primaryKey(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    authorId: uuid('author_id').references(() => staff.id),
    body: text(),
    bodySealed: bytea('body_sealed'),
    at: instant('at').notNull(),
    seq: bigint({ mode: 'number' }).notNull().unique('notes_seq_key').default(nextOf('notes_seq')),
    salt: salt(),
  },
  (t) => [index('notes_case').on(t.caseId, t.at), check('notes_one_body', sql`num_nonnulls(body, body_sealed) = 1`)],
);

/** One for each rule that gives the case a date; `basis` names the rule. */
export const deadlines = pgTable(
  'deadlines',
  {
    caseId: uuid('case_id').notNull().references(() => cases.id),
    kind: text().notNull(),
    basis: text().notNull(),
    dueDate: date('due_date'),
    dueAt: instant('due_at'),
    metAt: instant('met_at'),
  },
  (t) => [primaryKey({ columns: [t.caseId, t.basis] })],
);

export const assignments = pgTable(
  'assignments',
  {
    id: uuid().primaryKey(),
    caseId: uuid('case_id').notNull().references(() => cases.id),
    staffId: uuid('staff_id').notNull().references(() => staff.id),
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at'),
  },
  (t) => [
    index('assignments_case').on(t.caseId, t.fromAt),
    uniqueIndex('assignments_one_holder').on(t.caseId).where(sql`to_at is null`),
  ],
);

export const feedback = pgTable(
  'feedback',
  {
    caseId: uuid('case_id').primaryKey().references(() => cases.id),
    rating: smallint().notNull(),
    solved: boolean().notNull(),
    comment: text(),
    commentSealed: bytea('comment_sealed'),
    at: instant('at').notNull(),
    seq: bigint({ mode: 'number' }).notNull().unique('feedback_seq_key').default(nextOf('feedback_seq')),
    salt: salt(),
  },
  () => [check('feedback_one_comment', sql`num_nonnulls(comment, comment_sealed) <= 1`)],
);
