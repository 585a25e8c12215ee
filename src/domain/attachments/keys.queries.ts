import { eq } from 'drizzle-orm';
import type { Tx } from '#db/client';
import { cases } from '#db/schema/tables';
import { unseal } from '#lib/sealing';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';

/** The key of an attachment's bytes. Null once the citizen of its case was erased: then the bytes are. */
export const dataKeyOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, attachment: { id: string; caseId: string | null; dataKey: Buffer }): Promise<Buffer | null> => {
  if (attachment.caseId === null) throw new Error('it is attached to nothing');
  const [found] = await tx.db.select({ citizenId: cases.citizenId }).from(cases).where(eq(cases.id, attachment.caseId));
  if (!found) return null;
  const key = (await ctx.keys.read([found.citizenId])).get(found.citizenId);
  return key === undefined ? null : unseal(key, sealedAt.attachmentKey(attachment.id), attachment.dataKey);
};
