import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { Challenge } from '#contract/challenge';
import type { TestApp } from './app.ts';

/** What a client sends along after `challenge_needed`: a challenge from `address`, solved. */
export const solved = async (app: TestApp, address: string): Promise<{ 'x-challenge-solution': string }> => {
  const challenge = Challenge.parse((await app.get('/api/v1/challenge', { 'x-forwarded-for': address })).json);
  const solution = await solveChallenge({ challenge, deriveKey });
  return { 'x-challenge-solution': Buffer.from(JSON.stringify({ challenge, solution })).toString('base64') };
};
