import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Context } from '#domain/context';
import { putOrganisation } from '#domain/referrals/organisations.actions';

export const addOrganisationUsage = 'add-organisation --id <id> --name-ar <name> --name-fr <name>';

const name = z.string().trim().min(1).max(200);
const Body = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'small Latin letters, digits, dash; 2 to 40'),
  'name-ar': name,
  'name-fr': name,
});

/**
 * Makes a body known to which cases may be referred; a known id gets other names.
 *
 * @param args as typed after `add-organisation`
 * @returns its id
 * @throws Error with a sentence for the person at the terminal; nothing is changed then
 */
export const addOrganisation = async (ctx: Pick<Context, 'db'>, args: string[]): Promise<string> => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { id: option, 'name-ar': option, 'name-fr': option } });
  const parsed = Body.safeParse(values);
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
  const { id, 'name-ar': nameAr, 'name-fr': nameFr } = parsed.data;
  await putOrganisation(ctx, { id, nameAr, nameFr });
  return id;
};
