import { and, eq, inArray, ne, or, sql } from 'drizzle-orm';
import type { FailureClass } from '#channels/channel';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import type { Place } from '#domain/access/access.rules';
import { callInstead } from '#domain/callbacks/requesting.actions';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { keepThread } from '#domain/threads/answering.actions';
import { approvedWay, otherAccount, sayAgain, waysOf } from './other-way.actions.ts';
import { endVainWait } from './questions.actions.ts';
import { afterFailure } from './retrying.rules.ts';

type Message = typeof messages.$inferSelect;

/** A message that will not arrive: seen on the case, and a reply that failed is no first reply. */
export const fail = async (ctx: Pick<Context, 'clock' | 'live'>, tx: Tx, messageId: string, errorCode: string): Promise<void> => {
  const now = ctx.clock.now();
  const [row] = await tx.db
    .update(messages)
    .set({ state: 'failed', errorCode, stateAt: now, nextTryAt: null })
    .where(eq(messages.id, messageId))
    .returning({ caseId: messages.caseId });
  if (row?.caseId) await noteFailure(ctx, tx, row.caseId, messageId, errorCode, now);
};

/** Inside the transaction that sets a message to `failed`. */
export const noteFailure = async (ctx: Pick<Context, 'live'>, tx: Tx, caseId: string, messageId: string, errorCode: string | null, now: Date): Promise<void> => {
  await record(tx, system, now, { caseId, type: 'message.failed', data: { messageId, errorCode } });
  const row = await recountFirstReply(tx, caseId);
  await endVainWait(tx, caseId, now);
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

/** Does what the rules say of a message that has just failed, inside that transaction: the citizen is to be reached all the same. */
export const followFailure = async (ctx: Context, tx: Tx, row: Message, why: FailureClass, code: string): Promise<void> => {
  const now = ctx.clock.now();
  // The case before the thread: in this order whatever comes from the citizen holds them too.
  if (row.caseId !== null) await tx.db.select({ id: cases.id }).from(cases).where(eq(cases.id, row.caseId)).for('update');
  if (why === 'address' && row.contactPointId !== null) await keepThread(tx, { contactPointId: row.contactPointId, channel: row.channel }, { unreachedCode: code }, now);
  const { tries, other: otherChannel } = await waysOf(ctx, tx, row);
  const first = why === 'window' ? await approvedWay(ctx, tx, row) : why === 'sender' ? otherAccount(ctx, row) : null;
  const other = first ?? otherChannel;
  const step = afterFailure({ why, tries, other: other !== null });
  if (step.do === 'stop' && row.contactPointId !== null) return keepThread(tx, { contactPointId: row.contactPointId, channel: row.channel }, { stopped: true }, now);
  if (await wordsArrived(tx, row)) return;
  if (step.do === 'again') return sayAgain(ctx, tx, row, { channel: row.channel, notBefore: new Date(now.getTime() + step.afterMs) });
  if (step.do === 'other_way' && other !== null) return sayAgain(ctx, tx, row, other);
  if (step.do === 'give_up') return giveUp(ctx, tx, row, why);
  if (step.do === 'tell') ctx.log.warn({ row: row.id }, 'a message was refused for a reason that somebody must look at');
};

/**
 * The provider has taken a message, and nobody says what became of it: it may leave there still, so that the same words go another way,
 * or somebody is to call.
 */
export const followSilence = async (ctx: Context, tx: Tx, row: Message): Promise<void> => {
  if (await wordsArrived(tx, row)) return;
  const { other } = await waysOf(ctx, tx, row);
  return other === null ? giveUp(ctx, tx, row, 'unreachable') : sayAgain(ctx, tx, row, other);
};

/** What says the same to the same number: at one that was corrected it arrived at somebody else's. */
const sameWords = ({ id, repeats, contactPointId }: Message) => {
  const first = repeats ?? id;
  return and(or(eq(messages.id, first), eq(messages.repeats, first)), contactPointId === null ? undefined : eq(messages.contactPointId, contactPointId));
};

/** Whether these words arrived by another of the messages that say them. */
export const wordsArrived = async (tx: Tx, row: Message): Promise<boolean> => {
  const arrived = await tx.db.$count(messages, and(sameWords(row), ne(messages.id, row.id), inArray(messages.state, ['delivered', 'read'])));
  return arrived > 0;
};

/**
 * No message reaches the citizen: it stands in the case's history, once until something gets through, and somebody is to call. Not
 * where something got through, either way, since these words were first sent: a form that somebody filled in with the number says
 * nothing of its handset. A number that was corrected since is another to be called. Two that fail at once look one after the other.
 */
const giveUp = async (ctx: Context, tx: Tx, { id, caseId, contactPointId, repeats }: Message, why: FailureClass): Promise<void> => {
  if (caseId === null) return;
  const now = ctx.clock.now();
  await tx.db.select({ id: cases.id }).from(cases).where(eq(cases.id, caseId)).for('no key update');
  const through = (since: string) =>
    `exists (select from messages m where (m.direction = 'in' and (m.case_id = $1 or m.contact_point_id = nullif($3, '')::uuid and m.channel_account is not null) and m.created_at > ${since} or m.case_id = $1 and m.direction = 'out' and m.state in ('delivered', 'read') and m.state_at > ${since}))`;
  const [known] = await tx.raw<{ found: boolean }>(
    `select true as found from events e where e.case_id = $1 and e.type = 'citizen.unreachable' and not ${through('e.at')}
       and not exists (select from events r where r.case_id = $1 and r.type = 'case.rectified' and r.data->'fields' ? 'phone' and r.at >= e.at)
     union all select true from (select min(a.began_at) as at from send_attempts a join messages w on w.id = a.message_id where w.id = $2 or w.repeats = $2) tried where ${through('tried.at')} limit 1`,
    [caseId, repeats ?? id, contactPointId ?? ''],
  );
  if (known) return;
  const callbackId = contactPointId === null ? null : await callInstead(ctx, tx, { caseId, contactPointId });
  await record(tx, system, now, { caseId, type: 'citizen.unreachable', data: { messageId: id, why, ...(callbackId === null ? {} : { callbackId }) } });
};

/** Words that did arrive after all are not sent again: what waits to repeat them is held back. */
export const dropRepeats = async (ctx: Context, tx: Tx, row: Message): Promise<void> => {
  const { caseId } = row;
  if (caseId === null) return;
  const now = ctx.clock.now();
  const dropped = await tx.db
    .update(messages)
    .set({ state: 'withheld', errorCode: arrivedBefore, stateAt: now, nextTryAt: null })
    .where(and(sameWords(row), inArray(messages.state, ['queued'])))
    .returning({ id: messages.id });
  for (const { id } of dropped) await record(tx, system, now, { caseId, type: 'message.withheld', data: { messageId: id, errorCode: arrivedBefore } });
};

/** The code of a message that was to repeat one which arrived late. */
const arrivedBefore = 'arrived_before';

/**
 * The first reply is the first that reached the citizen, or may still, in writing or by telephone: to be found again when one fails, or arrives after all. Each counts
 * from when it was last handed over: until then the citizen has nothing, however long ago it was written.
 */
export const recountFirstReply = async (
  tx: Tx,
  caseId: string,
): Promise<({ version: number } & Place) | undefined> => {
  const [row] = await tx.db
    .update(cases)
    .set({
      version: sql`${cases.version} + 1`,
      firstReplyAt: firstReplyOf(caseId),
    })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  return row;
};

/** The same when an operator's words leave. What an operator works on has not changed by that: the version stays. */
export const moveFirstReply = async (tx: Tx, caseId: string): Promise<void> => {
  const at = firstReplyOf(caseId);
  await tx.db.update(cases).set({ firstReplyAt: at }).where(and(eq(cases.id, caseId), sql`${cases.firstReplyAt} is distinct from ${at}`));
};

/** A repeat that has not left yet counts for nothing; what never had to leave counts from when it was written. */
const firstReplyOf = (caseId: string) => sql`least((select min(coalesce(a.began_at, case when m.repeats is null then m.created_at end)) from messages m left join send_attempts a on a.id = m.attempt_id
  where m.case_id = ${caseId} and m.direction = 'out' and m.author_id is not null and m.state not in ('failed', 'withheld')), (select min(b.talked_at) from callbacks b where b.case_id = ${caseId}))`;
