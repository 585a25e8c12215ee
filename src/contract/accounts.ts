import { z } from 'zod';
import { Id, Instant, Names, saying, shown, text } from './common.ts';
import { SecondFactor } from './factors.ts';
import { Organisation } from './referrals.ts';
import { Role } from './words.ts';

const name = shown('سلمى بنعيسى');
const login = shown('operator');

/** An account as administrators see it. */
export const Account = z.object({
  id: Id,
  login,
  name,
  role: Role,
  centre: z.object({ id: shown('centre-06'), names: Names }).nullable(),
  organisation: Organisation.nullable().meta({ description: 'Of a partner: whose referred cases they see.' }),
  active: z.boolean(),
  factors: z.array(SecondFactor).meta({ description: 'Which second factors are enrolled.' }),
});
export type Account = z.infer<typeof Account>;

/** What is absent stays. A closed account is never opened again. */
export const AccountChange = z.strictObject({
  role: Role.optional(),
  centre: text(40).nullable().optional().meta({ examples: ['centre-06'] }),
  organisation: text(40).nullable().optional().meta({ examples: ['anss'], description: 'An id of GET /staff/organisations; whoever becomes a partner needs one.' }),
  active: z.literal(false).optional(),
});
export type AccountChange = z.infer<typeof AccountChange>;

/** A recovery that waits for its second person. `mine`: asked by whoever reads this, who cannot confirm it. */
export const Recovery = z.object({ id: Id, account: z.object({ id: Id, login, name }), askedBy: name, askedAt: Instant, mine: z.boolean() });
export type Recovery = z.infer<typeof Recovery>;

/** Told once, to the second person, who hands it over. */
export const RecoverySecret = z.object({ login, secret: shown('pV0RaSFP3cM6Fv7mRt8OpQ4w'), expiresAt: Instant });
export type RecoverySecret = z.infer<typeof RecoverySecret>;

export const UseRecovery = z.strictObject({
  login: text(100).meta({ examples: ['operator'] }),
  secret: text(128).meta({ examples: ['pV0RaSFP3cM6Fv7mRt8OpQ4w'] }),
  password: saying(128).min(12, 'too_short').meta({ examples: ['…'] }),
});
export type UseRecovery = z.infer<typeof UseRecovery>;
