import { and, eq, gt } from 'drizzle-orm';
import type { CaseDetail, ReadingReason } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { events } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { detailOf } from './detail.queries.ts';
import { record } from './events.actions.ts';

/** A console reads an open case again whenever it changes: within this time that is the same reading. */
const sameReadingMs = 15 * 60_000;

/**
 * Shows a person the whole case, and keeps in the same transaction who read it, when and why: nobody reads unseen.
 *
 * @throws AppError not_found where it is out of the person's sight; nothing is kept then
 */
export const openCase = (ctx: Context, actor: StaffActor, caseId: string): Promise<CaseDetail> =>
  ctx.db.withActor(actor, async (tx) => {
    const detail = await detailOf(tx, actor, caseId);
    const now = ctx.clock.now();
    if (!(await isReading(tx, actor, caseId, now))) await record(tx, actor, now, { caseId, type: 'case.read', data: { why: reasonOf(actor, detail) } });
    return detail;
  });

const reasonOf = (actor: StaffActor, { assignedTo }: CaseDetail): ReadingReason => {
  if (assignedTo?.id === actor.id) return 'holds';
  return actor.role === 'supervisor' ? 'supervises' : 'looks';
};

const isReading = async (tx: Tx, actor: StaffActor, caseId: string, now: Date): Promise<boolean> => {
  const [known] = await tx.db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.caseId, caseId), eq(events.type, 'case.read'), eq(events.actorId, actor.id), gt(events.at, new Date(now.getTime() - sameReadingMs))))
    .limit(1);
  return known !== undefined;
};
