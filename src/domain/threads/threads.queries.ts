import { and, desc, eq, gt, inArray, isNotNull, lt, lte, max, ne, sql } from 'drizzle-orm';
import type { Language, Status } from '#contract/words';
import type { Tx } from '#db/client';
import { cases, messages, threads } from '#db/schema/tables';
import { isMoroccan } from '#lib/phone';
import { namesDanger } from '#domain/triage/priority.rules';
import { referencesIn, withoutFiles } from '#domain/messages/inbound.rules';
import type { Heard, OwnCase, Question, Thread } from './threads.rules.ts';

type Message = typeof messages.$inferSelect;

/** Beyond this the oldest cases of one contact point are not thought of; they are joined when they are named. */
const mostCases = 50;
const floodMs = 10 * 60_000;
/** Where a case is begun by a message, and not by a form into which anybody can type a number. */
const texting: readonly string[] = ['sms', 'whatsapp'];

export const threadOf = async (tx: Tx, { contactPointId, channel }: { contactPointId: string; channel: string }): Promise<Thread> => {
  const [row] = await tx.db.select().from(threads).where(and(eq(threads.contactPointId, contactPointId), eq(threads.channel, channel)));
  if (!row) return { language: null, stopped: false, question: null, askedAt: null, askedTimes: 0 };
  // Written by this module's sibling alone.
  return { language: row.language as Language | null, stopped: row.stopped, question: row.question as Question | null, askedAt: row.askedAt, askedTimes: row.askedTimes };
};

const heldMs = 24 * 3_600_000;

/** Held for an answer of the citizen that never came: then it is for a person to see. */
export const heldTooLong = (now: Date) => and(eq(messages.state, 'held'), lt(messages.stateAt, new Date(now.getTime() - heldMs)));

/** The cases of a contact point, latest first, under lock: what is found open still is when the message joins it. */
export const ownCases = async (tx: Tx, contactPointId: string, references: readonly string[]): Promise<OwnCase[]> => {
  const ids = tx.db.select({ id: cases.id }).from(cases).where(eq(cases.contactPointId, contactPointId)).orderBy(desc(cases.receivedAt)).limit(mostCases);
  // Named in full: alone, a column of `cases` would be taken for one of the inner table.
  const lastAt = sql<Date>`coalesce((select max(m.created_at) from messages m where m.case_id = cases.id), cases.received_at)`.mapWith(cases.receivedAt);
  const questionAt = sql<Date | null>`(select max(m.created_at) from messages m where m.case_id = cases.id and m.direction = 'out' and m.kind = 'question' and m.repeats is null)`.mapWith(cases.receivedAt);
  const columns = { questionAt, id: cases.id, reference: cases.reference, status: cases.status, channel: cases.channel, receivedAt: cases.receivedAt, resolvedAt: cases.resolvedAt, lastAt };
  const rows = await tx.db
    .select(columns)
    .from(cases)
    .where(and(eq(cases.contactPointId, contactPointId), sql`(${inArray(cases.id, ids)} or ${references.length > 0 ? inArray(cases.reference, [...references]) : sql`false`})`))
    .orderBy(cases.id)
    .for('update');
  return rows
    .toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
    .map(({ id, reference, status, channel, resolvedAt, lastAt: touched, questionAt: asked }) => ({ id, reference, status: status as Status, begunHere: texting.includes(channel), lastAt: touched, overAt: resolvedAt, questionAt: asked }));
};

/** What a message is, beside its words. `sender`: who wrote, as it was kept. */
export const heardOf = async (tx: Tx, message: Message & { contactPointId: string }, sender: { kind: string; value: string }, own: readonly OwnCase[]): Promise<Heard> => {
  const { contactPointId, channel, createdAt: at } = message;
  const text = message.body ?? '';
  const references = referencesIn(text);
  const named = references.flatMap((reference) => own.find((one) => one.reference === reference)?.id ?? []);
  const from = and(eq(messages.contactPointId, contactPointId), eq(messages.direction, 'in'), isNotNull(messages.channelAccount));
  const [previous] = await tx.db
    .select({ caseId: messages.caseId, at: messages.createdAt })
    .from(messages)
    .where(and(from, eq(messages.channel, channel), isNotNull(messages.caseId), lt(messages.createdAt, at), ne(messages.id, message.id)))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  const [waiting] = await tx.db.select({ at: max(messages.createdAt) }).from(messages).where(and(from, eq(messages.channel, channel), eq(messages.state, 'held'), ne(messages.id, message.id), lte(messages.createdAt, at)));
  return {
    text: withoutFiles(text).trimEnd(),
    at,
    nobody: sender.kind === 'alnum',
    danger: namesDanger(withoutFiles(text)),
    answerable: sender.kind === 'whatsapp' || (sender.kind === 'phone' && isMoroccan(sender.value)),
    files: withoutFiles(text) !== text,
    repliesTo: await caseRepliedTo(tx, message, own),
    named,
    namesOther: references.length > named.length && (await existElsewhere(tx, references, contactPointId)),
    recent: await tx.db.$count(messages, and(from, gt(messages.createdAt, new Date(at.getTime() - floodMs)), lte(messages.createdAt, at))),
    previous: previous?.caseId ? { caseId: previous.caseId, at: previous.at } : null,
    heldAt: waiting?.at ?? null,
    waited: message.state === 'held',
  };
};

const caseRepliedTo = async (tx: Tx, message: Message, own: readonly OwnCase[]): Promise<string | null> => {
  if (message.replyTo === null || message.channelAccount === null) return null;
  const [found] = await tx.db
    .select({ caseId: messages.caseId })
    .from(messages)
    .where(and(eq(messages.channelAccount, message.channelAccount), eq(messages.providerId, message.replyTo)));
  return own.find(({ id }) => id === found?.caseId)?.id ?? null;
};

const existElsewhere = async (tx: Tx, references: readonly string[], contactPointId: string): Promise<boolean> =>
  (await tx.db.$count(cases, and(inArray(cases.reference, [...references]), sql`${cases.contactPointId} is distinct from ${contactPointId}`))) > 0;
