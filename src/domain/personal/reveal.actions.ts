import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { revealsADay, type Reveal, type Revealed } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, events, messages } from '#db/schema/tables';
import { AppError, notFound } from '#lib/errors';
import { unsealText } from '#lib/sealing';
import { casesInSight } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import { noteReason } from '#domain/cases/holding.actions';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { personOf } from './people.queries.ts';
import { sealedAt } from './places.rules.ts';
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
    const left = await takeFromQuota(ctx, tx, actor, now);
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

/**
 * One person's reveals are counted one after another, so that no two at once take the last one. Who asks for more than a day
 * allows stands in the log.
 *
 * @returns how many are left after this one
 */
const takeFromQuota = async (ctx: Context, tx: Tx, actor: StaffActor, now: Date): Promise<number> => {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`reveal ${actor.id}`}, 0))`);
  // No day is longer than 25 hours; which of these fall on today, the calendar says.
  const recent = await tx.db
    .select({ at: events.at })
    .from(events)
    .where(and(sql`${events.type} = 'case.revealed'`, eq(events.actorId, actor.id), gt(events.at, new Date(now.getTime() - 25 * 3_600_000))));
  const left = revealsADay - recent.filter(({ at }) => localDate(at) === localDate(now)).length;
  if (left > 0) return left - 1;
  ctx.log.warn({ actorId: actor.id }, 'somebody has revealed all that a day allows, and asks for more');
  throw new AppError('quota_exceeded');
};
