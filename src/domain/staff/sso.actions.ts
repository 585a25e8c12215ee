import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { and, eq, gt, lte } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { ssoAttempts, staff, staffIdentities } from '#db/schema/tables';
import type { Attempt, Identity, IdentityProvider } from '#identity/openid';
import { AppError } from '#lib/errors';
import type { Context } from '#domain/context';
import { hashOf } from './session.actions.ts';
import { openSession, placeOf } from './sign-in.actions.ts';
import { attemptMs, factorOf } from './sso.rules.ts';

/**
 * What an attempt is bound to, from the ticket that its browser alone holds: no other browser can finish it, and the
 * database has nothing of it. An HMAC-SHA-256 is as long as a verifier must be (RFC 7636, section 4.1).
 */
const attemptOf = (ticket: string): Attempt => {
  const part = (name: string): string => createHmac('sha256', ticket).update(`insat/sso/1\0${name}`).digest('base64url');
  return { state: part('state'), nonce: part('nonce'), verifier: part('verifier') };
};

/**
 * Begins a sign-in at the administration's provider.
 *
 * @param token that of the session which the browser has now, if any; it ends when the new one begins
 * @returns the ticket for the browser's cookie, and where to send the browser
 * @throws AppError sso_unavailable
 */
export const beginSso = async (ctx: Context, provider: IdentityProvider, token: string | null): Promise<{ ticket: string; address: URL }> => {
  const ticket = randomBytes(32).toString('base64url');
  const address = await provider.addressFor(attemptOf(ticket)).catch((err: unknown) => {
    ctx.log.warn({ err }, 'the provider of single sign-on cannot be used');
    throw new AppError('sso_unavailable');
  });
  const now = ctx.clock.now();
  await ctx.db.withActor(system, async (tx) => {
    await tx.db.delete(ssoAttempts).where(lte(ssoAttempts.createdAt, new Date(now.getTime() - attemptMs)));
    await tx.db.insert(ssoAttempts).values({ ticketHash: hashOf(ticket), replacesHash: token === null ? null : hashOf(token), createdAt: now });
  });
  return { ticket, address };
};

/**
 * Ends it: opens a session for the account that is linked to who came back, and to nobody else; no account is ever made,
 * and none found by e-mail or name. An attempt can be ended once, within ten minutes, by the browser that began it.
 *
 * @param returned the ticket, the query with which the browser came back, and the caller's address
 * @returns the token for the session's cookie
 * @throws AppError sso_failed, whatever was wrong; sso_unknown when no open account is linked
 */
export const finishSso = async (ctx: Context, provider: IdentityProvider, returned: { ticket: string; answer: string; address: string }): Promise<string> => {
  const attempt = attemptOf(returned.ticket);
  // Before the attempt is used up: who lures a browser here with another state must not end the attempt under way.
  if (!isSame(new URLSearchParams(returned.answer).get('state') ?? '', attempt.state)) throw new AppError('sso_failed');
  const replaces = await useUp(ctx, returned.ticket);
  const identity = await provider.identify(returned.answer, attempt).catch((err: unknown) => {
    ctx.log.warn({ err }, 'a single sign-on failed');
    throw new AppError('sso_failed');
  });
  const person = await ctx.db.withActor(system, (tx) => linkedTo(tx, identity));
  return openSession(ctx, person.id, {
    placeHash: placeOf(ctx, person.login, returned.address),
    replaces,
    factor: factorOf(identity),
    confirm: async (tx) => void (await linkedTo(tx, identity)),
  });
};

const isSame = (given: string, right: string): boolean =>
  Buffer.byteLength(given) === Buffer.byteLength(right) && timingSafeEqual(Buffer.from(given), Buffer.from(right));

/** Of two that come back with one ticket, one gets it. @returns the hash of the session that ends, if any */
const useUp = (ctx: Context, ticket: string): Promise<Buffer | null> =>
  ctx.db.withActor(system, async (tx) => {
    const since = new Date(ctx.clock.now().getTime() - attemptMs);
    const [attempt] = await tx.db
      .delete(ssoAttempts)
      .where(and(eq(ssoAttempts.ticketHash, hashOf(ticket)), gt(ssoAttempts.createdAt, since)))
      .returning({ replaces: ssoAttempts.replacesHash });
    if (!attempt) throw new AppError('sso_failed');
    return attempt.replaces;
  });

/** The open account of an identity; it stays both linked and open until the transaction ends. */
const linkedTo = async (tx: Tx, { issuer, subject }: Identity): Promise<{ id: string; login: string }> => {
  const [person] = await tx.db
    .select({ id: staff.id, login: staff.login })
    .from(staffIdentities)
    .innerJoin(staff, eq(staff.id, staffIdentities.staffId))
    .where(and(eq(staffIdentities.issuer, issuer), eq(staffIdentities.subject, subject), eq(staff.active, true)))
    .for('share');
  if (!person) throw new AppError('sso_unknown');
  return person;
};
