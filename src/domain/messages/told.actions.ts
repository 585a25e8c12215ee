import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Heard } from '#contract/staff';
import type { StaffActor } from '#db/actor';
import { cases } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { casesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { assertNotErased } from '#domain/personal/erased.queries';
import { addWords } from './follow-up.actions.ts';

/**
 * Adds what a citizen said of an open case, on the phone or at the counter, to whoever took the call; they need not hold the
 * case. It names no version: what the citizen says is kept whatever happened to the case meanwhile. Once the case is in their
 * sight it goes the way of the citizen's own messages, in a transaction that sees this case and the uploads alone.
 *
 * @throws AppError not_found out of the person's sight; erased; and as `addWords`
 */
export const hearCitizen = async (ctx: Context, actor: StaffActor, caseId: string, input: z.infer<typeof Heard>): Promise<void> => {
  await ctx.db.withActor(actor, async (tx) => {
    const [seen] = await tx.db.select({ id: cases.id }).from(cases).where(and(eq(cases.id, caseId), casesInSight(actor)));
    if (!seen) throw notFound();
  });
  await ctx.db.withActor({ kind: 'citizen', caseId }, async (tx) => {
    const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for('update');
    if (!found) throw notFound();
    await assertNotErased(tx, caseId);
    await addWords(ctx, tx, found, { ...input, by: actor }, ctx.clock.now());
  });
};
