import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Id } from '#contract/common';
import { Asked, Factors, KeyCreation, NewAuthenticator, StepUp, TotpConfirmation, TotpSecret } from '#contract/factors';
import { Me } from '#contract/staff';
import type { Context } from '#domain/context';
import { addAuthenticator, beginAuthenticator, removeAuthenticator } from '#domain/staff/authenticators.actions';
import { askStepUp, stepUp } from '#domain/staff/factors.actions';
import { listFactors } from '#domain/staff/factors.queries';
import { meOf } from '#domain/staff/me.queries';
import { sessionOf } from '#domain/staff/session.actions';
import { beginTotp, confirmTotp } from '#domain/staff/totp.actions';
import { AppError } from '#lib/errors';
import { refusals } from './case-routes.ts';
import { giveCookie, openSessionOf, staffOf, type Edge } from './policy.ts';


/** Staff enrol their second factors and show them again. Whenever one is shown, the session gets a new token. */
export const factorRoutes = (ctx: Context, edge: Edge): FastifyPluginAsyncZod => async (app) => {
  /** The session behind a token that was just given, as the console knows it. */
  const meBehind = async (token: string): Promise<Me> => {
    const session = await sessionOf(ctx, token);
    if (!session) throw new AppError('unauthenticated');
    return meOf(ctx, session);
  };

  app.get(
    '/me/factors',
    { config: { policy: { verb: 'session.enrol' } }, schema: { tags: ['staff'], summary: 'My second factors', response: { 200: Factors, ...refusals } } },
    (request) => listFactors(ctx, staffOf(request)),
  );

  app.post(
    '/session/step-up/options',
    {
      config: { policy: { verb: 'session.enrol' } },
      schema: { tags: ['staff'], summary: 'What a step-up asks of me', response: { 200: Asked, ...refusals } },
    },
    (request) => askStepUp(ctx, openSessionOf(request)),
  );
  app.post(
    '/session/step-up',
    {
      config: { policy: { verb: 'session.enrol' } },
      schema: {
        tags: ['staff'],
        summary: 'Show a factor again',
        description: 'For five minutes this opens what answers `step_up_needed`. The session gets a new cookie.',
        body: StepUp,
        response: { 200: Me, ...refusals },
      },
    },
    async (request, reply) => {
      const token = await stepUp(ctx, openSessionOf(request), request.body);
      return giveCookie(reply, edge, token).send(await meBehind(token));
    },
  );

  app.post(
    '/me/totp',
    {
      config: { policy: { verb: 'totp.enrol', stepUp: true } },
      schema: { tags: ['staff'], summary: 'A secret for my authenticator application, told once', response: { 200: TotpSecret, ...refusals } },
    },
    (request) => beginTotp(ctx, openSessionOf(request)),
  );
  app.post(
    '/me/totp/confirm',
    {
      config: { policy: { verb: 'totp.enrol', stepUp: true } },
      schema: { tags: ['staff'], summary: 'Enrol it by its first number', body: TotpConfirmation, response: { 200: Me, ...refusals } },
    },
    async (request, reply) => {
      const token = await confirmTotp(ctx, openSessionOf(request), request.body.totp);
      return giveCookie(reply, edge, token).send(await meBehind(token));
    },
  );

  app.post(
    '/me/authenticators/options',
    {
      config: { policy: { verb: 'authenticator.enrol', stepUp: true } },
      schema: { tags: ['staff'], summary: 'What to ask the browser for to make a key', response: { 200: KeyCreation, ...refusals } },
    },
    (request) => beginAuthenticator(ctx, openSessionOf(request)),
  );
  app.post(
    '/me/authenticators',
    {
      config: { policy: { verb: 'authenticator.enrol', stepUp: true } },
      schema: { tags: ['staff'], summary: 'Register a key', body: NewAuthenticator, response: { 200: Me, ...refusals } },
    },
    async (request, reply) => {
      const token = await addAuthenticator(ctx, openSessionOf(request), request.body);
      return giveCookie(reply, edge, token).send(await meBehind(token));
    },
  );
  app.delete(
    '/me/authenticators/:id',
    {
      config: { policy: { verb: 'session.own', stepUp: true } },
      schema: { tags: ['staff'], summary: 'Remove one of my keys', params: z.object({ id: Id }), response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      await removeAuthenticator(ctx, openSessionOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
};
