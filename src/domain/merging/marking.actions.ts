import { eq } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { merges } from '#db/schema/tables';
import type { Context } from '#domain/context';

type Jobs = Pick<Context, 'jobs'>;

/** A case moved: what was merged into it is to follow. Part of every move, and nothing where nothing was merged. */
export const survivorMoved = async (ctx: Jobs, tx: Tx, caseId: string): Promise<void> => {
  const rows = await tx.db.update(merges).set({ unsettled: true }).where(eq(merges.intoId, caseId)).returning({ id: merges.caseId });
  if (rows.length > 0) tx.afterCommit(() => ctx.jobs.add('settle-merges', [caseId]));
};

/** The citizen of a merged case wrote: whoever works on the other case is to know. @returns that case, or null where it is not merged */
export const mergedHeard = async (ctx: Jobs, tx: Tx, caseId: string): Promise<string | null> => {
  const [row] = await tx.db.update(merges).set({ unsettled: true }).where(eq(merges.caseId, caseId)).returning({ into: merges.intoId });
  if (!row) return null;
  tx.afterCommit(() => ctx.jobs.add('settle-merges', [row.into]));
  return row.into;
};
