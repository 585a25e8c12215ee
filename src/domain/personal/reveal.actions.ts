import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Reveal, Revealed } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import { cases, messages } from '#db/schema/tables';
import { AppError, notFound } from '#lib/errors';
import { unsealText } from '#lib/sealing';
import { casesInSight } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import { noteReason } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { personOf } from './people.queries.ts';
import { sealedAt } from './places.rules.ts';
import { takeFromQuota } from './quota.actions.ts';
import { opened } from './texts.rules.ts';

/**
 * Shows the person what is masked otherwise: who the citizen is, and the citizen's words as they were written. The reason is
 * kept as a note, and the event names it, in the same transaction: nobody reveals unseen.
 *
 * @throws AppError not_found where the case is out of sight, stale, quota_exceeded; nothing is shown or kept then
 */
export const revealCase = (ctx: Context, actor: StaffActor, caseId: string, input: z.infer<typeof Reveal>): Promise<Revealed> =>
  ctx.db.withActor(actor, async (tx) => {
    const [found] = await tx.db.select().from(cases).where(and(eq(cases.id, caseId), casesInSight(actor)));
    if (!found) throw notFound();
    if (input.version !== undefined && input.version !== found.version) throw new AppError('stale');
    const now = ctx.clock.now();
    const left = await takeFromQuota(ctx, tx, actor, now, 'reveals');
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await record(tx, actor, now, { caseId, type: 'case.revealed', data: { noteId } });
    const key = (await ctx.keys.read([found.citizenId])).get(found.citizenId);
    const said = await tx.db
      .select({ id: messages.id, kind: messages.kind, body: messages.body, bodySealed: messages.bodySealed })
      .from(messages)
      .where(and(eq(messages.caseId, caseId), eq(messages.direction, 'in')))
      .orderBy(asc(messages.createdAt), asc(messages.id));
    const texts = said.map(({ id, kind, body, bodySealed }) => ({ id, kind, text: opened(key, sealedAt.message(id), body, bodySealed) }));
    return {
      ...(await personOf(ctx, tx, found.citizenId)),
      submitter: unsealText(key, sealedAt.submitter(caseId), found.submitterName),
      narrative: texts.find(({ kind }) => kind === 'narrative')?.text ?? null,
      messages: texts.map(({ id, text }) => ({ id, text })),
      left,
    };
  });
