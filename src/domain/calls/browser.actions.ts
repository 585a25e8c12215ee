import { and, eq, inArray } from 'drizzle-orm';
import type { CallReport, Verb } from '#channels/voice';
import { system } from '#db/actor';
import { staff } from '#db/schema/tables';
import { staffOfSoftphone } from '#domain/callbacks/hours.rules';
import type { Context } from '#domain/context';

/** An operator's browser calls: it is connected with whoever waits longest. Nobody else's is, and none may call anywhere else. */
export const callFromBrowser = async (ctx: Context, { operator }: CallReport): Promise<Verb[]> => {
  const id = operator === null ? null : staffOfSoftphone(operator);
  if (id === null) return [{ do: 'hangup' }];
  const [found] = await ctx.db.withActor(system, (tx) =>
    tx.db.select({ id: staff.id }).from(staff).where(and(eq(staff.id, id), eq(staff.active, true), inArray(staff.role, ['operator', 'supervisor']))),
  );
  return [found ? { do: 'take_next' } : { do: 'hangup' }];
};
