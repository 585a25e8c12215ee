import { desc, eq } from 'drizzle-orm';
import type { Me, OpenSession } from '#contract/staff';
import type { Language, Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { centres, sessions } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { actorOf, hashOf, type Person } from './session.actions.ts';
import { hasExpired } from './session.rules.ts';

export const meOf = (ctx: Context, person: Person): Promise<Me> =>
  ctx.db.withActor(actorOf(person), async (tx) => {
    const [centre] = person.centreId === null ? [] : await tx.db.select().from(centres).where(eq(centres.id, person.centreId));
    return {
      id: person.id,
      login: person.login,
      name: person.name,
      role: person.role as Role,
      centre: centre ? { id: centre.id, names: { ar: centre.nameAr, fr: centre.nameFr } } : null,
      language: person.language as Language,
    };
  });

/** One's own open sessions, the newest first. `token`: that of the session which asks. */
export const listSessions = (ctx: Context, actor: StaffActor, token: string): Promise<OpenSession[]> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const own = await tx.db.select().from(sessions).where(eq(sessions.staffId, actor.id)).orderBy(desc(sessions.createdAt), sessions.id);
    const current = hashOf(token);
    return own
      .filter((session) => !hasExpired(session, now))
      .map(({ id, idHash, createdAt, lastSeenAt }) => ({
        id,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
        current: idHash.equals(current),
      }));
  });
