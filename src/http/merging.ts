import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Merge, Unmerge } from '#contract/merging';
import type { Context } from '#domain/context';
import { mergeCase, unmergeCase } from '#domain/merging/merging.actions';
import { answers, params, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';


/** One matter that came more than once is handled once, and every citizen of it is told. */
export const mergingRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.post(
    '/cases/:id/merge',
    {
      config: { policy: { verb: 'case.merge' } },
      schema: {
        tags,
        summary: 'Handle it with another case',
        description: 'Both must be in sight. Each citizen keeps reference, code and legal date, and learns nothing of the other.',
        params,
        body: Merge,
        response: answers,
      },
    },
    (request) => mergeCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/unmerge',
    { config: { policy: { verb: 'case.unmerge' } }, schema: { tags, summary: 'Undo a merge: the case is where it was', params, body: Unmerge, response: answers } },
    (request) => unmergeCase(ctx, staffOf(request), request.params.id, request.body),
  );
};
