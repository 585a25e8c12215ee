import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { and, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Assertion, Attestation, KeyCreation, KeyRequest, NewAuthenticator } from '#contract/factors';
import type { Role } from '#contract/words';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { authenticators, staffEvents, totpFactors } from '#db/schema/tables';
import { AppError, invalid, notFound } from '#lib/errors';
import { newId } from '#lib/id';
import type { Context } from '#domain/context';
import { challengeMs, giveChallenge, takeChallenge, type Purpose } from './challenges.actions.ts';
import { finishEnrolment, lockForEnrolment, lockPerson } from './enrolling.actions.ts';
import { enrolledOf } from './factors.queries.ts';
import { suffices } from './factors.rules.ts';
import type { Session } from './session.actions.ts';

/** COSE algorithms that authenticators speak: ES256, EdDSA, RS256. */
const algorithms = [-7, -8, -257];

const purposeOf = ({ id }: Session): Purpose => `enrol:${id}`;

const known = async (tx: Tx, staffId: string): Promise<KeyRequest['allowCredentials']> => {
  const rows = await tx.db.select().from(authenticators).where(eq(authenticators.staffId, staffId)).orderBy(authenticators.createdAt);
  return rows.map(({ credentialId, transports }) => ({ id: credentialId.toString('base64url'), type: 'public-key', transports }));
};

/** What the browser is asked for to make a new key. @throws AppError step_up_needed */
export const beginAuthenticator = (ctx: Context, session: Session): Promise<KeyCreation> =>
  ctx.db.withActor(system, async (tx) => {
    await lockForEnrolment(tx, session);
    const { id, login } = session.person;
    return {
      challenge: await giveChallenge(ctx, tx, id, purposeOf(session)),
      rp: { id: ctx.secondFactor.rpId, name: 'Insat' },
      user: { id: Buffer.from(id).toString('base64url'), name: login, displayName: login },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
      timeout: challengeMs,
      attestation: 'none',
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
      excludeCredentials: await known(tx, id),
    };
  });

/**
 * Registers a key. Numbers are not asked of this person any more.
 * @returns the session's new token
 * @throws AppError wrong_second_factor; step_up_needed; invalid for a key that is registered already
 */
export const addAuthenticator = async (ctx: Context, session: Session, { name, webauthn }: z.infer<typeof NewAuthenticator>): Promise<string> => {
  const staffId = session.person.id;
  const challenge = await takeChallenge(ctx, staffId, purposeOf(session), webauthn.response.clientDataJSON);
  const registered = challenge === null ? null : await registrationIn(ctx, webauthn, challenge);
  if (!registered) throw new AppError('wrong_second_factor');
  return ctx.db.withActor(system, async (tx) => {
    await lockForEnrolment(tx, session);
    const now = ctx.clock.now();
    const added = await tx.db
      .insert(authenticators)
      .values({
        id: newId(now),
        staffId,
        name,
        credentialId: Buffer.from(registered.id, 'base64url'),
        publicKey: Buffer.from(registered.publicKey),
        counter: registered.counter,
        transports: webauthn.response.transports,
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: authenticators.id });
    if (added.length === 0) throw invalid('webauthn', 'known');
    await tx.db.delete(totpFactors).where(eq(totpFactors.staffId, staffId));
    return finishEnrolment(ctx, tx, session, 'webauthn');
  });
};

/** Null for what is no registration by our page; the library throws at everything that does not fit. */
const registrationIn = async (ctx: Context, { id, response }: Attestation, expectedChallenge: string) => {
  const { rpId, origins } = ctx.secondFactor;
  const verified = await verifyRegistrationResponse({
    response: { id, rawId: id, type: 'public-key', response: { ...response, transports: [] }, clientExtensionResults: {} },
    expectedChallenge,
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch((err: unknown) => refused(ctx, err));
  return verified?.verified ? verified.registrationInfo.credential : null;
};

const refused = (ctx: Context, err: unknown): null => {
  ctx.log.debug({ err }, 'an authenticator was refused');
  return null;
};

/** What the browser is asked for to show one of this person's keys. */
export const requestAuthenticator = async (ctx: Context, tx: Tx, staffId: string, purpose: Purpose): Promise<KeyRequest> => ({
  challenge: await giveChallenge(ctx, tx, staffId, purpose),
  rpId: ctx.secondFactor.rpId,
  timeout: challengeMs,
  userVerification: 'preferred',
  allowCredentials: await known(tx, staffId),
});

/**
 * Whether one of the person's keys signed the challenge that was given for this, on a page of ours. Its counter must
 * have grown, unless it never counts: one that has not is a copy's (WebAuthn, section 7.2, step 22).
 */
export const useAuthenticator = async (ctx: Context, staffId: string, purpose: Purpose, { id, response }: Assertion): Promise<boolean> => {
  const expectedChallenge = await takeChallenge(ctx, staffId, purpose, response.clientDataJSON);
  if (expectedChallenge === null) return false;
  const { rpId, origins } = ctx.secondFactor;
  return ctx.db.withActor(system, async (tx) => {
    const [key] = await tx.db
      .select()
      .from(authenticators)
      .where(and(eq(authenticators.credentialId, Buffer.from(id, 'base64url')), eq(authenticators.staffId, staffId)))
      .for('update');
    if (!key) return false;
    const verified = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} },
      expectedChallenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      credential: { id, publicKey: Uint8Array.from(key.publicKey), counter: key.counter },
      requireUserVerification: false,
    }).catch((err: unknown) => refused(ctx, err));
    if (!verified?.verified) return false;
    await tx.db.update(authenticators).set({ counter: verified.authenticationInfo.newCounter, lastUsedAt: ctx.clock.now() }).where(eq(authenticators.id, key.id));
    return true;
  });
};

/** @throws AppError not_found; last_factor while one is required */
export const removeAuthenticator = (ctx: Context, { person }: Session, id: string): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    await lockPerson(tx, person.id);
    const removed = await tx.db.delete(authenticators).where(and(eq(authenticators.id, id), eq(authenticators.staffId, person.id))).returning({ id: authenticators.id });
    if (removed.length === 0) throw notFound();
    const left = await enrolledOf(tx, person.id);
    if (ctx.secondFactor.required && !left.some((factor) => suffices(person.role as Role, factor))) throw new AppError('last_factor');
    await tx.db.insert(staffEvents).values({ at: ctx.clock.now(), actorId: person.id, type: 'webauthn.removed', subjectId: person.id });
  });
