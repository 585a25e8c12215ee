import { eq } from 'drizzle-orm';
import type { TotpSecret } from '#contract/factors';
import { system } from '#db/actor';
import { totpFactors } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { seal, unseal, type DataKey } from '#lib/sealing';
import { describeTotp, newTotpSecret, stepOf } from '#lib/totp';
import type { Context } from '#domain/context';
import { guess } from '#domain/guessing/guessing.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { finishEnrolment, lockForEnrolment } from './enrolling.actions.ts';
import type { Session } from './session.actions.ts';

/** The data key of a member of staff, in the key store like those of citizens; made with the first secret. */
export const keyOfStaff = async ({ keys }: Pick<Context, 'keys'>, staffId: string): Promise<DataKey> => {
  const read = async () => (await keys.read([staffId])).get(staffId);
  const known = await read();
  if (known) return known;
  await keys.keep([keys.make(staffId)]);
  const made = await read();
  if (!made) throw new Error('the key of a member of staff was destroyed');
  return made;
};

const secretOf = async (ctx: Pick<Context, 'keys'>, staffId: string, sealed: Buffer): Promise<Buffer> =>
  unseal(await keyOfStaff(ctx, staffId), sealedAt.totp(staffId), sealed);

/**
 * A new secret for the person's application, told this once; it counts from the first right number on. One that was
 * enrolled before stays until then.
 */
export const beginTotp = (ctx: Context, session: Session): Promise<TotpSecret> =>
  ctx.db.withActor(system, async (tx) => {
    await lockForEnrolment(tx, session);
    const { id, login } = session.person;
    const secret = newTotpSecret();
    const pending = seal(await keyOfStaff(ctx, id), sealedAt.totp(id), secret);
    await tx.db.insert(totpFactors).values({ staffId: id, pending }).onConflictDoUpdate({ target: totpFactors.staffId, set: { pending } });
    return describeTotp(secret, login);
  });

/**
 * The first right number enrols the secret.
 * @returns the session's new token
 * @throws AppError wrong_second_factor; too_many_sign_ins
 */
export const confirmTotp = async (ctx: Context, session: Session, typed: string): Promise<string> => {
  const staffId = session.person.id;
  const token = await guess(ctx, [{ subject: `step-up:${staffId}`, quarterHour: 5, day: 20 }], 'too_many_sign_ins', () =>
    ctx.db.withActor(system, async (tx) => {
      await lockForEnrolment(tx, session);
      const [row] = await tx.db.select().from(totpFactors).where(eq(totpFactors.staffId, staffId)).for('update');
      const now = ctx.clock.now();
      const step = row?.pending ? stepOf(await secretOf(ctx, staffId, row.pending), typed, now) : null;
      if (!row?.pending || step === null) return null;
      await tx.db.update(totpFactors).set({ secret: row.pending, pending: null, enrolledAt: now, lastStep: step }).where(eq(totpFactors.staffId, staffId));
      return finishEnrolment(ctx, tx, session, 'totp');
    }),
  );
  if (token === null) throw new AppError('wrong_second_factor');
  return token;
};

/** Whether this number is right now, and used up with that: of two who show it at once, one is right. */
export const useTotp = (ctx: Context, staffId: string, typed: string): Promise<boolean> =>
  ctx.db.withActor(system, async (tx) => {
    const [row] = await tx.db.select().from(totpFactors).where(eq(totpFactors.staffId, staffId)).for('update');
    if (!row?.secret) return false;
    const step = stepOf(await secretOf(ctx, staffId, row.secret), typed, ctx.clock.now());
    if (step === null || step <= (row.lastStep ?? 0)) return false;
    await tx.db.update(totpFactors).set({ lastStep: step }).where(eq(totpFactors.staffId, staffId));
    return true;
  });
