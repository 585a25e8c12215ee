import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { callbacks, cases } from '#db/schema/tables';
import { casePlace } from '#domain/access/access.queries';
import type { Context } from '#domain/context';

/** The citizen was talked to, inside a transaction that holds the call-back: where nobody answered before, that is the first reply. */
export const noteTalk = async (ctx: Pick<Context, 'live'>, tx: Tx, { id, caseId }: { id: string; caseId: string }, now: Date): Promise<void> => {
  await tx.db.update(callbacks).set({ talkedAt: now }).where(and(eq(callbacks.id, id), isNull(callbacks.talkedAt)));
  const answered = await tx.db
    .update(cases)
    .set({ firstReplyAt: now, version: sql`${cases.version} + 1` })
    .where(and(eq(cases.id, caseId), isNull(cases.firstReplyAt)))
    .returning({ version: cases.version, ...casePlace });
  tx.afterCommit(() => answered.forEach((place) => ctx.live.publish({ type: 'case.changed', caseId, ...place })));
};
