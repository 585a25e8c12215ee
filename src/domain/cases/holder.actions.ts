import { eq } from 'drizzle-orm';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { staff } from '#db/schema/tables';
import { AppError } from '#lib/errors';

/**
 * Until the transaction ends, this person's account is neither closed nor changed: whoever closes it waits, and then finds the case
 * that it was given. Locked before the case, as closing locks the person before what they hold.
 */
export const lockHolder = (tx: Tx, staffId: string): Promise<void> =>
  tx.asSystem(async () => {
    await tx.db.select({ id: staff.id }).from(staff).where(eq(staff.id, staffId)).for('share');
  });

/** As `lockHolder`, for whoever acts. @throws AppError unauthenticated where their account was closed or changed a moment ago */
export const lockActor = async (tx: Tx, actor: StaffActor): Promise<void> => {
  await lockHolder(tx, actor.id);
  const [now] = await tx.db.select({ role: staff.role, centreId: staff.centreId, active: staff.active }).from(staff).where(eq(staff.id, actor.id));
  if (!now?.active || now.role !== actor.role || now.centreId !== actor.centreId) throw new AppError('unauthenticated');
};
