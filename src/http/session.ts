import type {} from '@fastify/cookie';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Id, text } from '#contract/common';
import { Me, OpenSession, SignedOut, SignIn } from '#contract/staff';
import type { Context } from '#domain/context';
import { endOtherSessions, endSession, signOut, signOutCentre } from '#domain/staff/ending.actions';
import { listSessions, meOf } from '#domain/staff/me.queries';
import { signIn } from '#domain/staff/sign-in.actions';
import { AppError } from '#lib/errors';
import { refusals } from './case-routes.ts';
import { giveCookie, isForeign, openSessionOf, staffOf, takeCookie, type Edge } from './policy.ts';


/** Staff sign in and out, and see and end their sessions. The cookie holds a random token and says nothing by itself. */
export const sessionRoutes = (ctx: Context, edge: Edge): FastifyPluginAsyncZod => async (app) => {
  app.post(
    '/session',
    {
      config: { policy: 'public' },
      schema: { tags: ['staff'], summary: 'Sign in', body: SignIn, response: { 200: Me, ...refusals } },
      async onRequest(request) {
        // There is no session to ride on yet; still no other site may put its own into somebody's browser.
        if (isForeign(request, edge)) throw new AppError('foreign_origin');
      },
    },
    async (request, reply) => {
      const { token, me } = await signIn(ctx, request.body, { address: request.ip, token: request.cookies[edge.cookieName] ?? null });
      return giveCookie(reply, edge, token).send(me);
    },
  );

  app.delete(
    '/session',
    { config: { policy: { verb: 'session.enrol' } }, schema: { tags: ['staff'], summary: 'Sign out', response: { 204: z.null(), ...refusals } } },
    async (request, reply) => {
      await signOut(ctx, openSessionOf(request).id);
      return takeCookie(reply, edge).code(204).send(null);
    },
  );

  app.get(
    '/me',
    { config: { policy: { verb: 'session.enrol' } }, schema: { tags: ['staff'], summary: 'Who am I', response: { 200: Me, ...refusals } } },
    (request) => meOf(ctx, openSessionOf(request)),
  );

  const own = { policy: { verb: 'session.own' } } as const;
  app.get(
    '/sessions',
    { config: own, schema: { tags: ['staff'], summary: 'My open sessions', response: { 200: z.array(OpenSession), ...refusals } } },
    (request) => listSessions(ctx, staffOf(request), openSessionOf(request).id),
  );
  app.delete(
    '/sessions',
    { config: own, schema: { tags: ['staff'], summary: 'End my other sessions', response: { 204: z.null(), ...refusals } } },
    async (request, reply) => {
      await endOtherSessions(ctx, staffOf(request), openSessionOf(request).id);
      return reply.code(204).send(null);
    },
  );
  app.delete(
    '/sessions/:id',
    { config: own, schema: { tags: ['staff'], summary: 'End one of my sessions', params: z.object({ id: Id }), response: { 204: z.null(), ...refusals } } },
    async (request, reply) => {
      await endSession(ctx, staffOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/centres/:id/sign-out',
    {
      config: { policy: { verb: 'centre.sign_out' } },
      schema: {
        tags: ['staff'],
        summary: "End every session of a centre's staff",
        description: 'The kill switch: supervisors for their own centre, administrators for any. Live sockets close within a second.',
        params: z.object({ id: text(40).meta({ examples: ['centre-06'] }) }),
        response: { 200: SignedOut, ...refusals },
      },
    },
    async (request) => ({ ended: await signOutCentre(ctx, staffOf(request), request.params.id) }),
  );
};
