import type { Factor, SecondFactor } from '#contract/factors';
import type { Role } from '#contract/words';

/** How long a factor that was shown opens what is guarded by step-up. */
const freshMs = 5 * 60_000;

/** The factor that a role must have: numbers for those who work on cases, keys for those who oversee (security.md, section 4). */
export const factorFor = (role: Role): SecondFactor => (role === 'operator' || role === 'partner' ? 'totp' : 'webauthn');

/** A key is enough for everybody: no page can ask for its answer in our name. */
export const suffices = (role: Role, factor: Factor): boolean => factor === 'webauthn' || factor === factorFor(role);

/**
 * Which factors a person may show: of those enrolled, the ones that are enough for the role. Where none is, as after a
 * change of role, still what there is: a password alone must not become enough.
 */
export const askedOf = (role: Role, enrolled: readonly SecondFactor[]): readonly SecondFactor[] => {
  const enough = enrolled.filter((factor) => suffices(role, factor));
  return enough.length > 0 ? enough : enrolled;
};

/** What a session must enrol before it may do anything else; null for nothing. */
export const mustEnrol = (required: boolean, role: Role, shown: Factor): SecondFactor | null =>
  required && !suffices(role, shown) ? factorFor(role) : null;

export const isFresh = ({ factorAt }: { factorAt: Date }, now: Date): boolean => now.getTime() - factorAt.getTime() <= freshMs;
