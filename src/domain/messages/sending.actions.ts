import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { channelOf, type Channel, type ChannelName, type OutboundMessage } from '#channels/channel';
import type { Language } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { deriveCode } from '#lib/code';
import { unsealText } from '#lib/sealing';
import { texts } from '#texts/index';
import { casePlace } from '#domain/access/access.queries';
import type { Place } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { record } from '#domain/cases/events.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';
import { keepThread } from '#domain/threads/answering.actions';
import { isAutomatic, takeFromCaps, type Withheld } from './caps.actions.ts';
import { codePlace } from './outbound.actions.ts';
import { queueOtherWay } from './other-way.actions.ts';
import { reachOf } from './reaching.queries.ts';
import { mayWriteFreely, windowClosed } from './window.queries.ts';

/**
 * Hands a queued message to the provider, once. The state `sending` is committed before the call: a crash in between
 * leaves an unclear send, which `settleMessage` settles by asking the provider, never by guessing.
 *
 * @throws Error where a later try may succeed; the job then tries again
 */
export const sendMessage = async (ctx: Context, messageId: string): Promise<void> => {
  const claimed = await claimForSending(ctx, messageId);
  if (!claimed) return;
  const result = await claimed.channel.send(claimed.outbound);
  if (result.outcome === 'accepted') {
    await ctx.db.withActor(system, (tx) =>
      tx.db
        .update(messages)
        .set({ providerId: result.providerId })
        .where(and(eq(messages.id, messageId), isNull(messages.providerId))),
    );
    return;
  }
  // Unclear: it may have left. It stays `sending`, and `settleMessage` asks the provider.
  if (result.outcome === 'unknown') return;
  const { class: why, code } = result;
  if (why === 'window') return failOnce(ctx, messageId, windowClosed, true);
  if (why === 'permanent' || why === 'address' || why === 'opted_out' || why === 'policy') return failOnce(ctx, messageId, code, false);
  await setState(ctx, messageId, 'queued', code);
  throw new Error(`the provider refused for now: ${why} ${code}`);
};

const claimForSending = (ctx: Context, messageId: string) =>
  ctx.db.withActor(system, async (tx) => {
    const [queued] = await tx.db
      .select()
      .from(messages)
      .where(and(eq(messages.id, messageId), eq(messages.state, 'queued')))
      .for('update');
    const channel = queued && channelOf(ctx.channels, queued.channel as ChannelName, queued.channelAccount ?? (await lineOf(tx, queued)));
    if (!channel) return null;
    // Whose word on it counts is known before the call: its reports may come before the answer.
    const [row] = await tx.db
      .update(messages)
      .set({ state: 'sending', stateAt: ctx.clock.now(), channelAccount: channel.account })
      .where(eq(messages.id, messageId))
      .returning();
    if (!row) return null;
    const complete = await outboundOf(ctx, tx, row, channel);
    const free = await mayWriteFreely(tx, channel, row.contactPointId, ctx.clock.now());
    const outbound = complete === null ? null : sayable(complete, free);
    if (outbound === null) {
      if (complete !== null) await queueOtherWay(ctx, tx, row);
      await fail(ctx, tx, messageId, complete === null ? noNumber : windowClosed);
      return null;
    }
    // Tried before, it was counted before. What an operator writes is never held back.
    const withheld = isAutomatic(row.kind) && row.errorCode === null ? await takeFromCaps(ctx, tx, outbound.to, row.kind) : null;
    if (withheld !== null) {
      await withhold(ctx, tx, row, withheld);
      return null;
    }
    await expectRating(tx, row, ctx.clock.now());
    return { channel, outbound };
  });

/** Its answer asks for a rating: a number that comes back is one. */
const expectRating = async (tx: Tx, { caseId, contactPointId, channel, kind }: typeof messages.$inferSelect, now: Date): Promise<void> => {
  if (caseId === null || contactPointId === null) return;
  const [about] = await tx.db.select({ channel: cases.channel }).from(cases).where(eq(cases.id, caseId));
  if (about && asksRating(kind, about.channel)) await keepThread(tx, { contactPointId, channel }, { question: { name: 'rating', caseId } }, now);
};

/** A reply leaves from the number that was written to: people know it, and an answer to it comes back there. */
const lineOf = async (tx: Tx, { channel, contactPointId }: typeof messages.$inferSelect): Promise<string | null> => {
  if (contactPointId === null) return null;
  const [last] = await tx.db
    .select({ account: messages.channelAccount })
    .from(messages)
    .where(and(eq(messages.contactPointId, contactPointId), eq(messages.direction, 'in'), eq(messages.channel, channel)))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  return last?.account ?? null;
};

