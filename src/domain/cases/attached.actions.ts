import { and, eq } from 'drizzle-orm';
import { system, type Actor } from '#db/actor';
import { messages } from '#db/schema/tables';
import { deriveCode } from '#lib/code';
import { attach, contentsOf } from '#domain/attachments/linking.actions';
import type { Context } from '#domain/context';
import { complete, constraintOf, type Draft, type FiledCase } from './intake.actions.ts';
import { openAll } from './opening.actions.ts';

/**
 * Files a case with what was uploaded for it, in a transaction of its own: files are rare, and cost more than the round trips
 * that the batch of `intake` saves. The system's: whoever files may read neither what is filed nor what others uploaded.
 *
 * @param bodyHash of the filing whose attachments are told by their content: a form that a browser posts again uploads its
 *   files again, under other handles, and is still the same
 * @returns null where the idempotency key was used for something else
 * @throws AppError invalid, as `attach`; nothing is kept then
 */
export const fileWithAttachments = async (
  ctx: Context,
  actor: Actor,
  draft: Draft,
  uploadIds: readonly string[],
  bodyHash: (contents: string[]) => string,
): Promise<FiledCase | null> => {
  for (let attempt = 0; ; attempt += 1)
    try {
      return await ctx.db.withActor(system, async (tx) => {
        const { row, code, key } = complete(ctx, draft);
        await ctx.keys.keep([key]);
        if (row.key_hash !== undefined) row.body_hash = bodyHash(await contentsOf(tx, uploadIds));
        const [opened] = await openAll(tx, [row]);
        if (!opened) throw new Error('a case was neither opened nor known');
        if (opened.outcome === 'key_reused') return null;
        if (opened.outcome === 'repeated') return { ...opened, code: deriveCode(ctx.codeKey, opened.id) };
        const [narrative] = await tx.db.select({ id: messages.id }).from(messages).where(and(eq(messages.caseId, opened.id), eq(messages.kind, 'narrative')));
        if (!narrative) throw new Error('a case was opened without its narrative');
        await attach(ctx, tx, actor, { caseId: opened.id, messageId: narrative.id, key: key.key }, uploadIds, draft.receivedAt);
        tx.afterCommit(() => ctx.jobs.add('triage-case', [opened.id]));
        return { ...opened, code };
      });
    } catch (error) {
      // Chance gave it a reference that is taken; the next attempt has another.
      if (constraintOf(error) !== 'cases_reference' || attempt === 3) throw error;
    }
};
