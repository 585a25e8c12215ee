import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Callback, CallbackList, CallbackListQuery, VoiceToken } from '#contract/callbacks';
import { listCallbacks } from '#domain/callbacks/callbacks.queries';
import { softphoneOf } from '#domain/callbacks/hours.rules';
import { endCallback, takeCallback } from '#domain/callbacks/taking.actions';
import type { Context } from '#domain/context';
import { notFound } from '#lib/errors';
import { params, refusals, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';

const answers = { 200: Callback, ...refusals };

/** The operators' side of the telephone. */
export const callbackRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/callbacks',
    {
      config: { policy: { verb: 'callback.list' } },
      schema: { tags, summary: 'Citizens who wait to be called, the longest wait first', querystring: CallbackListQuery, response: { 200: CallbackList, ...refusals } },
    },
    (request) => listCallbacks(ctx, staffOf(request), request.query),
  );
  app.post(
    '/callbacks/:id/take',
    { config: { policy: { verb: 'callback.take' } }, schema: { tags, summary: 'Take a call-back', description: 'Your browser rings, in working hours; then the citizen does.', params, response: answers } },
    (request) => takeCallback(ctx, staffOf(request), request.params.id),
  );
  app.post(
    '/callbacks/:id/done',
    { config: { policy: { verb: 'callback.done' } }, schema: { tags, summary: 'The citizen was talked to', params, response: answers } },
    (request) => endCallback(ctx, staffOf(request), request.params.id),
  );
  app.post(
    '/voice/token',
    {
      config: { policy: { verb: 'voice.token' } },
      schema: { tags, summary: 'Let my browser call and be called', description: 'For ten minutes. 404 where the line has no telephone.', response: { 200: VoiceToken, ...refusals } },
    },
    async (request): Promise<VoiceToken> => {
      if (ctx.telephone === null) throw notFound();
      const identity = softphoneOf(staffOf(request).id);
      return { ...ctx.telephone.voice.token(identity), identity };
    },
  );
};
