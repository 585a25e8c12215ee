import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, lte } from 'drizzle-orm';
import { z } from 'zod';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { webauthnChallenges } from '#db/schema/tables';
import type { Context } from '#domain/context';

/** How long the person may take to find the key. */
export const challengeMs = 5 * 60_000;

/** What a challenge is for: an answer to it is none to another. Within a session it is bound to that. */
export type Purpose = 'sign_in' | `${'enrol' | 'step_up'}:${string}`;

const hashOf = (challenge: string): Buffer => createHash('sha256').update(challenge).digest();
const expiry = (ctx: Context): Date => new Date(ctx.clock.now().getTime() - challengeMs);

/** @returns 32 random bytes in base64url, good once */
export const giveChallenge = async (ctx: Context, tx: Tx, staffId: string, purpose: Purpose): Promise<string> => {
  const challenge = randomBytes(32).toString('base64url');
  await tx.db.delete(webauthnChallenges).where(and(eq(webauthnChallenges.staffId, staffId), lte(webauthnChallenges.createdAt, expiry(ctx))));
  await tx.db.insert(webauthnChallenges).values({ hash: hashOf(challenge), staffId, purpose, createdAt: ctx.clock.now() });
  return challenge;
};

const ClientData = z.object({ challenge: z.string() });

/**
 * The challenge that a browser answered, which is good no more from now on, whatever the answer is worth.
 * @param clientDataJSON as the browser gave it
 * @returns null for one that was not given to this person for this, was answered before, or is too old
 */
export const takeChallenge = async (ctx: Context, staffId: string, purpose: Purpose, clientDataJSON: string): Promise<string | null> => {
  const challenge = challengeIn(clientDataJSON);
  if (challenge === null) return null;
  return ctx.db.withActor(system, async (tx) => {
    const taken = await tx.db
      .delete(webauthnChallenges)
      .where(
        and(
          eq(webauthnChallenges.hash, hashOf(challenge)),
          eq(webauthnChallenges.staffId, staffId),
          eq(webauthnChallenges.purpose, purpose),
          gt(webauthnChallenges.createdAt, expiry(ctx)),
        ),
      )
      .returning({ hash: webauthnChallenges.hash });
    return taken.length > 0 ? challenge : null;
  });
};

const challengeIn = (clientDataJSON: string): string | null => {
  try {
    return ClientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())).challenge;
  } catch {
    return null;
  }
};
