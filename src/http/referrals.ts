import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Answer, Organisation, Refer } from '#contract/referrals';
import type { Context } from '#domain/context';
import { answerReferral } from '#domain/referrals/answering.actions';
import { listOrganisations } from '#domain/referrals/organisations.queries';
import { referCase } from '#domain/referrals/referring.actions';
import { answers, params, refusals, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';


/** Cases in the hands of bodies outside the line. */
export const referralRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/organisations',
    { config: { policy: { verb: 'organisation.list' } }, schema: { tags, summary: 'Bodies to which a case may be referred', response: { 200: z.array(Organisation), ...refusals } } },
    (request) => listOrganisations(ctx, staffOf(request)),
  );
  app.post(
    '/cases/:id/refer',
    {
      config: { policy: { verb: 'case.refer' } },
      schema: {
        tags,
        summary: 'Refer to an outside body',
        description: 'Its people see what `fields` name until the case leaves `referred`: answered, moved on, or withdrawn. The legal date stays.',
        params,
        body: Refer,
        response: answers,
      },
    },
    (request) => referCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/answer',
    { config: { policy: { verb: 'referral.answer' } }, schema: { tags, summary: 'Answer a referral, as the body it was made to', params, body: Answer, response: answers } },
    (request) => answerReferral(ctx, staffOf(request), request.params.id, request.body),
  );
};
