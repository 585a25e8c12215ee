import { and, asc, eq, gt, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm';
import type { Channel, FailureClass } from '#channels/channel';
import type { Tx } from '#db/client';
import { channelAccounts, messages } from '#db/schema/tables';
import { keepAccount, rowOf } from '#domain/channels/accounts.actions';
import type { Context } from '#domain/context';
import { holdMs, isOfAccount, longestHoldMs, probeMs, waitsUntil } from './retrying.rules.ts';

type Message = typeof messages.$inferSelect;
type Account = typeof channelAccounts.$inferSelect;
type Line = Pick<Channel, 'name' | 'account'>;

/** `may`: it may leave now, and the account is under lock where that matters. Otherwise until when it waits, and why where the provider is the reason. */
type Turn = { may: true; account: Account } | { may: false; until: Date; held: boolean; code: string | null };

/**
 * Whether it is a message's turn, inside the transaction that claims it. An account that sends one message at a time, or whose
 * provider failed, lets one process at a time ask; what operators wrote goes before what the line says by itself.
 */
export const turnOf = async (ctx: Context, tx: Tx, message: Message, channel: Channel): Promise<Turn> => {
  const now = ctx.clock.now();
  const { gapMs } = channel.capabilities;
  const account = await accountOf(tx, channel, now);
  if (gapMs === 0 && account.faults === 0) return { may: true, account };
  const [locked] = await tx.db.select().from(channelAccounts).where(rowOf(channel)).for('update');
  const { heldUntil, heldCode, nextSendAt } = locked ?? account;
  if (waitsUntil(heldUntil, longestHoldMs, now)) return { may: false, until: heldUntil, held: true, code: heldCode };
  if (gapMs === 0) return { may: true, account: locked ?? account };
  const waits = async (from: Date): Promise<Turn> => ({ may: false, until: after(from, (await countAhead(tx, message, channel)) * gapMs), held: false, code: null });
  if (waitsUntil(nextSendAt, gapMs, now)) return waits(nextSendAt);
  const [first] = await tx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(waitingBefore(message, channel), or(isNull(messages.nextTryAt), lte(messages.nextTryAt, now))))
    .orderBy(sql`${messages.authorId} is null`, asc(messages.createdAt))
    .limit(1);
  if (first === undefined) return { may: true, account: locked ?? account };
  tx.afterCommit(() => ctx.jobs.add('send-message', [first.id]));
  return waits(now);
};

/** What waits by this account for its turn, and goes before this message. */
const waitingBefore = ({ id, authorId, createdAt }: Message, { name, account }: Channel) =>
  and(
    eq(messages.state, 'queued'),
    eq(messages.channel, name),
    eq(messages.channelAccount, account),
    ne(messages.id, id),
    sql`(${messages.authorId} is null, ${messages.createdAt}, ${messages.id}) < (${authorId === null}, ${createdAt.toISOString()}, ${id})`,
  );

/** Beyond this a message looks again before its turn: under the account's lock nothing may take long. */
const mostAhead = 300;

const countAhead = async (tx: Tx, message: Message, channel: Channel): Promise<number> => {
  const some = tx.db.select({ id: messages.id }).from(messages).where(waitingBefore(message, channel)).limit(mostAhead).as('ahead');
  return tx.db.$count(some);
};

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

const accountOf = async (tx: Tx, channel: Channel, now: Date): Promise<Account> => {
  const find = () => tx.db.select().from(channelAccounts).where(rowOf(channel));
  const [found] = await find();
  if (found) return found;
  await keepAccount(tx, channel, now);
  const [kept] = await find();
  if (!kept) throw new Error('a channel has no row');
  return kept;
};

/** The message leaves: the next waits. After a failure of the provider, until it is known what becomes of this one. */
export const takeTurn = async (tx: Tx, channel: Channel, { faults }: Account, now: Date): Promise<void> => {
  const { gapMs } = channel.capabilities;
  if (gapMs === 0 && faults === 0) return;
  await tx.db
    .update(channelAccounts)
    .set({ ...(gapMs === 0 ? {} : { nextSendAt: after(now, gapMs) }), ...(faults === 0 ? {} : { heldUntil: after(now, probeMs) }) })
    .where(rowOf(channel));
};

/** The provider answered as it should: nothing waits for it any more. */
export const releaseAccount = async (tx: Tx, channel: Line, now: Date): Promise<void> => {
  const released = await tx.db
    .update(channelAccounts)
    .set({ faults: 0, heldUntil: null, heldSince: null, faultySince: null, heldClass: null, heldCode: null })
    .where(and(rowOf(channel), gt(channelAccounts.faults, 0)))
    .returning({ account: channelAccounts.account });
  if (released.length > 0) await wake(tx, channel, now);
};

/** The provider is there and takes our credentials: what waits for that need not wait longer. One message finds out, the others after it. */
export const tryAccountNow = async (tx: Tx, channel: Line, now: Date): Promise<void> => {
  const shortened = await tx.db
    .update(channelAccounts)
    .set({ heldUntil: now })
    .where(and(rowOf(channel), inArray(channelAccounts.heldClass, ['config', 'transient', 'unknown']), gt(channelAccounts.heldUntil, now)))
    .returning({ account: channelAccounts.account });
  if (shortened.length > 0) await wake(tx, channel, now);
};

/** What waits by this account is looked at by the next sweep; what somebody looks at already is left to them. */
const wake = async (tx: Tx, { name, account }: Line, now: Date): Promise<void> => {
  const waiting = tx.db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.state, 'queued'), eq(messages.channel, name), eq(messages.channelAccount, account), gt(messages.nextTryAt, now)))
    .for('update', { skipLocked: true });
  await tx.db.update(messages).set({ nextTryAt: now }).where(inArray(messages.id, waiting));
};

/**
 * Nothing is sent by this account for a while. What was on its way beside the message that failed first fails with it: together they
 * count once, unless the provider now says more.
 *
 * @returns until when
 */
export const holdAccount = async (
  ctx: Context,
  tx: Tx,
  channel: Channel,
  { why, code, retryAfterMs, beganAt }: { why: FailureClass | 'unknown'; code: string; retryAfterMs?: number | undefined; beganAt: Date },
): Promise<Date> => {
  const now = ctx.clock.now();
  const [row] = await tx.db.select().from(channelAccounts).where(rowOf(channel)).for('update');
  const heldSince = row?.heldSince ?? null;
  const counted = heldSince !== null && heldSince >= beganAt;
  const faults = (row?.faults ?? 0) + (counted ? 0 : 1);
  const reason = why === 'unknown' || isOfAccount(why) ? why : 'config';
  const until = after(now, holdMs(reason, faults, retryAfterMs));
  await tx.db
    .update(channelAccounts)
    .set({ faults, heldSince: counted ? heldSince : now, faultySince: reason === 'throttled' ? null : (row?.faultySince ?? now), heldUntil: until, heldClass: reason, heldCode: code })
    .where(rowOf(channel));
  if (faults === 1 && !counted) ctx.log.warn({ channel: channel.name, account: channel.account }, 'a provider does not take messages; they wait');
  return until;
};
