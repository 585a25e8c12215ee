import { eq, sql } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { record } from '#domain/cases/events.actions';
import { complete } from '#domain/cases/intake.actions';
import { openAll } from '#domain/cases/opening.actions';
import type { Context } from '#domain/context';
import { dateBack } from '#domain/deadlines/deadlines.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { keepBody, keepingOf } from '#domain/personal/texts.actions';
import { heardAfterwards, heardFromCitizen } from './hearing.actions.ts';

type Message = typeof messages.$inferSelect;

/** Who wrote: a number, the provider's id of a person, or a name that nobody can answer. */
export type Sender = { kind: 'phone' | 'whatsapp' | 'alnum'; value: string };

/** From now on it is of a case, and keeps its words: it is sealed under this number. */
const nextSeq = sql`nextval('messages_seq')`;

/** Opens a case from the first of these messages, received when that was; the others follow it there. @returns its id */
export const beginCase = async (ctx: Context, tx: Tx, from: { messages: readonly Message[]; sender: Sender }, how: { follows?: string; flag?: string; inquiry?: true }): Promise<string> => {
  const [message, ...more] = from.messages;
  if (!message) throw new Error('a case begins with a message');
  const { row, key } = complete(ctx, {
    said: {
      kind: how.inquiry === true ? 'inquiry' : 'complaint',
      channel: message.channel,
      actor_kind: 'citizen',
      contacts: [{ ...from.sender, main: true }],
    },
    receivedAt: message.createdAt,
    text: message.body ?? '',
  });
  await ctx.keys.keep([key]);
  await openAll(tx, [row]);
  const now = ctx.clock.now();
  await tx.db
    .update(messages)
    .set({ caseId: row.id, kind: 'narrative', sender: null, state: 'routed', stateAt: now, seq: nextSeq })
    .where(eq(messages.id, message.id));
  if (how.follows !== undefined) await record(tx, system, now, { caseId: row.id, type: 'case.follows', data: { follows: how.follows } });
  if (how.flag !== undefined) await record(tx, system, now, { caseId: row.id, type: 'case.flagged', data: { flag: how.flag } });
  tx.afterCommit(() => ctx.jobs.add('triage-case', [row.id]));
  for (const one of more) await joinCase(ctx, tx, row.id, one, { after: false });
  return row.id;
};

/** Adds a citizen's message to a case that this transaction holds; one that waited for the citizen goes on, one that has ended stays so. */
export const joinCase = async (ctx: Context, tx: Tx, caseId: string, message: Message, { after }: { after: boolean }): Promise<void> => {
  const now = ctx.clock.now();
  const body = keepBody(await keepingOf(ctx, tx, caseId), sealedAt.message(message.id), message.body ?? '');
  await tx.db.update(messages).set({ caseId, ...body, sender: null, state: 'routed', stateAt: now, seq: nextSeq }).where(eq(messages.id, message.id));
  if (after) return heardAfterwards(ctx, tx, caseId, message.id, now);
  await dateBack(tx, caseId, message, now);
  const [found] = await tx.db.select({ id: cases.id, status: cases.status }).from(cases).where(eq(cases.id, caseId));
  if (!found) throw new Error('a message is of no case');
  await heardFromCitizen(ctx, tx, found, message.id, now);
};
