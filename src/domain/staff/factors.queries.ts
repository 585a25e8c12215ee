import { and, eq, isNotNull } from 'drizzle-orm';
import type { Factors, SecondFactor } from '#contract/factors';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { authenticators, totpFactors } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { factorFor } from './factors.rules.ts';

/** The kinds of second factor that a person has. */
export const enrolledOf = async (tx: Tx, staffId: string): Promise<SecondFactor[]> => {
  const totp = await tx.db.$count(totpFactors, and(eq(totpFactors.staffId, staffId), isNotNull(totpFactors.secret)));
  const keys = await tx.db.$count(authenticators, eq(authenticators.staffId, staffId));
  return [...(totp > 0 ? (['totp'] as const) : []), ...(keys > 0 ? (['webauthn'] as const) : [])];
};

/** One's own factors; nothing by which one could be copied. */
export const listFactors = (ctx: Context, actor: StaffActor): Promise<Factors> =>
  ctx.db.withActor(system, async (tx) => {
    const [totp] = await tx.db.select({ enrolledAt: totpFactors.enrolledAt }).from(totpFactors).where(eq(totpFactors.staffId, actor.id));
    const keys = await tx.db.select().from(authenticators).where(eq(authenticators.staffId, actor.id)).orderBy(authenticators.createdAt, authenticators.id);
    return {
      kind: factorFor(actor.role),
      required: ctx.secondFactor.required,
      totp: totp?.enrolledAt ? { enrolledAt: totp.enrolledAt.toISOString() } : null,
      authenticators: keys.map(({ id, name, createdAt, lastUsedAt }) => ({
        id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null,
      })),
    };
  });
