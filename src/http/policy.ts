import type {} from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { may, opensBeforeEnrolment, type Verb } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { isFresh, mustEnrol } from '#domain/staff/factors.rules';
import { actorOf, sessionOf, type Session } from '#domain/staff/session.actions';
import type { StaffActor } from '#db/actor';
import { AppError } from '#lib/errors';

/**
 * Who may call a route. `public`: anybody. `code`: a citizen, who proves the case in the body. `signature`: a provider,
 * whose signature the route checks. A verb: staff who may do that; with `stepUp`, who have shown a factor within five
 * minutes.
 */
type Policy = 'public' | 'code' | 'signature' | { verb: Verb; stepUp?: true };

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: Policy;
  }
  interface FastifyRequest {
    staff: StaffActor | null;
    session: Session | null;
  }
}

export type Edge = { cookieName: string; secureCookie: boolean; origins: ReadonlySet<string> };

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A browser says where a request comes from; what is no browser says nothing and carries no stolen cookie. */
export const isForeign = (request: FastifyRequest, edge: Edge): boolean => {
  const { origin } = request.headers;
  if (origin !== undefined) return !edge.origins.has(origin);
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
};

/** What a console does by itself, after a hint or to come back to the live line, says nothing of anybody being there. */
const byItself = ({ headers }: FastifyRequest): boolean => headers['x-insat-background'] !== undefined || headers.upgrade !== undefined;

/** Default deny: a route without a policy stops the start, and a staff route without a session answers 401. */
export const enforcePolicies = (app: FastifyInstance, ctx: Context, edge: Edge): void => {
  app.decorateRequest('staff', null);
  app.decorateRequest('session', null);

  const declared: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    declared.push(route);
  });
  // Looked at once all are there: a scope may give the routes of a library their policy.
  app.addHook('onReady', async () => {
    const bare = declared.filter((route) => route.config?.policy === undefined).map((route) => `${String(route.method)} ${route.url}`);
    if (bare.length > 0) throw new Error(`these routes declare no policy: ${bare.join(', ')}`);
  });

  // Node gives the socket of an upgrade away: one that got an ordinary answer would stay open for ever, and keep the
  // process from closing. The plugin does not know of those refused here.
  app.addHook('onResponse', (request, _reply, done) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
    done();
  });

  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { policy } = request.routeOptions.config;
    if (policy === undefined || typeof policy === 'string') return;
    reply.header('cache-control', 'no-store');
    // `request.ws` is not known yet: the plugin's own hook, which sets it, runs after this one.
    const changes = changing.has(request.method) || request.headers.upgrade !== undefined;
    if (changes && isForeign(request, edge)) throw new AppError('foreign_origin');
    const token = request.cookies[edge.cookieName];
    const session = token === undefined ? null : await sessionOf(ctx, token, !byItself(request));
    if (!session) throw new AppError('unauthenticated');
    const actor = actorOf(session.person);
    if (!may(actor, policy.verb)) throw new AppError('forbidden');
    if (!opensBeforeEnrolment(policy.verb) && mustEnrol(ctx.secondFactor.required, actor.role, session.factor) !== null) throw new AppError('enrol_first');
    if (policy.stepUp && !isFresh(session, ctx.clock.now())) throw new AppError('step_up_needed');
    request.staff = actor;
    request.session = session;
  });
};

/** For a scope that mounts a library's own routes: whatever it mounts, anybody may read. */
export const makePublic = (scope: FastifyInstance): void => {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, policy: 'public' };
  });
};

/** The session with which a staff route was called; the policy hook has put it there. */
export const openSessionOf = (request: FastifyRequest): Session => {
  if (!request.session) throw new Error('a staff route ran without its policy');
  return request.session;
};

/** Puts a session's token into the browser: no script reads it, no other site sends it. */
export const giveCookie = (reply: FastifyReply, edge: Edge, token: string): FastifyReply =>
  reply.setCookie(edge.cookieName, token, sessionCookie(edge)).header('cache-control', 'no-store');
export const takeCookie = (reply: FastifyReply, edge: Edge): FastifyReply => reply.clearCookie(edge.cookieName, sessionCookie(edge));
export const sessionCookie = (edge: Edge) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure: edge.secureCookie }) as const;

/** The person behind a staff route; the policy hook has put it there. */
export const staffOf = (request: FastifyRequest): StaffActor => {
  if (!request.staff) throw new Error('a staff route ran without its policy');
  return request.staff;
};
