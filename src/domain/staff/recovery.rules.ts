import type { StaffActor } from '#db/actor';

/** How long a recovery waits for its second person, and its secret for the first use. */
export const recoveryMs = 24 * 3_600_000;

/** Those who work cases see their own centre's; the others see none, or all of the line. */
export const worksInCentre = (role: StaffActor['role']): boolean => role === 'operator' || role === 'supervisor';

/** How long a new role or centre does not make a second person of anybody: others have that time to see who was put there. */
const settlingMs = 24 * 3_600_000;

/**
 * Whether an account may be the second of two persons. One administrator could else give somebody the role, or the centre, that
 * confirms, and so be both. Whoever gave it: through a third account it would be the same one.
 *
 * @param changedAt when its role or centre last changed; null for never
 */
export const isSecondPerson = (changedAt: Date | null, now: Date): boolean => changedAt === null || now.getTime() - changedAt.getTime() >= settlingMs;
