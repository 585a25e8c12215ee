import { and, eq, isNull } from 'drizzle-orm';
import { priorities, type Kind, type Language, type Status } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages } from '#db/schema/tables';
import { isFinal, isRouted } from '#domain/cases/cases.rules';
import { record } from '#domain/cases/events.actions';
import { assertMove } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { bindToLaw } from '#domain/deadlines/deadlines.actions';
import { withoutFiles } from '#domain/messages/inbound.rules';
import { queueAcknowledgement } from '#domain/messages/outbound.actions';
import { keepTexts } from '#domain/personal/texts.actions';
import { provinceIn } from '#domain/territory/territory.rules';
import { askPlace, texted, warnOfDanger } from '#domain/threads/asking.actions';
import { suggestCategory } from './category.rules.ts';
import { detectLanguage } from './language.rules.ts';
import { placeFor } from './place.queries.ts';
import { suggestPriority } from './priority.rules.ts';

/**
 * Gives a received case its language, category, province, priority and the queue of the right centre, and queues the
 * acknowledgement. What the citizen said of these stands; a suggestion only fills gaps. A second run changes nothing.
 */
export const triageCase = async (ctx: Context, caseId: string): Promise<void> => {
  const now = ctx.clock.now();
  await ctx.db.withActor(system, async (tx) => {
    const [found] = await tx.db
      .select()
      .from(cases)
      .where(and(eq(cases.id, caseId), isNull(cases.triagedAt)))
      .for('update');
    if (!found) return;
    const { narrative, all } = await wordsOf(tx, caseId);

    const language = (found.language as Language | null) ?? detectLanguage(narrative).language;
    const suggestion = suggestCategory(narrative);
    const category = found.category ?? suggestion.category;
    const subcategory = found.subcategory ?? (found.category === null ? suggestion.subcategory : null);
    const province = found.province ?? provinceIn(narrative);
    const { priority, reason } = suggestPriority({ kind: found.kind as Kind, category, subcategory, text: all });
    const restricted = category === 'FAIR';
    const place = await placeFor(tx, province, restricted);

    const routes = found.status === 'received';
    if (routes) assertMove(found, 'assigned', system, { routed: isRouted({ queueId: place.queueId, category }) });
    const status = routes ? 'assigned' : found.status;
    const version = found.version + 1;
    const legalDueDate = await bindToLaw(tx, found, subcategory);
    await tx.db
      .update(cases)
      .set({
        version,
        language,
        category,
        subcategory,
        province,
        priority: priorities.indexOf(priority) + 1,
        centreId: place.centreId,
        queueId: place.queueId,
        status,
        legalDueDate,
        triagedAt: now,
      })
      .where(eq(cases.id, caseId));
    if (restricted) await keepTexts(ctx, tx, caseId, true);
    await record(tx, system, now, {
      caseId,
      type: 'case.triaged',
      data: { from: found.status, to: status, language, category, subcategory, province, priority, reason, queue: place.queueId, needsHuman: suggestion.needsHuman, legalDueDate },
    });
    // Withdrawn meanwhile: whoever has taken a complaint back is not written to about it.
    if (!isFinal(found.status as Status)) {
      const asksPlace = province === null && reason !== 'danger' && (await askPlace(tx, found, now));
      await queueAcknowledgement(ctx, tx, { ...found, language, legalDueDate }, asksPlace);
      if (reason === 'danger' && texted(found) !== null) await warnOfDanger(ctx, tx, found, language, now);
    }
    tx.afterCommit(() => ctx.live.publish({ type: 'case.changed', caseId, version, centreId: place.centreId, restricted, readers: found.readers, blocked: found.blocked }));
  });
};

/** What the case began with, and all that was said by now: pieces of a message may have come before triage. */
const wordsOf = async (tx: Tx, caseId: string): Promise<{ narrative: string; all: string }> => {
  const said = await tx.db
    .select({ kind: messages.kind, body: messages.body })
    .from(messages)
    .where(and(eq(messages.caseId, caseId), eq(messages.direction, 'in')))
    .orderBy(messages.createdAt, messages.id);
  const of = (list: typeof said): string => list.map(({ body }) => withoutFiles(body ?? '')).join('\n');
  return { narrative: of(said.filter(({ kind }) => kind === 'narrative')), all: of(said) };
};
