import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { Me } from '#contract/staff';
import type { Language, Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { centres, sessions, staff } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import { newId } from '#lib/id';
import { guess } from '#domain/tracking/attempts.actions';
import type { Context } from '#domain/context';

/** Idle and absolute life of a session (OWASP ASVS 3.3). */
const idleMs = 30 * 60_000;
const absoluteMs = 10 * 3_600_000;

/** argon2id, 64 MiB, 3 passes (RFC 9106, second recommended option with one lane). */
const argon = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, argon);

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** An unknown login costs the same work as a known one. Made at the first sign-in. */
let decoy: Promise<string> | null = null;

/**
 * Opens a session.
 *
 * @returns the token for the cookie; only its hash is kept
 * @throws AppError wrong_login, the same for an unknown login; too_many_sign_ins
 */
export const signIn = async (ctx: Context, input: { login: string; password: string }): Promise<{ token: string; me: Me }> => {
  const login = input.login.trim().toLowerCase();
  const found = await guess(ctx, `login:${login}`, 'too_many_sign_ins', async () => {
    const [known] = await ctx.db.withActor(system, (tx) => tx.db.select().from(staff).where(eq(staff.login, login)));
    decoy ??= hashPassword(randomBytes(16).toString('hex'));
    const right = await verify(known?.passwordHash ?? (await decoy), input.password);
    return right && known?.active === true ? known : null;
  });
  if (!found) throw new AppError('wrong_login');
  const token = randomBytes(32).toString('base64url');
  const now = ctx.clock.now();
  await ctx.db.withActor(system, async (tx) => {
    await tx.db.delete(sessions).where(and(eq(sessions.staffId, found.id), lt(sessions.createdAt, new Date(now.getTime() - absoluteMs))));
    await tx.db.insert(sessions).values({ idHash: hashOf(token), staffId: found.id, createdAt: now, lastSeenAt: now });
  });
  return { token, me: await meOf(ctx, found) };
};

export const signOut = (ctx: Context, token: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    await tx.db.delete(sessions).where(eq(sessions.idHash, hashOf(token)));
  });

type Person = typeof staff.$inferSelect;

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

const hasExpired = ({ createdAt, lastSeenAt }: typeof sessions.$inferSelect, now: Date): boolean =>
  now.getTime() - createdAt.getTime() >= absoluteMs || now.getTime() - lastSeenAt.getTime() >= idleMs;

export const actorOf = (person: Person): StaffActor => ({
  kind: 'staff',
  id: person.id,
  role: person.role as Role,
  centreId: person.centreId,
});

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

/**
 * Creates an account, or gives an existing one a new password. `password` may be given as its hash (`hashPassword`), so
 * that several accounts can share the work of one.
 */
export const putStaff = async (
  ctx: Pick<Context, 'db' | 'clock'>,
  account: { login: string; name: string; role: Role; language: Language; centreId: string | null; password: string | { hash: string } },
): Promise<void> => {
  const { password, ...rest } = account;
  const passwordHash = typeof password === 'string' ? await hashPassword(password) : password.hash;
  await ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    await tx.db
      .insert(staff)
      .values({ id: newId(now), ...rest, passwordHash, createdAt: now })
      .onConflictDoUpdate({ target: staff.login, set: { passwordHash } });
  });
};
