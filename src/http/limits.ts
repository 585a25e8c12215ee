import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#lib/errors';
import { isOurs, networkOf } from '#lib/network';

/**
 * Requests a minute from one network, in this process: a carrier's address stands for thousands of people, so these stop a
 * machine that runs wild and nobody else. `lost`: what no route answers. Wrong codes are counted in the database and fail
 * closed (domain/guessing): a limit on top would let a guesser shut the carrier's other customers out. Filings are never
 * refused (domain/challenge).
 */
const perMinute = { public: 1200, staff: 3000, lost: 120 } as const;
type Kind = keyof typeof perMinute;

/** Null: a provider, whose calls come from few addresses and are signed; a citizen with a code; or a route that says so itself. */
const kindOf = ({ is404, routeOptions: { config } }: FastifyRequest): Kind | null => {
  if (is404) return 'lost';
  if (config.unlimited === true || config.policy === 'signature' || config.policy === 'code') return null;
  return config.policy === 'public' ? 'public' : 'staff';
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not limited by the caller's network. */
    unlimited?: true;
  }
}

/** Register before the policies: what is refused here costs no look at a session. */
export const limitRequests = async (app: FastifyInstance): Promise<void> => {
  await app.register(rateLimit, { global: false });
  const countOf = (kind: Kind) =>
    app.createRateLimit({ max: perMinute[kind], timeWindow: 60_000, keyGenerator: (request) => networkOf(request.ip), skipOnError: true });
  const counts: Record<Kind, ReturnType<typeof countOf>> = { public: countOf('public'), staff: countOf('staff'), lost: countOf('lost') };

  const check = async (kind: Kind, request: FastifyRequest): Promise<void> => {
    const count = await counts[kind](request);
    if (!count.isAllowed && count.isExceeded) throw new AppError('too_many_requests', { retryAfter: count.ttlInSeconds });
  };
  app.addHook('onRequest', (request, _reply, done) => {
    const kind = kindOf(request);
    // Behind an address of ours stands whoever a proxy lets in: to limit it would limit everybody.
    return kind === null || isOurs(request.ip) ? done() : check(kind, request);
  });
};
