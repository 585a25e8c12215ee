import type {} from '@fastify/cookie';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '#contract/common';
import { Me, SignIn } from '#contract/staff';
import type { Context } from '#domain/context';
import { meOf, personOf, signIn, signOut } from '#domain/staff/session.actions';
import { AppError } from '#lib/errors';
import { isForeign, type Edge } from './policy.ts';

/** Staff sign in and out. The cookie holds a random token and says nothing by itself. */
export const sessionRoutes = (ctx: Context, edge: Edge): FastifyPluginAsyncZod => async (app) => {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: edge.secureCookie } as const;

  app.post(
    '/session',
    {
      config: { policy: 'public' },
      schema: { tags: ['staff'], summary: 'Sign in', body: SignIn, response: { 200: Me, '4xx': Problem } },
      async onRequest(request) {
        // There is no session to ride on yet; still no other site may put its own into somebody's browser.
        if (isForeign(request, edge)) throw new AppError('foreign_origin');
      },
    },
    async (request, reply) => {
      const { token, me } = await signIn(ctx, request.body);
      return reply.setCookie(edge.cookieName, token, cookie).header('cache-control', 'no-store').send(me);
    },
  );

  app.delete(
    '/session',
    { config: { policy: { verb: 'session.own' } }, schema: { tags: ['staff'], summary: 'Sign out', response: { 204: z.null(), '4xx': Problem } } },
    async (request, reply) => {
      if (request.sessionToken !== null) await signOut(ctx, request.sessionToken);
      return reply.clearCookie(edge.cookieName, cookie).code(204).send(null);
    },
  );

  app.get(
    '/me',
    { config: { policy: { verb: 'session.own' } }, schema: { tags: ['staff'], summary: 'Who am I', response: { 200: Me, '4xx': Problem } } },
    async (request) => {
      const person = request.sessionToken === null ? null : await personOf(ctx, request.sessionToken);
      if (!person) throw new AppError('unauthenticated');
      return meOf(ctx, person);
    },
  );
};
