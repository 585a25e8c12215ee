import { desc, eq } from 'drizzle-orm';
import type { Me, OpenSession } from '#contract/staff';
import type { Language, Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { centres, sessions } from '#db/schema/tables';
import { may } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { mustEnrol } from './factors.rules.ts';
import { actorOf, type Session } from './session.actions.ts';
import { hasExpired } from './session.rules.ts';

export const meOf = (ctx: Context, { person, factor }: Pick<Session, 'person' | 'factor'>): Promise<Me> =>
  ctx.db.withActor(actorOf(person), async (tx) => {
    const [centre] = person.centreId === null ? [] : await tx.db.select().from(centres).where(eq(centres.id, person.centreId));
    return {
      id: person.id,
      login: person.login,
      name: person.name,
      role: person.role as Role,
      centre: centre ? { id: centre.id, names: { ar: centre.nameAr, fr: centre.nameFr } } : null,
      language: person.language as Language,
      telephone: (ctx.telephone?.voice.browser ?? null) !== null && may(actorOf(person), 'voice.token'),
      enrol: mustEnrol(ctx.secondFactor.required, person.role as Role, factor),
    };
  });

/** One's own open sessions, the newest first. `sessionId`: the one which asks. */
export const listSessions = (ctx: Context, actor: StaffActor, sessionId: string): Promise<OpenSession[]> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const own = await tx.db.select().from(sessions).where(eq(sessions.staffId, actor.id)).orderBy(desc(sessions.createdAt), sessions.id);
    return own
      .filter((session) => !hasExpired(session, now))
      .map(({ id, createdAt, lastSeenAt }) => ({
        id,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
        current: id === sessionId,
      }));
  });
