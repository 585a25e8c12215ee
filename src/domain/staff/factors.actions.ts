import type { Asked, Assertion, Factor, SecondFactor, StepUp } from '#contract/factors';
import type { Role } from '#contract/words';
import { system } from '#db/actor';
import { AppError } from '#lib/errors';
import { passwordMatches } from '#lib/password';
import type { Context } from '#domain/context';
import { guess } from '#domain/guessing/guessing.actions';
import { requestAuthenticator, useAuthenticator } from './authenticators.actions.ts';
import type { Purpose } from './challenges.actions.ts';
import { enrolledOf } from './factors.queries.ts';
import { askedOf } from './factors.rules.ts';
import { renewToken, type Person, type Session } from './session.actions.ts';
import { useTotp } from './totp.actions.ts';

/** Which second factors this person may show; none where none is enrolled. */
export const askedFor = (ctx: Context, { id, role }: Person): Promise<readonly SecondFactor[]> =>
  ctx.db.withActor(system, async (tx) => askedOf(role as Role, await enrolledOf(tx, id)));

/** What is asked of this person, with a challenge for their keys where they have some. */
export const describeAsked = async (ctx: Context, staffId: string, factors: readonly Factor[], purpose: Purpose): Promise<Asked> => ({
  factors: [...factors],
  ...(factors.includes('webauthn') ? { webauthn: await ctx.db.withActor(system, (tx) => requestAuthenticator(ctx, tx, staffId, purpose)) } : {}),
});

export type Shown = { totp?: string | undefined; webauthn?: Assertion | undefined };

/** Whether anything was shown of what is asked. */
export const isShown = (asked: readonly SecondFactor[], shown: Shown): boolean => asked.some((factor) => shown[factor] !== undefined);

/** Which factor was rightly shown, if any. A number or an answer of a key is used up by this, right or wrong. */
export const check = async (ctx: Context, staffId: string, asked: readonly SecondFactor[], shown: Shown, purpose: Purpose): Promise<SecondFactor | null> => {
  if (shown.totp !== undefined && asked.includes('totp')) return (await useTotp(ctx, staffId, shown.totp)) ? 'totp' : null;
  if (shown.webauthn !== undefined && asked.includes('webauthn')) return (await useAuthenticator(ctx, staffId, purpose, shown.webauthn)) ? 'webauthn' : null;
  return null;
};

const purposeOf = ({ id }: Session): Purpose => `step_up:${id}`;

/** What a step-up asks of this session: a second factor, or the password of a person who has none. */
export const askStepUp = async (ctx: Context, session: Session): Promise<Asked> => {
  const asked = await askedFor(ctx, session.person);
  return describeAsked(ctx, session.person.id, asked.length > 0 ? asked : ['password'], purposeOf(session));
};

/**
 * Opens what is guarded by step-up for five minutes.
 * @returns the session's new token
 * @throws AppError wrong_second_factor; wrong_login for a wrong password; too_many_sign_ins; busy
 */
export const stepUp = async (ctx: Context, session: Session, shown: StepUp): Promise<string> => {
  const { person } = session;
  const asked = await askedFor(ctx, person);
  const factor = await guess(ctx, [{ subject: `step-up:${person.id}`, quarterHour: 5, day: 20 }], 'too_many_sign_ins', async () => {
    const byPassword = asked.length === 0 && shown.password !== undefined && (await passwordMatches(person.passwordHash, shown.password));
    return byPassword ? ('password' as const) : check(ctx, person.id, asked, shown, purposeOf(session));
  });
  if (factor === null) throw new AppError(asked.length === 0 ? 'wrong_login' : 'wrong_second_factor');
  return ctx.db.withActor(system, (tx) => renewToken(tx, session.id, factor, ctx.clock.now()));
};
