import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Split } from '#contract/merging';
import type { CaseSummary } from '#contract/staff';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { attachments, messages, providerFiles, threads } from '#db/schema/tables';
import { invalid } from '#lib/errors';
import { carryBlocks } from '#domain/access/conflicts.actions';
import { placeOf } from '#domain/access/places.queries';
import { record } from '#domain/cases/events.actions';
import { assertHeldOrFree, change, lockCase, noteReason, type Case } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { citizenKey, keepingOf, keepsSealed } from '#domain/personal/texts.actions';
import { opened } from '#domain/personal/texts.rules';
import { anew, recordRestated } from '#domain/proof/restating.actions';
import { keepThread } from '#domain/threads/answering.actions';
import type { Question } from '#domain/threads/threads.rules';
import { beginCase } from './beginning.actions.ts';
import { reachOf } from './reaching.queries.ts';

/**
 * Takes texts that somebody else wrote from the same phone out of a case, into one of their own, which has its reference and code
 * and a legal date that runs from the first of them. They are read in the old case no more, by nobody: its citizen never learns
 * what the other wrote. Who is kept from the old case is kept from the new one.
 *
 * @returns the case that they left
 * @throws AppError invalid (`messages`: `unknown_message` for what is no such text, `has_files`, `sealed`, `no_phone`), erased,
 *   taken, stale, not_found
 */
export const splitCase = async (ctx: Context, actor: StaffActor, caseId: string, input: Split): Promise<CaseSummary> => {
  await ctx.db.withActor(actor, async (tx) => assertHeldOrFree(await lockCase(tx, actor, caseId, input.version), actor));
  // A case is begun by the system, wherever it will go: the rest is done so, in the actor's name.
  return ctx.db.withActor(system, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    assertHeldOrFree(found, actor);
    // A new case is read in the place that triage finds for it, and its words stand in clear until then.
    if (keepsSealed(await placeOf(tx, caseId))) throw invalid('messages', 'sealed');
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    const { contactPointId, texts } = await textsOf(tx, found, input.messages);
    const reach = await reachOf(ctx, tx, { id: caseId, contactPointId });
    if (reach === null) throw invalid('messages', 'no_phone');
    const begun = await beginCase(ctx, tx, { messages: await lift(ctx, tx, found, texts), sender: reach }, {});
    await carryBlocks(tx, actor, found, begun, now);
    await forgetQuestion(tx, { caseId, contactPointId }, now);
    await recordRestated(tx, actor, now, caseId, texts.map(({ seq }) => ({ table: 'messages', number: seq })));
    await record(tx, actor, now, { caseId, type: 'case.split', data: { into: begun, messages: texts.length, noteId } });
    await record(tx, actor, now, { caseId: begun, type: 'case.split_off', data: { origin: caseId } });
    return change(ctx, tx, found, {});
  });
};

type Message = typeof messages.$inferSelect;

/** Texts of one contact point, with no files: those are sealed for the citizen of the case that they came to. */
const textsOf = async (tx: Tx, { id }: Case, ids: readonly string[]): Promise<{ contactPointId: string; texts: Message[] }> => {
  const texts = await tx.db
    .select()
    .from(messages)
    .where(and(eq(messages.caseId, id), inArray(messages.id, [...ids]), eq(messages.direction, 'in'), eq(messages.kind, 'follow_up'), isNotNull(messages.channelAccount)))
    .orderBy(asc(messages.createdAt), asc(messages.id))
    .for('update');
  const points = new Set(texts.map(({ contactPointId }) => contactPointId));
  const [contactPointId = null] = points;
  if (texts.length !== new Set(ids).size || points.size !== 1 || contactPointId === null) throw invalid('messages', 'unknown_message');
  if ((await tx.db.$count(attachments, inArray(attachments.messageId, [...ids]))) > 0) throw invalid('messages', 'has_files');
  // Those that are still with the provider, too.
  if ((await tx.db.$count(providerFiles, inArray(providerFiles.messageId, [...ids]))) > 0) throw invalid('messages', 'has_files');
  return { contactPointId, texts };
};

/** Where the first one lives is asked no more on this phone: the other might answer. */
const forgetQuestion = async (tx: Tx, { caseId, contactPointId }: { caseId: string; contactPointId: string }, now: Date): Promise<void> => {
  const asked = await tx.db
    .select({ contactPointId: threads.contactPointId, channel: threads.channel })
    .from(threads)
    .where(and(eq(threads.contactPointId, contactPointId), sql`${threads.question} @> ${JSON.stringify({ name: 'place', caseId } satisfies Question)}::jsonb`));
  for (const at of asked) await keepThread(tx, at, { question: null }, now);
};

/** They are readable again, as before they joined a case, and sealed in the log anew under the next. */
const lift = async (ctx: Context, tx: Tx, { id, citizenId }: Case, texts: readonly Message[]): Promise<Message[]> => {
  await keepingOf(ctx, tx, id);
  const key = await citizenKey(ctx, citizenId);
  return Promise.all(
    texts.map(async (text) => {
      const body = opened(key, sealedAt.message(text.id), text.body, text.bodySealed) ?? '';
      await tx.db.update(messages).set({ body, bodySealed: null, ...anew('messages') }).where(eq(messages.id, text.id));
      return { ...text, body, bodySealed: null };
    }),
  );
};
