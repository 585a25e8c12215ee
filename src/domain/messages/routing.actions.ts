import { and, asc, eq, isNotNull, ne, or, sql } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { contactPoints, messages, threads } from '#db/schema/tables';
import { unsealText } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keepThread, sayTo } from '#domain/threads/answering.actions';
import { commandOf } from '#domain/threads/commands.rules';
import { takeEffect } from '#domain/threads/effects.actions';
import { heardOf, heldTooLong, ownCases, threadOf } from '#domain/threads/threads.queries';
import { decide, type Decision, type Heard, type Thread } from '#domain/threads/threads.rules';
import { detectLanguage } from '#domain/triage/language.rules';
import { placeCase } from '#domain/triage/placing.actions';
import { raiseForDanger } from '#domain/triage/raising.actions';
import { beginCase, joinCase, type Sender } from './beginning.actions.ts';
import { referencesIn } from './inbound.rules.ts';

/**
 * Decides where a received message belongs (`decide`, in domain/threads), and does what follows. Messages of one sender are
 * decided one after another. A second run changes nothing.
 */
export const routeMessage = (ctx: Context, messageId: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const [from] = await tx.db.select({ contactPointId: messages.contactPointId }).from(messages).where(eq(messages.id, messageId));
    if (!from?.contactPointId) return;
    const { contactPointId } = from;
    // Before any row: the sender's answer to a question touches the message that waits for it.
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${contactPointId}, 0))`);
    const [message] = await tx.db
      .select()
      .from(messages)
      .where(and(eq(messages.id, messageId), or(eq(messages.state, 'received'), heldTooLong(ctx.clock.now()))))
      .for('update');
    if (!message) return;
    const sender = await senderOf(ctx, tx, message);
    const here = { ...message, contactPointId };
    const own = await ownCases(tx, contactPointId, referencesIn(message.body ?? ''));
    const thread = await threadOf(tx, here);
    const heard = await heardOf(tx, here, sender, own);
    await follow(ctx, tx, { message: here, sender, thread, heard }, decide(thread, heard, own));
  });

type Turn = { message: Message & { contactPointId: string }; sender: Sender; thread: Thread; heard: Heard };

const follow = async (ctx: Context, tx: Tx, { message, sender, thread, heard }: Turn, decision: Decision): Promise<void> => {
  const now = ctx.clock.now();
  // Whoever writes from there is reached there.
  await tx.db.update(threads).set({ unreachedCode: null }).where(and(eq(threads.contactPointId, message.contactPointId), eq(threads.channel, message.channel), isNotNull(threads.unreachedCode)));
  const held = decision.withHeld === undefined ? [] : await heldMessages(tx, message);
  if (decision.to === 'case') await joinCase(ctx, tx, decision.caseId, message, { after: decision.after });
  if (decision.to === 'case' && decision.province !== undefined) await placeCase(ctx, tx, decision.caseId, decision.province, now);
  // What was held may be older, or younger.
  const together = [...held, message].toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id.localeCompare(b.id));
  if (decision.to === 'new') await beginCase(ctx, tx, { messages: together, sender }, decision);
  if (decision.to === 'case' && heard.danger) await raiseForDanger(ctx, tx, decision.caseId, now, { texted: true });
  if (decision.to === 'held') await setState(tx, message.id, 'held', message.state === 'held' ? message.stateAt : now);
  if (decision.to === 'line') await setState(tx, message.id, 'handled', now);
  if (decision.to !== 'new' && decision.withHeld === 'new' && held.length > 0) await beginCase(ctx, tx, { messages: held, sender }, {});
  if (decision.withHeld !== undefined && decision.withHeld !== 'new') for (const one of held) await joinCase(ctx, tx, decision.withHeld, one, { after: false });

  // A name or a number says nothing of the language; a command tells its own.
  const spoken = (decision.to === 'line' ? commandOf(heard.text)?.language : undefined) ?? (/\p{L}{3}/u.test(heard.text) && decision.to !== 'line' ? detectLanguage(heard.text).language : null);
  const language = spoken ?? thread.language ?? 'ar';
  const effect = decision.to === 'line' ? await takeEffect(ctx, tx, decision.effect, { channel: message.channel, language }, now) : undefined;
  await keepThread(tx, message, { ...(spoken === null ? {} : { language: spoken }), ...effect?.thread, ...(decision.question === undefined ? {} : { question: decision.question }) }, now);
  const say = effect?.say ?? decision.say;
  const quiet = thread.stopped && say?.name === 'stopped';
  if (say && !quiet) await sayTo(ctx, tx, { ...message, sender: sender.value }, language, say, now);
};

const heldMessages = (tx: Tx, { contactPointId, channel, id }: Turn['message']): Promise<Message[]> =>
  tx.db
    .select()
    .from(messages)
    .where(and(eq(messages.contactPointId, contactPointId), eq(messages.channel, channel), eq(messages.state, 'held'), ne(messages.id, id)))
    .orderBy(asc(messages.createdAt), asc(messages.id));

/** It was for the line itself, or waits for an answer: of no case. Whom it came from is known from its contact point once it is handled. */
const setState = async (tx: Tx, id: string, state: 'held' | 'handled', stateAt: Date): Promise<void> => {
  await tx.db.update(messages).set({ state, stateAt, ...(state === 'handled' ? { kind: 'command', sender: null } : {}) }).where(eq(messages.id, id));
};

const senderOf = async (ctx: Context, tx: Tx, message: Message): Promise<Sender> => {
  const [point] = await tx.db.select({ kind: contactPoints.kind }).from(contactPoints).where(eq(contactPoints.id, message.contactPointId ?? ''));
  const value = unsealText((await ctx.keys.read([message.id])).get(message.id), sealedAt.sender(message.id), message.sender);
  if (!point || value === null) throw new Error('a message has no sender');
  return { kind: point.kind as Sender['kind'], value };
};

type Message = typeof messages.$inferSelect;
