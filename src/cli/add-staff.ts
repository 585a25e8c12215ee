import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { languages, Language, Role, roles } from '#contract/words';
import type { Context } from '#domain/context';
import { organisationIds } from '#domain/referrals/organisations.queries';
import { centreIds } from '#domain/staff/centres.queries';
import { putStaff } from '#domain/staff/accounts.actions';
import { isStaffName } from '#domain/staff/names.rules';
import { worksInCentre } from '#domain/staff/recovery.rules';

export const addStaffUsage =
  'add-staff --login <login> --name <name> --role <' + roles.join('|') + '> [--centre <id>] [--organisation <id>] [--language <' + languages.join('|') + '>]';

const Account = z.strictObject({
  login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,39}$/, 'small Latin letters, digits, dot, dash; 2 to 40'),
  name: z.string().refine(isStaffName, 'letters of one script, Arabic, Latin or Tifinagh; spaces and hyphens between; at most 200'),
  role: Role,
  centre: z.string().optional(),
  organisation: z.string().optional(),
  language: Language.default('ar'),
});

/**
 * Makes an account; an existing login is only given a new password, which ends its sessions.
 *
 * @param args as typed after `add-staff`
 * @returns the password, random, known nowhere else
 * @throws Error with a sentence for the person at the terminal; nothing is changed then
 */
export const addStaff = async (ctx: Pick<Context, 'db' | 'clock' | 'live'>, args: string[]): Promise<{ login: string; password: string }> => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { login: option, name: option, role: option, centre: option, organisation: option, language: option } });
  const parsed = Account.safeParse(values);
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
  const { centre, organisation, ...account } = parsed.data;
  const known = await centreIds(ctx);
  if (!worksInCentre(account.role) && centre !== undefined) throw new Error(`--centre: an account with the role ${account.role} belongs to no centre.`);
  if (worksInCentre(account.role) && (centre === undefined || !known.includes(centre))) throw new Error(`--centre: one of ${known.join(', ')}.`);
  if (account.role !== 'partner' && organisation !== undefined) throw new Error(`--organisation: an account with the role ${account.role} belongs to no organisation.`);
  const bodies = await organisationIds(ctx);
  if (account.role === 'partner' && (organisation === undefined || !bodies.includes(organisation))) throw new Error(`--organisation: one of ${bodies.join(', ')}.`);
  const password = randomBytes(15).toString('base64url');
  const put = await putStaff(ctx, { ...account, centreId: centre ?? null, ...(organisation === undefined ? {} : { organisationId: organisation }), password });
  if (!put) throw new Error('--login: this account was closed; choose another login.');
  return { login: account.login, password };
};
