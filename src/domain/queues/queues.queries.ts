import { and, count, eq, sql } from 'drizzle-orm';
import type { Destination, QueueView } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import { cases, centres, queues } from '#db/schema/tables';
import { casesInSight, queuesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';

/** The queues that a person may work, with how many cases wait in each. */
export const listQueues = (ctx: Context, actor: StaffActor): Promise<QueueView[]> =>
  ctx.db.withActor(actor, async (tx) => {
    const rows = await tx.db
      .select({ queue: queues, waiting: count(cases.id) })
      .from(queues)
      .leftJoin(cases, and(eq(cases.queueId, queues.id), sql`${cases.status} = 'assigned' and ${cases.assignedTo} is null`, casesInSight(actor)))
      .where(queuesInSight(actor))
      .groupBy(queues.id)
      .orderBy(queues.id);
    return rows.map(({ queue, waiting }) => ({
      id: queue.id,
      name: queue.nameFr,
      names: { ar: queue.nameAr, fr: queue.nameFr },
      centre: queue.centreId,
      waiting,
    }));
  });

/** All queues, by centre: where a case may be sent, whether or not the person may follow it there. */
export const listDestinations = (ctx: Context, actor: StaffActor): Promise<Destination[]> =>
  ctx.db.withActor(actor, async (tx) => {
    const rows = await tx.db
      .select({ queue: queues, centre: centres })
      .from(queues)
      .innerJoin(centres, eq(centres.id, queues.centreId))
      .orderBy(centres.id, queues.id);
    return rows.map(({ queue, centre }) => ({
      id: queue.id,
      names: { ar: queue.nameAr, fr: queue.nameFr },
      centre: centre.id,
      centreNames: { ar: centre.nameAr, fr: centre.nameFr },
    }));
  });
