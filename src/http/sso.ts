import type {} from '@fastify/cookie';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '#contract/common';
import { SingleSignOn, ssoRefusals, type SsoRefusal } from '#contract/staff';
import type { Context } from '#domain/context';
import { beginSso, finishSso } from '#domain/staff/sso.actions';
import { attemptMs } from '#domain/staff/sso.rules';
import { AppError, notFound } from '#lib/errors';
import { isForeign, sessionCookie, type Edge } from './policy.ts';

const elsewhere = { 303: z.null().meta({ description: 'To the provider, or back to the console, which says what was refused.' }), '4xx': Problem };

/** The language of the sign-in screen, then the ticket. */
const Ticket = z.templateLiteral([z.enum(['ar', 'fr']), '.', z.string().regex(/^[\w-]{43}$/)]);

/**
 * Single sign-on through the administration's OpenID Connect provider. Addresses for a browser, not for programs: whatever
 * happens, it ends in the console.
 */
export const ssoRoutes = (ctx: Context, edge: Edge): FastifyPluginAsyncZod => async (app) => {
  const name = edge.secureCookie ? '__Host-sso' : 'sso';
  // Lax: the way back is a navigation from another site. It opens nothing without the code that comes along.
  const cookie = { ...sessionCookie(edge), sameSite: 'lax' } as const;

  const consoleAt = (language: string, refused?: SsoRefusal): string => {
    const query = new URLSearchParams({ ...(language === 'ar' ? {} : { lang: language }), ...(refused === undefined ? {} : { refused }) }).toString();
    return query === '' ? '/console' : `/console?${query}`;
  };
  /** What a person can be told; anything else is an error like any other. */
  const refusalOf = (error: unknown): SsoRefusal => {
    const refusal = ssoRefusals.find((code) => error instanceof AppError && error.code === code);
    if (refusal === undefined) throw error;
    return refusal;
  };

  app.get(
    '/sso',
    { config: { policy: 'public' }, schema: { tags: ['staff'], summary: 'Whether there is single sign-on', response: { 200: SingleSignOn, '4xx': Problem } } },
    () => ({ available: ctx.sso !== null }),
  );

  app.get(
    '/sso/start',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['staff'],
        summary: 'Go to the administration to sign in',
        querystring: z.strictObject({ lang: z.enum(['ar', 'fr']).default('ar') }),
        response: elsewhere,
      },
    },
    async (request, reply) => {
      if (!ctx.sso) throw notFound();
      if (isForeign(request, edge)) throw new AppError('foreign_origin');
      const { lang } = request.query;
      reply.header('cache-control', 'no-store');
      try {
        const { ticket, address } = await beginSso(ctx, ctx.sso, request.cookies[edge.cookieName] ?? null);
        return await reply.setCookie(name, `${lang}.${ticket}`, { ...cookie, maxAge: attemptMs / 1000 }).redirect(address.href, 303);
      } catch (error) {
        return reply.redirect(consoleAt(lang, refusalOf(error)), 303);
      }
    },
  );

  app.get(
    '/sso/callback',
    { config: { policy: 'public' }, schema: { tags: ['staff'], summary: 'Come back from there', response: elsewhere } },
    async (request, reply) => {
      if (!ctx.sso) throw notFound();
      reply.header('cache-control', 'no-store').clearCookie(name, cookie);
      const [language = 'ar', ticket] = Ticket.safeParse(request.cookies[name]).data?.split('.') ?? [];
      try {
        if (ticket === undefined) throw new AppError('sso_failed');
        // The query as it came: the library checks it, repeated parameters too.
        const answer = request.url.slice(request.url.indexOf('?') + 1);
        const token = await finishSso(ctx, ctx.sso, { ticket, answer, address: request.ip });
        // Set on a navigation from another site, the strict cookie is kept; it is sent from the console's own requests on.
        return await reply.setCookie(edge.cookieName, token, sessionCookie(edge)).redirect(consoleAt(language), 303);
      } catch (error) {
        return reply.redirect(consoleAt(language, refusalOf(error)), 303);
      }
    },
  );
};
