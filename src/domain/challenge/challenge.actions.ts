import { createHmac } from 'node:crypto';
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { Challenge, Solution } from '#contract/challenge';
import { citizen } from '#db/actor';
import { spentChallenges } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { validMs, workFor } from './challenge.rules.ts';

const secretOf = (ctx: Pick<Context, 'codeKey'>): string => createHmac('sha256', ctx.codeKey).update('insat/challenge/1').digest('hex');

/** A challenge (proof of work, as ALTCHA 2 writes it), valid for ten minutes and once. Nothing is stored until it is solved. */
export const newChallenge = async (ctx: Pick<Context, 'codeKey' | 'clock'>, level: number): Promise<Challenge> =>
  Challenge.parse(
    await createChallenge({
      algorithm: 'PBKDF2/SHA-256',
      ...workFor(level),
      deriveKey,
      data: { expires: ctx.clock.now().getTime() + validMs },
      hmacSignatureSecret: secretOf(ctx),
    }),
  );

/** Longer than any solution of ours. */
const maxTyped = 2000;

/**
 * Takes a solved challenge, once. What is none, was altered, has expired or was used answers false.
 *
 * @param text JSON of challenge and solution, in base64
 */
export const redeem = async (ctx: Context, text: string): Promise<boolean> => {
  const payload = text.length > maxTyped ? null : parsed(text);
  if (!payload) return false;
  const { challenge, solution } = payload;
  const { expires } = challenge.parameters.data;
  const now = ctx.clock.now().getTime();
  if (expires <= now) return false;
  const { verified } = await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: secretOf(ctx) });
  if (!verified) return false;
  const spent = await ctx.db.withActor(citizen, (tx) =>
    tx.db
      .insert(spentChallenges)
      .values({ nonce: Buffer.from(challenge.parameters.nonce, 'hex'), expiresAt: new Date(expires) })
      .onConflictDoNothing()
      .returning({ nonce: spentChallenges.nonce }),
  );
  return spent.length === 1;
};

const parsed = (text: string): Solution | null => {
  try {
    return Solution.parse(JSON.parse(Buffer.from(text, 'base64').toString()));
  } catch {
    return null;
  }
};
