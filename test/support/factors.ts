import { Secret, TOTP } from 'otpauth';
import { Asked, KeyCreation, TotpSecret } from '#contract/factors';
import { putStaff } from '#domain/staff/accounts.actions';
import type { Role } from '#contract/words';
import { hashPassword } from '#lib/password';
import { softwareAuthenticator, type Page, type SoftwareAuthenticator } from './authenticator.ts';
import type { Answer, TestApp } from './app.ts';

export const password = 'correct horse battery';
export type Person = { cookie: string };

/** The session that an answer opens, or the one there was. */
export const cookieOf = ({ headers }: Answer, before: Person = { cookie: '' }): Person => {
  const given = (headers.get('set-cookie') ?? '').split(';')[0];
  return given === undefined || given === '' ? before : { cookie: given };
};

/** Staff with second factors, on an application outside the demo. */
export const staffOf = (app: TestApp) => {
  const page: Page = { origin: app.url, rpId: 'localhost' };
  let hash: Promise<string> | null = null;
  const add = async (login: string, role: Role, centreId: string | null): Promise<void> => {
    hash ??= hashPassword(password);
    await putStaff(app.deps.ctx, { login, name: `Test ${login}`, role, language: 'ar', centreId, password: { hash: await hash } });
  };
  const signIn = (login: string, more: Record<string, unknown> = {}): Promise<Answer> => app.post('/api/v1/staff/session', { login, password, ...more });
  const numberOf = (secret: string, stepsAhead = 0): string =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.deps.ctx.clock.now().getTime() + stepsAhead * 30_000 });

  return {
    page,
    add,
    signIn,
    numberOf,
    /** A new operator with a number generator. */
    async withTotp(login: string, role: 'operator' | 'partner' = 'operator'): Promise<{ person: Person; secret: string }> {
      await add(login, role, role === 'operator' ? 'centre-04' : null);
      const first = cookieOf(await signIn(login));
      const { secret } = TotpSecret.parse((await app.post('/api/v1/staff/me/totp', {}, first)).json);
      return { person: cookieOf(await app.post('/api/v1/staff/me/totp/confirm', { totp: numberOf(secret) }, first)), secret };
    },
    /** A new supervisor or administrator with a key. */
    async withKey(login: string, role: 'supervisor' | 'administrator' | 'observer' = 'supervisor', centreId = 'centre-04'): Promise<{ person: Person; key: SoftwareAuthenticator }> {
      await add(login, role, role === 'supervisor' ? centreId : null);
      const first = cookieOf(await signIn(login));
      const key = softwareAuthenticator();
      const { challenge } = KeyCreation.parse((await app.post('/api/v1/staff/me/authenticators/options', {}, first)).json);
      return { person: cookieOf(await app.post('/api/v1/staff/me/authenticators', { name: 'الأول', webauthn: key.create(challenge, page) }, first)), key };
    },
    /** The challenge that a sign-in by the password alone is answered with. */
    async challengeFor(login: string): Promise<string> {
      return Asked.parse((await signIn(login)).json['asked']).webauthn?.challenge ?? '';
    },
  };
};
export type Staff = ReturnType<typeof staffOf>;
