import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Context } from '#domain/context';
import { linkIdentity, unlinkIdentity } from '#domain/staff/identities.actions';
import { isSubject } from '#identity/openid';

const options = '--login <login> --subject <subject> [--issuer <URL>]';
export const linkIdentityUsage = `link-identity ${options}`;
export const unlinkIdentityUsage = `unlink-identity ${options}`;

const Link = z.strictObject({
  login: z.string().min(1),
  subject: z.string().refine(isSubject, 'the `sub` of the ID token: 1 to 255 ASCII characters without spaces'),
  issuer: z.url({ protocol: /^https?$/ }),
});

/** @throws Error naming each argument that is missing or wrong */
const linkOf = (args: string[], issuer: string | undefined): z.infer<typeof Link> => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { login: option, subject: option, issuer: option } });
  const parsed = Link.safeParse({ ...(issuer === undefined ? {} : { issuer }), ...values });
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
  return parsed.data;
};

/**
 * Lets an identity of the administration's provider open an account.
 *
 * @param args as typed after `link-identity`
 * @param issuer OIDC_ISSUER, used where none is typed
 * @returns what to print
 * @throws Error with a sentence for the person at the terminal; nothing is changed then
 */
export const link = async (ctx: Pick<Context, 'db' | 'clock'>, args: string[], issuer: string | undefined): Promise<string> => {
  const wanted = linkOf(args, issuer);
  const result = await linkIdentity(ctx, wanted);
  if (result === 'unknown') throw new Error('--login: that of an open account.');
  if (result === 'taken') throw new Error('--subject: linked already; unlink-identity takes that back.');
  return `${wanted.login} can sign in through ${wanted.issuer}.`;
};

/** Takes that back, and ends the account's sessions; otherwise as `link`. */
export const unlink = async (ctx: Pick<Context, 'db' | 'clock' | 'live'>, args: string[], issuer: string | undefined): Promise<string> => {
  const wanted = linkOf(args, issuer);
  if (!(await unlinkIdentity(ctx, wanted))) throw new Error('--subject: not linked to that login.');
  return `${wanted.login} can no longer sign in through ${wanted.issuer}.`;
};
