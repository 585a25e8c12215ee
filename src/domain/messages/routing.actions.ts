import { and, asc, eq, gt, inArray, notInArray, or, sql } from 'drizzle-orm';
import { finalStatuses, type Status } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, contactPoints, messages } from '#db/schema/tables';
import { unsealText } from '#lib/sealing';
import { isOpen } from '#domain/cases/cases.rules';
import { complete } from '#domain/cases/intake.actions';
import { openAll } from '#domain/cases/opening.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keepBody, keepingOf } from '#domain/personal/texts.actions';
import { heardFromCitizen } from './hearing.actions.ts';
import { referencesIn } from './inbound.rules.ts';

/**
 * Decides where a received message belongs: the sender's open case that it names, the only one that waits for the sender's
 * answer, the only one that the sender opened by a message in the last week or wrote to since, or a new case. Messages of one
 * sender are decided one after another. A second run changes nothing.
 */
export const routeMessage = (ctx: Context, messageId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [message] = await tx.db
      .select()
      .from(messages)
      .where(and(eq(messages.id, messageId), eq(messages.state, 'received')))
      .for('update');
    if (!message?.contactPointId) return;
    const { contactPointId } = message;
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${contactPointId}, 0))`);
    const references = referencesIn(message.body ?? '');
    const named = references.length === 0 ? [] : await lockCases(tx, and(inArray(cases.reference, references), eq(cases.contactPointId, contactPointId)));
    // Who names a case of theirs means that one, and no other: if it is over, the matter is a new one.
    const found = named.length > 0 ? named.find(({ status }) => isOpen(status as Status) || status === 'duplicate') : await expected(tx, contactPointId, message.createdAt);
    if (found) await append(ctx, tx, found, message);
    else await openFrom(ctx, tx, { ...message, contactPointId });
  });

/** From now on it is of a case, and keeps its words: it is sealed under this number. */
const nextSeq = sql`nextval('messages_seq')`;

type Message = typeof messages.$inferSelect;
type Found = { id: string; status: string };

/** Read under lock, so that what is found open still is when the message joins it. */
const lockCases = (tx: Tx, where: ReturnType<typeof and>): Promise<Found[]> =>
  tx.db.select({ id: cases.id, status: cases.status }).from(cases).where(where).orderBy(asc(cases.id)).for('update');

const joinWindowDays = 7;

/**
 * The one open case that a text from here can be meant for. A number that was only typed into a form proves nothing:
 * whoever holds that case's code would read a stranger's words, so it is joined only while a question of ours, sent to this
 * number, waits for its answer.
 */
const expected = async (tx: Tx, contactPointId: string, at: Date): Promise<Found | undefined> => {
  const since = new Date(at.getTime() - joinWindowDays * 86_400_000);
  const lastHeard = sql`(select max(m.created_at) from messages m where m.case_id = ${cases.id})`;
  const begunHere = and(inArray(cases.channel, ['sms', 'whatsapp']), or(gt(cases.receivedAt, since), sql`${lastHeard} > ${since.toISOString()}`));
  const open = await lockCases(
    tx,
    and(
      eq(cases.contactPointId, contactPointId),
      notInArray(cases.status, [...finalStatuses, 'resolved']),
      or(eq(cases.status, 'awaiting_citizen'), begunHere),
    ),
  );
  // A text after a question is its answer, however late and whatever else is open.
  const asked = open.filter(({ status }) => status === 'awaiting_citizen');
  const [only, ...others] = asked.length > 0 ? asked : open;
  return others.length === 0 ? only : undefined;
};

const openFrom = async (
  ctx: Context,
  tx: Tx,
  message: Message & { contactPointId: string },
): Promise<void> => {
  const [point] = await tx.db
    .select({ kind: contactPoints.kind })
    .from(contactPoints)
    .where(eq(contactPoints.id, message.contactPointId));
  const sender = unsealText((await ctx.keys.read([message.id])).get(message.id), sealedAt.sender(message.id), message.sender);
  if (!point || sender === null) throw new Error('a message has no sender');
  const text = message.body ?? '';
  const { row, key } = complete(ctx, {
    said: {
      kind: 'complaint',
      channel: message.channel,
      actor_kind: 'citizen',
      contacts: [{ kind: point.kind as 'phone' | 'whatsapp' | 'alnum', value: sender, main: true }],
    },
    receivedAt: message.createdAt,
    text,
  });
  await ctx.keys.keep([key]);
  await openAll(tx, [row]);
  await tx.db
    .update(messages)
    .set({ caseId: row.id, kind: 'narrative', sender: null, state: 'routed', stateAt: ctx.clock.now(), seq: nextSeq })
    .where(eq(messages.id, message.id));
  tx.afterCommit(() => ctx.jobs.add('triage-case', [row.id]));
};

/** Adds a citizen's message to a case that this transaction holds; one that waited for the citizen goes on. */
const append = async (ctx: Context, tx: Tx, found: Found, message: Message): Promise<void> => {
  const now = ctx.clock.now();
  const body = keepBody(await keepingOf(ctx, tx, found.id), sealedAt.message(message.id), message.body ?? '');
  await tx.db.update(messages).set({ caseId: found.id, ...body, sender: null, state: 'routed', stateAt: now, seq: nextSeq }).where(eq(messages.id, message.id));
  await heardFromCitizen(ctx, tx, found, message.id, now);
};
