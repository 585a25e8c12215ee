import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem, shown } from '#contract/common';
import { ReferenceAndCode } from '#contract/filing';
import { CheckpointQuery, ConsistencyProof, ConsistencyQuery, Cosignature, InclusionQuery, ReceiptProof } from '#contract/proof';
import type { Context } from '#domain/context';
import { keepCosignature } from '#domain/proof/cosigning.actions';
import { consistencyProof, latestCheckpoint, proofOfReceipt, receiptProof } from '#domain/proof/proofs.queries';
import { callerFrom, SolutionHeaders } from './caller.ts';

const refusals = { '4xx': Problem, 503: Problem };

/** What lets citizens and observers check that the log of events was not rewritten, without trusting us. */
export const proofRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/proof/checkpoint',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['proof'],
        summary: 'What the log stands at, signed',
        description: 'A signed note (https://c2sp.org/tlog-checkpoint): origin, number of events, Merkle root (RFC 6962). Keep it: a later one must be consistent with it.',
        produces: ['text/plain'],
        querystring: CheckpointQuery,
        response: { 200: shown('insat/log/0123456789abcdef\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n\n— insat/log/0123456789abcdef ...\n'), ...refusals },
      },
    },
    async ({ query }, reply) =>
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').serializer(String).send(await latestCheckpoint(ctx, query.witnessed !== undefined)),
  );

  app.post(
    '/proof/cosignatures',
    {
      config: { policy: 'signature' },
      schema: {
        tags: ['proof'],
        summary: 'Sign a checkpoint along, as a witness that is known here',
        description: 'The signature is the right to do so: bad_signature where none of the witnesses in WITNESS_KEYS made it.',
        body: Cosignature,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      await keepCosignature(ctx, request.body);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/proof/consistency',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['proof'],
        summary: 'That an earlier checkpoint is the beginning of a later one',
        querystring: ConsistencyQuery,
        response: { 200: ConsistencyProof, ...refusals },
      },
    },
    (request) => consistencyProof(ctx, request.query),
  );

  app.get(
    '/proof/inclusion',
    {
      config: { policy: 'public' },
      schema: {
        tags: ['proof'],
        summary: 'That a receipt stands in the log, for whoever holds it',
        description: 'Needs no code, and shows nothing of what was written. receipt_broken: it was given, and its case is gone or altered.',
        querystring: InclusionQuery,
        response: { 200: ReceiptProof, ...refusals },
      },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await proofOfReceipt(ctx, request.query.receipt)),
  );

  app.post(
    '/proof/receipt',
    {
      config: { policy: 'code' },
      schema: {
        tags: ['proof'],
        summary: 'That the receipt of a case stands in the log',
        description: 'Sealed within seconds of the receipt; not_sealed_yet before. Wrong codes count as for /track.',
        headers: SolutionHeaders,
        body: ReferenceAndCode,
        response: { 200: ReceiptProof, ...refusals },
      },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await receiptProof(ctx, request.body, callerFrom(ctx, request))),
  );
};
