import { and, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { CallReport, Verb } from '#channels/voice';
import type { Tx } from '#db/client';
import { callbacks, calls, cases, messages } from '#db/schema/tables';
import { deriveCode } from '#lib/code';
import { unsealText } from '#lib/sealing';
import { isRung } from '#domain/callbacks/hours.rules';
import type { Context } from '#domain/context';
import { reachOf } from '#domain/messages/reaching.queries';
import { sealedAt } from '#domain/personal/places.rules';
import { opened as textOf } from '#domain/personal/texts.rules';
import { Answer, CallState } from './call.rules.ts';
import { speak } from './speaking.rules.ts';

export type Call = Omit<typeof calls.$inferSelect, 'state' | 'answers'> & { state: CallState; answers: Answer[] };

const Answers = z.array(Answer);

/** What the menu wrote itself: an older version of it may have, so it is looked at. */
export const opened = (row: typeof calls.$inferSelect): Call => ({ ...row, state: CallState.parse(row.state), answers: Answers.parse(row.answers) });

/** The call that a request speaks of. `ours` names one that we placed, before its number with the provider is known. */
const named = ({ account, callId }: CallReport, ours: string | null) =>
  ours === null ? and(eq(calls.account, account), eq(calls.providerId, callId)) : and(eq(calls.account, account), eq(calls.id, ours));

export const lockCall = async (tx: Tx, report: CallReport, ours: string | null): Promise<Call | null> => {
  const [row] = await tx.db.select().from(calls).where(named(report, ours)).for('update');
  return row ? opened(row) : null;
};

export const findCall = async (tx: Tx, report: CallReport): Promise<Call | null> => {
  const [row] = await tx.db.select().from(calls).where(named(report, null));
  return row ? opened(row) : null;
};

/** The caller's number; null for one without, and once it is erased. */
export const callerOf = async (ctx: Pick<Context, 'keys'>, call: Pick<Call, 'id' | 'caller'>): Promise<string | null> =>
  call.caller === null ? null : unsealText((await ctx.keys.read([call.id])).get(call.id), sealedAt.caller(call.id), call.caller);

/**
 * The answer to one step, in words: the same each time it is asked for. Numbers and codes are not kept in it, so they are
 * found each time.
 */
export const wordsOf = async (ctx: Context, tx: Tx, call: Call, step: number): Promise<Verb[]> => {
  const { caseId, proved } = call.state;
  const answer = call.answers[step];
  if (!answer) return [{ do: 'hangup' }];
  const { node, language, verbs } = answer;
  const [about] = caseId === null ? [] : await tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, caseId));
  return speak(
    verbs,
    {
      language,
      has: (name) => ctx.telephone?.prompts.has(name) === true,
      reference: about?.reference ?? null,
      code: caseId === null ? null : deriveCode(ctx.codeKey, caseId),
      question: node === 'answer' && proved !== null ? await questionAbout(ctx, tx, proved) : null,
    },
    { node, version: step + 1, number: verbs.some((verb) => verb.do === 'dial') ? await calledNumber(ctx, tx, call) : null },
  );
};

/** What an operator asked last, in their words; null once they are erased. */
const questionAbout = async (ctx: Context, tx: Tx, caseId: string): Promise<string | null> => {
  const [asked] = await tx.db
    .select({ id: messages.id, body: messages.body, bodySealed: messages.bodySealed, citizenId: cases.citizenId })
    .from(messages)
    .innerJoin(cases, eq(cases.id, messages.caseId))
    .where(and(eq(messages.caseId, caseId), eq(messages.direction, 'out'), eq(messages.kind, 'question')))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  return asked ? textOf((await ctx.keys.read([asked.citizenId])).get(asked.citizenId), sealedAt.message(asked.id), asked.body, asked.bodySealed) : null;
};

const calledNumber = async (ctx: Context, tx: Tx, { callbackId }: Call): Promise<string | null> => {
  if (callbackId === null) return null;
  const [callback] = await tx.db.select().from(callbacks).where(eq(callbacks.id, callbackId));
  const reach = callback ? await reachOf(ctx, tx, { id: callback.caseId, contactPointId: callback.contactPointId }) : null;
  return reach?.kind === 'phone' && isRung(reach.value) ? reach.value : null;
};
