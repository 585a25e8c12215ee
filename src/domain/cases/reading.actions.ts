import { and, eq, gt, sql } from 'drizzle-orm';
import type { ReadingReason } from '#contract/readings';
import type { CaseDetail } from '#contract/staff';
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
    const detail = await detailOf(ctx, tx, actor, caseId);
    await recordReading(tx, actor, ctx.clock.now(), { caseId, assignedTo: detail.assignedTo?.id ?? null });
    return detail;
  });

type Reading = { caseId: string; assignedTo: string | null; attachmentId?: string };

/** Keeps that a person read the case, or opened a file of it, unless the same reading goes on. */
export const recordReading = async (tx: Tx, actor: StaffActor, now: Date, reading: Reading): Promise<void> => {
  const { caseId, attachmentId } = reading;
  if (await isReading(tx, actor, reading, now)) return;
  const why = reasonOf(actor, reading);
  await record(tx, actor, now, attachmentId === undefined ? { caseId, type: 'case.read', data: { why } } : { caseId, type: 'attachment.read', data: { why, attachmentId } });
};

const reasonOf = (actor: StaffActor, { assignedTo }: Reading): ReadingReason => {
  if (assignedTo === actor.id) return 'holds';
  if (actor.role === 'partner') return 'referred';
  return actor.role === 'supervisor' ? 'supervises' : 'looks';
};

const isReading = async (tx: Tx, actor: StaffActor, { caseId, attachmentId }: Reading, now: Date): Promise<boolean> => {
  const what = attachmentId === undefined ? eq(events.type, 'case.read') : and(eq(events.type, 'attachment.read'), eq(sql`${events.data}->>'attachmentId'`, attachmentId));
  const [known] = await tx.db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.caseId, caseId), what, eq(events.actorId, actor.id), gt(events.at, new Date(now.getTime() - sameReadingMs))))
    .limit(1);
  return known !== undefined;
};
