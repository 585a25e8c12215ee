import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { referrals } from '#db/schema/tables';

/** The body no longer has the case, and sees it no more. Part of whatever takes a case out of `referred`. */
export const endReferral = async (tx: Tx, caseId: string, at: Date): Promise<void> => {
  await tx.db.update(referrals).set({ endedAt: at }).where(and(eq(referrals.caseId, caseId), isNull(referrals.endedAt)));
};
