import { createHash, randomBytes } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import type { Factor } from '#contract/factors';
import type { Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { sessions, staff } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';
import { hasExpired } from './session.rules.ts';

/** What is kept of a session's token. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
export const newToken = (): string => randomBytes(32).toString('base64url');

export type Person = typeof staff.$inferSelect;

/** `id` stays when the token is replaced; `factor` is what was last shown, at `factorAt`. */
export type Session = { id: string; person: Person; factor: Factor; factorAt: Date };

/**
 * Whose session this is; null when it has expired, was ended, or the account was closed. `prolong`: somebody is at work,
 * so the idle time begins anew.
 */
export const sessionOf = (ctx: Context, token: string, prolong = false): Promise<Session | null> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const [row] = await tx.db
      .select({ session: sessions, person: staff })
      .from(sessions)
      .innerJoin(staff, eq(staff.id, sessions.staffId))
      .where(eq(sessions.idHash, hashOf(token)));
    if (!row?.person.active) return null;
    const { lastSeenAt, idHash } = row.session;
    if (hasExpired(row.session, now)) {
      await tx.db.delete(sessions).where(eq(sessions.idHash, idHash));
      return null;
    }
    // Once a minute is enough to know that somebody is there, and spares a write on every request.
    if (prolong && now.getTime() - lastSeenAt.getTime() > 60_000)
      await tx.db.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.idHash, idHash));
    return { id: row.session.id, person: row.person, factor: row.session.factor as Factor, factorAt: row.session.factorAt };
  });

/** The same for many at once, in one query and without prolonging a session: an open socket is nobody at work. */
export const peopleOf = (ctx: Context, sessionIds: readonly string[]): Promise<ReadonlyMap<string, Person>> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const rows = await tx.db
      .select({ session: sessions, person: staff })
      .from(sessions)
      .innerJoin(staff, eq(staff.id, sessions.staffId))
      .where(inArray(sessions.id, [...sessionIds]));
    return new Map(rows.flatMap(({ session, person }) => (person.active && !hasExpired(session, now) ? [[session.id, person] as const] : [])));
  });

/**
 * A factor was shown: the session gets a new token, so that a stolen one never has what the factor opens.
 * @throws AppError unauthenticated when the session ended meanwhile
 */
export const renewToken = async (tx: Tx, sessionId: string, factor: Factor, now: Date): Promise<string> => {
  const token = newToken();
  const renewed = await tx.db
    .update(sessions)
    .set({ idHash: hashOf(token), factor, factorAt: now, lastSeenAt: now })
    .where(eq(sessions.id, sessionId))
    .returning({ id: sessions.id });
  if (renewed.length === 0) throw new AppError('unauthenticated');
  return token;
};

export const actorOf = (person: Pick<Person, 'id' | 'role' | 'centreId'> & Partial<Pick<Person, 'organisationId'>>): StaffActor => ({
  kind: 'staff',
  id: person.id,
  role: person.role as Role,
  centreId: person.centreId,
  ...(person.role === 'partner' ? { organisationId: person.organisationId ?? null } : {}),
});
