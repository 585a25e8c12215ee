import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Challenge } from '#contract/challenge';
import { Problem } from '#contract/common';
import { CategoryList, CitizenMove, Feedback, Filing, FollowUp, Receipt, ReferenceAndCode, TerritoryList, Tracked } from '#contract/filing';
import { Readings } from '#contract/readings';
import { Status } from '#contract/words';
import { fileCase } from '#domain/cases/filing.actions';
import type { Caller } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { provinces, regions } from '#domain/territory/territory.rules';
import { followUp, giveFeedback, moveByCitizen } from '#domain/tracking/tracking.actions';
import { readingsForCitizen, track } from '#domain/tracking/tracking.queries';
import { taxonomy } from '#domain/triage/category.rules';
import { callerFrom, KeyHeader, SolutionHeaders as headers } from './caller.ts';

const refusals = { '4xx': Problem, 503: Problem };
const Done = z.object({ status: Status });

/** What a citizen may do without an account: file, follow, add, rate, reopen, appeal, withdraw. */
export const publicRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.post(
    '/cases',
    {
      config: { policy: 'public', unlimited: true },
      schema: {
        tags: ['citizen'],
        summary: 'File a case',
        description:
          'Answers once the case is kept. The same Idempotency-Key with the same body gives the same receipt. While very many come from one network, or in all, the answer can be 429 `challenge_needed`: solve GET /challenge and send the solution along.',
        headers: headers.extend(KeyHeader.shape),
        body: Filing,
        response: { 200: Receipt, 201: Receipt, ...refusals },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const how = { channel: 'web', ...(key === undefined ? {} : { idempotencyKey: key }) } as const;
      const { repeated, ...receipt } = await ctx.admission.admit(callerFrom(ctx, request), { form: false }, () => fileCase(ctx, request.body, how));
      return reply.code(repeated ? 200 : 201).header('cache-control', 'no-store').send(receipt);
    },
  );

  app.get(
    '/challenge',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['citizen'],
        summary: 'A challenge to solve, for whoever was answered challenge_needed',
        description: 'Proof of work as ALTCHA 2 writes it, valid for ten minutes and once; harder the more come from your network.',
        response: { 200: Challenge, ...refusals },
      },
    },
    (request) => ctx.admission.challenge(callerFrom(ctx, request)),
  );

  app.post(
    '/track',
    {
      config: { policy: 'code' },
      schema: {
        tags: ['citizen'],
        summary: 'Follow a case by reference and code',
        description:
          'An unknown reference and a wrong code give one and the same answer. Five wrong codes close the reference for 15 minutes. After many wrong codes from one network the answer can be 429 `challenge_needed`, to a right code too: solve GET /challenge and send the solution along.',
        headers,
        body: ReferenceAndCode,
        response: { 200: Tracked, ...refusals },
      },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await track(ctx, request.body, callerFrom(ctx, request))),
  );

  app.post(
    '/track/readings',
    { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: 'When somebody of ours saw the case, what of it, and why', headers, body: ReferenceAndCode, response: { 200: Readings, ...refusals } } },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await readingsForCitizen(ctx, request.body, callerFrom(ctx, request))),
  );

  const status = async (typed: ReferenceAndCode, caller: Caller) => ({ status: (await track(ctx, { reference: typed.reference, code: typed.code }, caller)).status });

  app.post(
    '/track/messages',
    { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: 'Add a message', headers, body: FollowUp, response: { 201: Done, ...refusals } } },
    async (request, reply) => {
      const caller = callerFrom(ctx, request);
      await followUp(ctx, request.body, caller);
      return reply.code(201).send(await status(request.body, caller));
    },
  );

  app.post(
    '/track/feedback',
    { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: 'Rate the answer, once', headers, body: Feedback, response: { 201: Done, ...refusals } } },
    async (request, reply) => {
      const caller = callerFrom(ctx, request);
      await giveFeedback(ctx, request.body, caller);
      return reply.code(201).send(await status(request.body, caller));
    },
  );

  for (const what of ['reopen', 'appeal', 'withdraw'] as const)
    app.post(
      `/track/${what}`,
      { config: { policy: 'code' }, schema: { tags: ['citizen'], summary: `Ask to ${what} the case`, headers, body: CitizenMove, response: { 200: Done, ...refusals } } },
      async (request) => {
        const caller = callerFrom(ctx, request);
        await moveByCitizen(ctx, what, request.body, caller);
        return status(request.body, caller);
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
