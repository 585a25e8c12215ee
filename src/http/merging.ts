import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { Merge, Split, Unmerge } from '#contract/merging';
import type { Context } from '#domain/context';
import { mergeCase, unmergeCase } from '#domain/merging/merging.actions';
import { splitCase } from '#domain/messages/splitting.actions';
import { answers, params, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';

/** One matter that came more than once is handled once, and every citizen of it is told; two that came from one phone are parted. */
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
  app.post(
    '/cases/:id/split',
    {
      config: { policy: { verb: 'case.split' } },
      schema: {
        tags,
        summary: 'Texts of another person become a case of their own',
        description: 'A phone is not a person. Its legal date runs from the first of the texts; they are read in this case no more, and the phone gets the number of the new one.',
        params,
        body: Split,
        response: answers,
      },
    },
    (request) => splitCase(ctx, staffOf(request), request.params.id, request.body),
  );
};
