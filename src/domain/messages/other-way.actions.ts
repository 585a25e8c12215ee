import { and, eq, ne, or } from 'drizzle-orm';
import { channelOf, type Channel } from '#channels/channel';
import { mostParts, partsOf } from '#contract/sms';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { newId } from '#lib/id';
import { takesSms } from '#lib/phone';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keepBody, keepingOf } from '#domain/personal/texts.actions';
import { opened } from '#domain/personal/texts.rules';
import { reachOf } from './reaching.queries.ts';
import { mayWriteFreely, windowClosed } from './window.queries.ts';
import { asSent } from './wording.rules.ts';

type Message = typeof messages.$inferSelect;

/** By which channel, and our end of it where not any will do, and not before when. */
type Way = { channel: string; account?: string; notBefore?: Date };

/**
 * Queues the same words once more for a message that fails, inside the transaction that fails it: what was sent stays as it is
 * in the log, so this is a message of its own.
 */
export const sayAgain = async (ctx: Context, tx: Tx, row: Message, { channel, account, notBefore }: Way): Promise<void> => {
  const { caseId, kind, contactPointId, authorId } = row;
  const words = caseId === null ? null : await wordsOf(ctx, tx, row, caseId);
  if (caseId === null || words === null) return;
  const now = ctx.clock.now();
  const id = newId(now);
  const body = keepBody(await keepingOf(ctx, tx, caseId), sealedAt.message(id), words);
  await tx.db.insert(messages).values({
    id, caseId, direction: 'out', channel, kind, channelAccount: account ?? null, contactPointId, ...body,
    state: 'queued', authorId, createdAt: now, stateAt: now, repeats: row.repeats ?? row.id, nextTryAt: notBefore ?? null,
  });
  await record(tx, system, now, { caseId, type: 'message.queued', data: { messageId: id, kind, instead: row.id } });
  if (notBefore === undefined) tx.afterCommit(() => ctx.jobs.add('send-message', [id]));
};

/** How often these words were sent by the message's channel, this time included, and by which other ways they were not sent yet. */
export const waysOf = async (ctx: Context, tx: Tx, row: Message): Promise<{ tries: number; other: Way | null }> => {
  const { caseId } = row;
  if (caseId === null) return { tries: 1, other: null };
  const first = row.repeats ?? row.id;
  const sent = await tx.db
    .select({ id: messages.id, channel: messages.channel, errorCode: messages.errorCode })
    .from(messages)
    .where(and(or(eq(messages.id, first), eq(messages.repeats, first)), ne(messages.id, row.id), row.contactPointId === null ? undefined : eq(messages.contactPointId, row.contactPointId)));
  const tries = 1 + sent.filter(({ channel, errorCode }) => channel === row.channel && errorCode !== windowClosed).length;
  const other = row.channel === 'whatsapp' ? 'sms' : 'whatsapp';
  return { tries, other: sent.some(({ channel }) => channel === other) ? null : await wayBy(ctx, tx, row, caseId, other) };
};

/** SMS goes to Moroccan mobile numbers alone, and takes no more of an operator's words than they may write there; who did not just write on WhatsApp is written to there only in an approved text. */
const wayBy = async (ctx: Context, tx: Tx, row: Message, caseId: string, name: 'sms' | 'whatsapp'): Promise<Way | null> => {
  const channel = channelOf(ctx.channels, name, null);
  const reach = channel === null ? null : await reachOf(ctx, tx, { id: caseId, contactPointId: row.contactPointId });
  if (channel === null || reach === null) return null;
  if (name === 'sms') return reach.kind === 'phone' && takesSms(reach.value) && (await fitsSms(ctx, tx, row, caseId)) ? { channel: name } : null;
  const sayable = (await hasApproved(tx, channel, row, caseId)) || (await mayWriteFreely(tx, channel, row.contactPointId, ctx.clock.now()));
  return sayable ? { channel: name } : null;
};

const fitsSms = async (ctx: Context, tx: Tx, row: Message, caseId: string): Promise<boolean> => {
  if (row.authorId === null) return true;
  const words = await wordsOf(ctx, tx, row, caseId);
  const [about] = await tx.db.select({ reference: cases.reference, language: cases.language, channel: cases.channel }).from(cases).where(eq(cases.id, caseId));
  return words !== null && about !== undefined && partsOf(asSent({ kind: row.kind, channel: 'sms' }, about, words)) <= mostParts;
};

const hasApproved = async (tx: Tx, channel: Channel, { kind }: Message, caseId: string): Promise<boolean> => {
  const [about] = await tx.db.select({ language: cases.language }).from(cases).where(eq(cases.id, caseId));
  return (channel.template?.(kind, about?.language ?? 'ar') ?? null) !== null;
};

/** After a closed window: the approved text by the same channel, if only the provider knew that it is closed; null where there is none. */
export const approvedWay = async (ctx: Context, tx: Tx, row: Message): Promise<Way | null> => {
  if (row.caseId === null) return null;
  const used = channelOf(ctx.channels, 'whatsapp', row.channelAccount);
  if (used === null || !(await hasApproved(tx, used, row, row.caseId))) return null;
  return (await mayWriteFreely(tx, used, row.contactPointId, ctx.clock.now())) ? { channel: 'whatsapp' } : null;
};

/** The same channel by another account of ours, where what it is sent from is at fault. */
export const otherAccount = (ctx: Context, { channel, channelAccount }: Message): Way | null => {
  const found = ctx.channels.find(({ name, account }) => name === channel && account !== channelAccount);
  return found ? { channel, account: found.account } : null;
};

/** Whether words that may not leave from where they were to leave from can do so from elsewhere. */
export const mayLeaveElsewhere = async (ctx: Context, tx: Tx, row: Message): Promise<boolean> =>
  row.caseId !== null && (otherAccount(ctx, row) !== null || (await waysOf(ctx, tx, row)).other !== null);

const wordsOf = async (ctx: Context, tx: Tx, row: Message, caseId: string): Promise<string | null> => {
  const [about] = await tx.db.select({ citizenId: cases.citizenId }).from(cases).where(eq(cases.id, caseId));
  if (!about) return null;
  return opened((await ctx.keys.read([about.citizenId])).get(about.citizenId), sealedAt.message(row.id), row.body, row.bodySealed);
};
