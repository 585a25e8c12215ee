import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '#contract/common';
import { CategoryList, CitizenMove, Feedback, Filing, FollowUp, Readings, Receipt, ReferenceAndCode, TerritoryList, Tracked } from '#contract/filing';
import { Status } from '#contract/words';
import { fileCase } from '#domain/cases/filing.actions';
import type { Context } from '#domain/context';
import { provinces, regions } from '#domain/territory/territory.rules';
import { followUp, giveFeedback, moveByCitizen } from '#domain/tracking/tracking.actions';
import { readingsForCitizen, track } from '#domain/tracking/tracking.queries';
import { taxonomy } from '#domain/triage/category.rules';

const refusals = { '4xx': Problem, 503: Problem };
const Done = z.object({ status: Status });

/** What a citizen may do without an account: file, follow, add, rate, reopen, appeal, withdraw. */
export const publicRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.post(
    '/cases',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['citizen'],
        summary: 'File a case',
        description: 'Answers once the case is kept. The same Idempotency-Key with the same body gives the same receipt.',
        headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional().meta({ examples: ['0b9a7c1e-3f0d-4a57-9d0e-6f1d2c3b4a59'] }) }),
        body: Filing,
        response: { 200: Receipt, 201: Receipt, ...refusals },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { repeated, ...receipt } = await fileCase(ctx, request.body, { channel: 'web', ...(key === undefined ? {} : { idempotencyKey: key }) });
      return reply.code(repeated ? 200 : 201).header('cache-control', 'no-store').send(receipt);
    },
  );

  app.post(
    '/track',
    {
      config: { policy: 'code' },
      schema: {
        tags: ['citizen'],
        summary: 'Follow a case by reference and code',
        description: 'An unknown reference and a wrong code give one and the same answer. Five wrong codes close the reference for 15 minutes.',
        body: ReferenceAndCode,
        response: { 200: Tracked, ...refusals },
      },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await track(ctx, request.body)),
  );

  app.post(
    '/track/readings',
    { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: 'When the case was read by somebody of ours', body: ReferenceAndCode, response: { 200: Readings, ...refusals } } },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await readingsForCitizen(ctx, request.body)),
  );

  const status = async (typed: ReferenceAndCode) => ({ status: (await track(ctx, { reference: typed.reference, code: typed.code })).status });

  app.post(
    '/track/messages',
    { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: 'Add a message', body: FollowUp, response: { 201: Done, ...refusals } } },
    async (request, reply) => {
      await followUp(ctx, request.body);
      return reply.code(201).send(await status(request.body));
    },
  );

  app.post(
    '/track/feedback',
    { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: 'Rate the answer, once', body: Feedback, response: { 201: Done, ...refusals } } },
    async (request, reply) => {
      await giveFeedback(ctx, request.body);
      return reply.code(201).send(await status(request.body));
    },
  );

  for (const what of ['reopen', 'appeal', 'withdraw'] as const)
    app.post(
      `/track/${what}`,
      { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: `Ask to ${what} the case`, body: CitizenMove, response: { 200: Done, ...refusals } } },
      async (request) => {
        await moveByCitizen(ctx, what, request.body);
        return status(request.body);
      },
    );

  app.get(
    '/categories',
    { config: { policy: 'public' }, schema: { tags: ['lists'], summary: 'Categories and subcategories', response: { 200: CategoryList } } },
    async () =>
      taxonomy.map(({ code, ar, fr, en, sub }) => ({
        code,
        names: { ar, fr, en },
        subcategories: sub.map((one) => ({ code: one.code, names: { ar: one.ar, fr: one.fr, en: one.en } })),
      })),
  );

  app.get(
    '/territories',
    { config: { policy: 'public' }, schema: { tags: ['lists'], summary: 'Regions and provinces', response: { 200: TerritoryList } } },
    async () =>
      regions.map((region) => ({
        code: region.code,
        names: { ar: region.nameAr, fr: region.nameFr },
        provinces: provinces
          .filter(({ regionCode }) => regionCode === region.code)
          .map(({ code, nameAr, nameFr }) => ({ code, names: { ar: nameAr, fr: nameFr } })),
      })),
  );
};
