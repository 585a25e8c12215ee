import { and, desc, eq, inArray } from 'drizzle-orm';
import { readingReasons, type CaseReadings } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import { cases, events, staff } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { casesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { selectCases } from './cases.queries.ts';

/** Who read the case, the latest first. @throws AppError not_found where it is out of the person's sight */
export const listReadings = (ctx: Context, actor: StaffActor, caseId: string): Promise<CaseReadings> =>
  ctx.db.withActor(actor, async (tx) => {
    const [row] = await selectCases(tx, and(eq(cases.id, caseId), casesInSight(actor)));
    if (!row) throw notFound();
    const readings = await tx.db
      .select({ at: events.at, reader: staff.name, data: events.data })
      .from(events)
      .innerJoin(staff, eq(staff.id, events.actorId))
      .where(and(eq(events.caseId, caseId), inArray(events.type, ['case.read', 'attachment.read'])))
      .orderBy(desc(events.id));
    return readings.map(({ at, reader, data }) => ({
      at: at.toISOString(),
      reader,
      why: readingReasons.find((one) => one === data['why']) ?? 'looks',
      ...(typeof data['attachmentId'] === 'string' ? { attachmentId: data['attachmentId'] } : {}),
    }));
  });
