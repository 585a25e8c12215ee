import { and, eq, inArray } from 'drizzle-orm';
import type { Colleague } from '#contract/access';
import type { Role } from '#contract/words';
import type { StaffActor } from '#db/actor';
import { staff } from '#db/schema/tables';
import type { Context } from '#domain/context';

/** Who works in the person's centre, themselves too. */
export const listColleagues = (ctx: Context, actor: StaffActor): Promise<Colleague[]> =>
  ctx.db.withActor(actor, async (tx) => {
    const rows = await tx.db
      .select({ id: staff.id, name: staff.name, role: staff.role })
      .from(staff)
      .where(and(eq(staff.centreId, actor.centreId ?? ''), eq(staff.active, true), inArray(staff.role, ['operator', 'supervisor'])))
      .orderBy(staff.name);
    return rows.map(({ role, ...row }) => ({ ...row, role: role as Role }));
  });
