/** Idle and absolute life of a session (OWASP ASVS 3.3). */
const idleMs = 30 * 60_000;
export const absoluteMs = 10 * 3_600_000;

export const hasExpired = ({ createdAt, lastSeenAt }: { createdAt: Date; lastSeenAt: Date }, now: Date): boolean =>
  now.getTime() - createdAt.getTime() >= absoluteMs || now.getTime() - lastSeenAt.getTime() >= idleMs;
