import { createHmac } from 'node:crypto';
import { and, eq, gt, lte, or } from 'drizzle-orm';
import type { Factor } from '#contract/factors';
import type { Me } from '#contract/staff';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { sessions, signInPlaces, staff } from '#db/schema/tables';
import { AppError, type ErrorCode } from '#lib/errors';
import { networkOf } from '#lib/network';
import { passwordMatches } from '#lib/password';
import type { Context } from '#domain/context';
import { guess, type Budget } from '#domain/guessing/guessing.actions';
import { endSessions } from './ending.actions.ts';
import { askedFor, check, describeAsked, isShown, type Shown } from './factors.actions.ts';
import { meOf } from './me.queries.ts';
import { hashOf, newToken, type Person } from './session.actions.ts';
import { absoluteMs } from './session.rules.ts';

const knownPlaceMs = 30 * 24 * 3_600_000;

/**
 * Opens a session, and ends the one that the browser came with: a token that somebody planted there, or read, opens
 * nothing afterwards.
 *
 * @param from the address of the caller, and the token that came along, if any
 * @returns the token for the cookie; only its hash is kept
 * @throws AppError wrong_login, the same for an unknown login; second_factor_needed, which names the factors;
 *   wrong_second_factor, counted like a wrong password; too_many_sign_ins; busy
 */
export const signIn = async (
  ctx: Context,
  input: { login: string; password: string } & Shown,
  from: { address: string; token: string | null },
): Promise<{ token: string; me: Me }> => {
  const login = input.login.trim().toLowerCase();
  const placeHash = placeOf(ctx, login, from.address);
  const isKnown = await isKnownPlace(ctx, placeHash);
  let wrong: ErrorCode = 'wrong_login';
  const found = await guess(ctx, budgetsOf(login, placeHash, isKnown), 'too_many_sign_ins', async () => {
    const [person] = await ctx.db.withActor(system, (tx) => tx.db.select().from(staff).where(eq(staff.login, login)));
    const right = await passwordMatches(person?.passwordHash ?? null, input.password);
    if (!right || person?.active !== true) return null;
    const asked = await askedFor(ctx, person);
    if (asked.length === 0) return { person, asked, factor: 'password' as const };
    if (!isShown(asked, input)) return { person, asked, factor: null };
    wrong = 'wrong_second_factor';
    const factor = await guess(ctx, [factorBudget(person, placeHash, isKnown)], 'too_many_sign_ins', () => check(ctx, person.id, asked, input, 'sign_in'));
    return factor && { person, asked, factor };
  });
  if (!found) throw new AppError(wrong);
  const { person, asked, factor } = found;
  if (factor === null) throw new AppError('second_factor_needed', { members: { asked: await describeAsked(ctx, person.id, asked, 'sign_in') } });
  const token = await openSession(ctx, person.id, {
    placeHash,
    replaces: from.token === null ? null : hashOf(from.token),
    factor,
    confirm: (tx) => assertStill(tx, person),
  });
  return { token, me: await meOf(ctx, { person, factor }) };
};

/** While the password was compared it may have been changed, or the account closed, and its sessions ended. */
const assertStill = async (tx: Tx, { id, passwordHash }: Person): Promise<void> => {
  const [still] = await tx.db
    .select({ id: staff.id })
    .from(staff)
    .where(and(eq(staff.id, id), eq(staff.passwordHash, passwordHash), eq(staff.active, true)))
    .for('share');
  if (!still) throw new AppError('wrong_login');
};

/** The caller's network, readable by nobody and comparable only with the same login's. */
export const placeOf = (ctx: Context, login: string, address: string): Buffer =>
  createHmac('sha256', ctx.codeKey).update(`insat/sign-in-place/1\0${login}\0${networkOf(address)}`).digest();

/**
 * From one network, five wrong passwords for a login in 15 minutes, or twenty in a day, close that login there. From all
 * networks where it has not signed in within 30 days, together, 20 and 100. Where it has, only its own failures count:
 * nobody elsewhere can lock its person out.
 *
 * So strangers, however many addresses they hold, have 100 guesses a day at a login, 36,500 a year. A password that we
 * make has 15 random bytes: a chance of 36,500 / 2^120, or 3 in 10^32, a year. Even one that a person chose, one of a
 * billion likely ones, falls with a chance of 4 in 100,000 a year. A known network adds 20 a day of its own.
 */
const budgetsOf = (login: string, placeHash: Buffer, isKnown: boolean): Budget[] => {
  const here = { subject: `place:${placeHash.toString('hex')}`, quarterHour: 5, day: 20 };
  return isKnown ? [here] : [here, { subject: `login:${login}`, quarterHour: 20, day: 100 }];
};

/**
 * Who has the password has few guesses at the number: ten a day, of which three numbers in a million are right, is a chance
 * of 1 in 100 a year; from all unknown networks together, so that it is no more for who has many. Only the own network
 * has a budget of its own, which nobody elsewhere can spend.
 */
const factorBudget = ({ id }: Person, placeHash: Buffer, isKnown: boolean): Budget => ({
  subject: isKnown ? `factor-place:${placeHash.toString('hex')}` : `factor:${id}`,
  quarterHour: 5,
  day: 10,
});

/** Whether this person has signed in from there lately. */
const isKnownPlace = async (ctx: Context, placeHash: Buffer): Promise<boolean> => {
  const since = new Date(ctx.clock.now().getTime() - knownPlaceMs);
  const known = await ctx.db.withActor(system, (tx) => tx.db.$count(signInPlaces, and(eq(signInPlaces.placeHash, placeHash), gt(signInPlaces.lastAt, since))));
  return known > 0;
};

/** What is left to guess at a login from an address: for whatever else is as good as its password. */
export const guessesAt = async (ctx: Context, login: string, address: string): Promise<Budget[]> => {
  const placeHash = placeOf(ctx, login, address);
  return budgetsOf(login, placeHash, await isKnownPlace(ctx, placeHash));
};

/**
 * Opens a session for somebody who has shown who they are.
 *
 * @param how `confirm` throws unless what was shown still holds, and locks it until the session is there; `replaces`: hash
 *   of the token of a session that ends; `factor`: the best that was shown
 * @returns the token for the cookie
 */
export const openSession = (
  ctx: Context,
  id: string,
  { placeHash, replaces, factor, confirm }: { placeHash: Buffer; replaces: Buffer | null; factor: Factor; confirm: (tx: Tx) => Promise<void> },
): Promise<string> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    await confirm(tx);
    const over = and(eq(sessions.staffId, id), lte(sessions.createdAt, new Date(now.getTime() - absoluteMs)));
    await endSessions(ctx, tx, replaces === null ? over : or(over, eq(sessions.idHash, replaces)));
    const token = newToken();
    await tx.db.insert(sessions).values({ idHash: hashOf(token), staffId: id, createdAt: now, lastSeenAt: now, factor, factorAt: now });
    await tx.db.delete(signInPlaces).where(and(eq(signInPlaces.staffId, id), lte(signInPlaces.lastAt, new Date(now.getTime() - knownPlaceMs))));
    await tx.db
      .insert(signInPlaces)
      .values({ placeHash, staffId: id, lastAt: now })
      .onConflictDoUpdate({ target: signInPlaces.placeHash, set: { lastAt: now } });
    return token;
  });
