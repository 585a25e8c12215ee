import { createHash } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import type { Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { sessions, staff } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { hasExpired } from './session.rules.ts';

/** What is kept of a session's token. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

export type Person = typeof staff.$inferSelect;

/**
 * Whose session this is; null when it has expired, was ended, or the account was closed. `prolong`: somebody is at work,
 * so the idle time begins anew.
 */
export const personOf = (ctx: Context, token: string, prolong = false): Promise<Person | null> =>
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
    return row.person;
  });

/** The same for many at once, in one query and without prolonging a session: an open socket is nobody at work. */
export const peopleOf = (ctx: Context, tokens: readonly string[]): Promise<ReadonlyMap<string, Person>> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const rows = await tx.db
      .select({ session: sessions, person: staff })
      .from(sessions)
      .innerJoin(staff, eq(staff.id, sessions.staffId))
      .where(inArray(sessions.idHash, tokens.map(hashOf)));
    const alive = new Map(
      rows.flatMap(({ session, person }) => (person.active && !hasExpired(session, now) ? [[session.idHash.toString('hex'), person] as const] : [])),
    );
    return new Map(tokens.flatMap((token) => {
      const person = alive.get(hashOf(token).toString('hex'));
      return person ? [[token, person] as const] : [];
    }));
  });

export const actorOf = (person: Person): StaffActor => ({
  kind: 'staff',
  id: person.id,
  role: person.role as Role,
  centreId: person.centreId,
});
