import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Block, Colleague, Seal, Unblock } from '#contract/access';
import { WithReason } from '#contract/rights';
import { blockFromCase, unblockFromCase } from '#domain/access/conflicts.actions';
import { sealCase, unsealCase } from '#domain/access/readers.actions';
import type { Context } from '#domain/context';
import { listColleagues } from '#domain/staff/colleagues.queries';
import { answers, params, refusals, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';


/** Who of a centre's staff is kept from one of its cases. */
export const accessRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/colleagues',
    { config: { policy: { verb: 'colleague.list' } }, schema: { tags, summary: 'Who works in my centre', response: { 200: z.array(Colleague), ...refusals } } },
    (request) => listColleagues(ctx, staffOf(request)),
  );
  app.post(
    '/cases/:id/seal',
    {
      config: { policy: { verb: 'case.seal' } },
      schema: {
        tags,
        summary: 'Show a case to named readers alone',
        description: 'For everybody else, supervisors too, it is as if it were not there. Again: it has these readers instead.',
        params,
        body: Seal,
        response: answers,
      },
    },
    (request) => sealCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/unseal',
    { config: { policy: { verb: 'case.seal' } }, schema: { tags, summary: 'Open a sealed case again', params, body: WithReason, response: answers } },
    (request) => unsealCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/block',
    {
      config: { policy: { verb: 'case.block' } },
      schema: {
        tags,
        summary: 'Keep somebody with a conflict of interest from a case',
        description: 'For them it is as if it were not there. A supervisor names anybody, an operator only themselves.',
        params,
        body: Block,
        response: answers,
      },
    },
    (request) => blockFromCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/unblock',
    { config: { policy: { verb: 'case.unblock' } }, schema: { tags, summary: 'End a conflict of interest', description: 'Never by whoever stated it.', params, body: Unblock, response: answers } },
    (request) => unblockFromCase(ctx, staffOf(request), request.params.id, request.body),
  );
};
