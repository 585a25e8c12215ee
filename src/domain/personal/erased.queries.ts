import { and, eq } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { events } from '#db/schema/tables';
import { AppError } from '#lib/errors';

/** Whether the words of a case were erased: told by its event, which whoever sees the case may read. */
export const isErased = async (tx: Tx, caseId: string): Promise<boolean> => {
  const [erased] = await tx.db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.caseId, caseId), eq(events.type, 'case.erased')))
    .limit(1);
  return erased !== undefined;
};

/** What was erased stays as it is: no words join it, and nothing moves it. @throws AppError erased */
export const assertNotErased = async (tx: Tx, caseId: string): Promise<void> => {
  if (await isErased(tx, caseId)) throw new AppError('erased');
};