/** The case is kept and worked on all the same; its history says why no SMS left. */
const withhold = async (ctx: Context, tx: Tx, { id, caseId }: typeof messages.$inferSelect, errorCode: Withheld): Promise<void> => {
  const now = ctx.clock.now();
  await tx.db.update(messages).set({ state: 'withheld', errorCode, stateAt: now }).where(eq(messages.id, id));
  if (caseId === null) return;
  await record(tx, system, now, { caseId, type: 'message.withheld', data: { messageId: id, errorCode } });
  const [row] = await tx.db
    .update(cases)
    .set({ version: sql`${cases.version} + 1` })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

/** The code of a message that lost its number or its words (rectified, erased) before it left: no later try could send it. */
export const noNumber = 'no_number';

/**
 * A message as the provider is given it, in free words and, where it has one, as an approved text; null where its number or its
 * words are gone. An acknowledgement gets its code now; anything else says which case it is about, as one phone may follow several.
 */
export const outboundOf = async (ctx: Context, tx: Tx, row: typeof messages.$inferSelect, channel: Pick<Channel, 'template'>): Promise<OutboundMessage | null> => {
  const { id, caseId } = row;
  if (caseId === null) return outboundOfLine(ctx, row);
  const reach = await reachOf(ctx, tx, { id: caseId, contactPointId: row.contactPointId });
  if (reach === null) return null;
  const [about] = await tx.db.select({ citizenId: cases.citizenId, channel: cases.channel, reference: cases.reference, language: cases.language }).from(cases).where(eq(cases.id, caseId));
  if (!about) throw new Error('a message is about no case');
  const key = (await ctx.keys.read([about.citizenId])).get(about.citizenId);
  const body = opened(key, sealedAt.message(id), row.body, row.bodySealed);
  if (body === null) return null;
  const language = (about.language ?? 'ar') as Language;
  const said = row.kind === 'acknowledgement' ? body.replace(codePlace, deriveCode(ctx.codeKey, caseId)) : body;
  const { sms, answers } = texts[language];
  const words = row.kind === 'acknowledgement' ? said : sms.about(about.reference) + said;
  const text = asksRating(row.kind, about.channel) ? `${words} ${answers.rate}` : words;
  const approved = channel.template?.(row.kind, language) ?? null;
  // What is put into an approved text may have no line break, and no more than four spaces in a row.
  return { id, to: reach.value, text, ...(approved === null ? {} : { template: { id: approved, values: [about.reference, said.replaceAll(/\s+/g, ' ').trim()] } }) };
};

/** Who began a case by a message is asked, with its answer, to rate it by another. */
const asksRating = (kind: string, channel: string): boolean => kind === 'resolution' && (channel === 'sms' || channel === 'whatsapp');

/** What the line itself answers is of no case; whom it goes to is sealed beside it. */
const outboundOfLine = async (ctx: Context, { id, sender, body }: typeof messages.$inferSelect): Promise<OutboundMessage | null> => {
  const to = unsealText((await ctx.keys.read([id])).get(id), sealedAt.sender(id), sender);
  return to === null || body === null ? null : { id, to, text: body };
};

/** Free words where they may be sent, else the approved text; null where there is none. */
const sayable = ({ template, ...message }: OutboundMessage, free: boolean): OutboundMessage | null => {
  if (free) return message;
  return template === undefined ? null : { ...message, template };
};

const setState = (ctx: Context, messageId: string, state: string, errorCode: string | null) =>
  ctx.db.withActor(system, async (tx) => {
    await tx.db.update(messages).set({ state, errorCode, stateAt: ctx.clock.now() }).where(eq(messages.id, messageId));
  });

/** Once, whatever a report has said meanwhile. */
const failOnce = (ctx: Context, messageId: string, errorCode: string, otherWay: boolean): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [row] = await tx.db.select().from(messages).where(and(eq(messages.id, messageId), eq(messages.state, 'sending'))).for('update');
    if (!row) return;
    if (otherWay) await queueOtherWay(ctx, tx, row);
    await fail(ctx, tx, messageId, errorCode);
  });

/** A message that will not arrive: seen on the case, and a reply that failed is no first reply. */
export const fail = async (ctx: Context, tx: Tx, messageId: string, errorCode: string): Promise<void> => {
  const now = ctx.clock.now();
  const [row] = await tx.db.update(messages).set({ state: 'failed', errorCode, stateAt: now }).where(eq(messages.id, messageId)).returning({ caseId: messages.caseId });
  if (row?.caseId) await noteFailure(ctx, tx, row.caseId, messageId, errorCode, now);
};

/** Inside the transaction that sets a message to `failed`. */
export const noteFailure = async (ctx: Pick<Context, 'live'>, tx: Tx, caseId: string, messageId: string, errorCode: string | null, now: Date): Promise<void> => {
  await record(tx, system, now, { caseId, type: 'message.failed', data: { messageId, errorCode } });
  const row = await recountFirstReply(tx, caseId);
  if (row) tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, ...row }));
};

/** The first reply is the first that reached the citizen, or may still: to be found again when one fails, or arrives after all. */
export const recountFirstReply = async (
  tx: Tx,
  caseId: string,
): Promise<({ version: number } & Place) | undefined> => {
  const [row] = await tx.db
    .update(cases)
    .set({
      version: sql`${cases.version} + 1`,
      firstReplyAt: sql`(select min(m.created_at) from messages m where m.case_id = ${caseId} and m.direction = 'out'
        and m.author_id is not null and m.state not in ('failed', 'withheld'))`,
    })
    .where(eq(cases.id, caseId))
    .returning({ version: cases.version, ...casePlace });
  return row;
};
