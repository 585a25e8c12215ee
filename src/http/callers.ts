import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CaseList, Heard, Sought } from '#contract/staff';
import { casesOfCaller } from '#domain/cases/searching.actions';
import type { Context } from '#domain/context';
import { hearCitizen } from '#domain/messages/told.actions';
import { params, refusals, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';

/** A call taken on the handset, or a visit: who that number is known as, and what is said of an earlier matter. */
export const callerRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.post(
    '/callers',
    {
      config: { policy: { verb: 'caller.find' } },
      schema: { tags, summary: 'Earlier cases of a number, in my sight', description: 'Masked: several people may use one number, so ask which of them it is. Counts as a search by number.', body: Sought, response: { 200: CaseList, ...refusals } },
    },
    (request) => casesOfCaller(ctx, staffOf(request), request.body.phone),
  );

  app.post(
    '/cases/:id/heard',
    {
      config: { policy: { verb: 'case.hear' } },
      schema: { tags, summary: 'Add what the citizen said on the phone or at the counter', description: 'A message of the citizen, on a case that is open. The same words again within ten minutes are the same message.', params, body: Heard, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      await hearCitizen(ctx, staffOf(request), request.params.id, request.body);
      return reply.code(204).send(null);
    },
  );
};
