import type { StaffActor } from '#db/actor';

/** How long a recovery waits for its second person, and its secret for the first use. */
export const recoveryMs = 24 * 3_600_000;

/** Those who work cases see their own centre's; the others see none, or all of the line. */
export const worksInCentre = (role: StaffActor['role']): boolean => role === 'operator' || role === 'supervisor';
