import { eq } from 'drizzle-orm';
import { channelOf } from '#channels/channel';
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
import { mayWriteFreely } from './window.queries.ts';

type Message = typeof messages.$inferSelect;

/**
 * Queues the same words once more for a message that its channel does not take, inside the transaction that is about to fail it:
 * as an approved text on the same channel, if only now it is known that free words may not be sent; else by SMS, where the
 * citizen has a mobile number. Nothing where there is no other way; then the case shows what failed.
 */
export const queueOtherWay = async (ctx: Context, tx: Tx, row: Message): Promise<void> => {
  const { caseId } = row;
  const channel = caseId === null ? null : await otherChannel(ctx, tx, row, caseId);
  if (caseId === null || channel === null) return;
  const words = await wordsOf(ctx, tx, row, caseId);
  if (words === null) return;
  const now = ctx.clock.now();
  const id = newId(now);
  const { kind, contactPointId, authorId } = row;
  const body = keepBody(await keepingOf(ctx, tx, caseId), sealedAt.message(id), words);
  await tx.db.insert(messages).values({ id, caseId, direction: 'out', channel, kind, channelAccount: null, contactPointId, ...body, state: 'queued', authorId, createdAt: now, stateAt: now });
  await record(tx, system, now, { caseId, type: 'message.queued', data: { messageId: id, kind, instead: row.id } });
  tx.afterCommit(() => ctx.jobs.add('send-message', [id]));
};

const otherChannel = async (ctx: Context, tx: Tx, row: Message, caseId: string): Promise<'whatsapp' | 'sms' | null> => {
  if (row.channel !== 'whatsapp') return null;
  const reach = await reachOf(ctx, tx, { id: caseId, contactPointId: row.contactPointId });
  if (reach === null) return null;
  const used = channelOf(ctx.channels, 'whatsapp', row.channelAccount);
  const [about] = await tx.db.select({ language: cases.language }).from(cases).where(eq(cases.id, caseId));
  const approved = used?.template?.(row.kind, about?.language ?? 'ar') ?? null;
  if (used !== null && approved !== null && (await mayWriteFreely(tx, used, row.contactPointId, ctx.clock.now()))) return 'whatsapp';
  return reach.kind === 'phone' && takesSms(reach.value) && channelOf(ctx.channels, 'sms', null) !== null ? 'sms' : null;
};

const wordsOf = async (ctx: Context, tx: Tx, row: Message, caseId: string): Promise<string | null> => {
  const [about] = await tx.db.select({ citizenId: cases.citizenId }).from(cases).where(eq(cases.id, caseId));
  if (!about) return null;
  return opened((await ctx.keys.read([about.citizenId])).get(about.citizenId), sealedAt.message(row.id), row.body, row.bodySealed);
};
