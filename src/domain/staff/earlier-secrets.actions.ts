import { eq, or, sql } from 'drizzle-orm';
import { system } from '#db/actor';
import { totpFactors } from '#db/schema/tables';
import { seal } from '#lib/sealing';
import { earlierSecretBytes, openEarlierSecret } from '#lib/totp';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { keyOfStaff } from './totp.actions.ts';

/**
 * Seals anew, under the key of the person, what earlier versions sealed under one derived from that of the codes; nobody
 * enrols again. For the start; where several programs do it at once, the later ones find nothing left.
 */
export const sealEarlierSecrets = (ctx: Pick<Context, 'db' | 'keys' | 'codeKey'>): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    const isEarlier = (column: typeof totpFactors.secret | typeof totpFactors.pending) => eq(sql`length(${column})`, earlierSecretBytes);
    for (const { staffId, secret, pending } of await tx.db.select().from(totpFactors).where(or(isEarlier(totpFactors.secret), isEarlier(totpFactors.pending))).for('update')) {
      const key = await keyOfStaff(ctx, staffId);
      const again = (sealed: Buffer | null): Buffer | null =>
        sealed?.length === earlierSecretBytes ? seal(key, sealedAt.totp(staffId), openEarlierSecret(ctx.codeKey, staffId, sealed)) : sealed;
      await tx.db.update(totpFactors).set({ secret: again(secret), pending: again(pending) }).where(eq(totpFactors.staffId, staffId));
    }
  });
