import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AskPersonalData, Erase, PersonalData, Rectify, WithReason } from '#contract/rights';
import type { Context } from '#domain/context';
import { eraseOnRequest } from '#domain/rights/erasing.actions';
import { holdForLaw, liftHold } from '#domain/rights/holds.actions';
import { givePersonalData } from '#domain/rights/personal-data.actions';
import { rectify } from '#domain/rights/rectifying.actions';
import { answers, params, refusals, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';


/** What is done for a citizen who asks about their own data (law 09-08), and what keeps it from being done. */
export const rightsRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.post(
    '/cases/:id/personal-data',
    {
      config: { policy: { verb: 'case.personal_data', stepUp: true } },
      schema: {
        tags,
        summary: 'All that is held of the citizen, to be handed to them',
        description: 'Of their cases, those in sight. It stands on each case that it was given, by whom and why; a person does so ten times a day at most.',
        params,
        body: AskPersonalData,
        response: { 200: PersonalData, ...refusals },
      },
    },
    async (request, reply) => reply.send(await givePersonalData(ctx, staffOf(request), request.params.id, request.body)),
  );
  app.post(
    '/cases/:id/rectify',
    { config: { policy: { verb: 'case.rectify' } }, schema: { tags, summary: "Correct the citizen's name, number or address", params, body: Rectify, response: answers } },
    (request) => rectify(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/erase',
    {
      config: { policy: { verb: 'case.erase', stepUp: true } },
      schema: {
        tags,
        summary: 'Erase what a closed case says and whom it names, for good',
        description: 'What is counted stays. A case that is open, or on a legal hold, is refused.',
        params,
        body: Erase,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      await eraseOnRequest(ctx, staffOf(request), request.params.id, request.body);
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/cases/:id/hold',
    { config: { policy: { verb: 'case.hold' } }, schema: { tags, summary: 'Keep a case from erasure, for a court or an inquiry', params, body: WithReason, response: answers } },
    (request) => holdForLaw(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/lift-hold',
    { config: { policy: { verb: 'case.hold' } }, schema: { tags, summary: 'End the legal hold', params, body: WithReason, response: answers } },
    (request) => liftHold(ctx, staffOf(request), request.params.id, request.body),
  );
};
