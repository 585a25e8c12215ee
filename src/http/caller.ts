import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerOf, type Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';

const name = 'x-challenge-solution';

/** What a request of a citizen may carry besides its body. */
export const SolutionHeaders = z.object({
  [name]: z.string().max(2000).optional().meta({
    description: 'A solved challenge of GET /challenge: JSON of `challenge` and `solution: {counter, derivedKey}`, in base64. Only after `challenge_needed`; each works once.',
    examples: ['eyJjaGFsbGVuZ2UiOnsi…'],
  }),
});

/** What makes one filing of a request that is sent twice. */
export const KeyHeader = z.object({ 'idempotency-key': z.string().min(1).max(200).optional().meta({ examples: ['0b9a7c1e-3f0d-4a57-9d0e-6f1d2c3b4a59'] }) });

/** Who calls, by the address that the socket or a named proxy tells. */
export const callerFrom = (ctx: Context, request: FastifyRequest): Caller => {
  const solution = request.headers[name];
  return callerOf(ctx, { address: request.ip, solution: typeof solution === 'string' ? solution : undefined });
};
