import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { text } from '#contract/common';
import { Receipt } from '#contract/filing';
import { CaseReadings } from '#contract/readings';
import { Assign, CaseDetail, CaseList, CaseListQuery, CaseSummary, Claim, Destination, Move, Note, QueueView, Release, Reply, Reveal, Revealed, StaffFiling } from '#contract/staff';
import { fileForCitizen } from '#domain/cases/filing.actions';
import { claimCase, releaseCase, takeNext } from '#domain/cases/holding.actions';
import { openCase } from '#domain/cases/reading.actions';
import { listReadings } from '#domain/cases/reading.queries';
import { findCases } from '#domain/cases/searching.actions';
import { addNote, assignCase, moveCase, replyToCitizen } from '#domain/cases/work.actions';
import type { Context } from '#domain/context';
import { noteByPartner, openReferred } from '#domain/referrals/answering.actions';
import { revealCase } from '#domain/personal/reveal.actions';
import { listDestinations, listQueues } from '#domain/queues/queues.queries';
import { answers, params, refusals } from './case-routes.ts';
import { KeyHeader } from './caller.ts';
import { staffOf } from './policy.ts';


/** A partner reads what was referred, by queries of its own: those of the staff would read what is not shared. */
const isPartner = (request: FastifyRequest): boolean => staffOf(request).role === 'partner';

/** An operator's work. Each change names the version it saw. */
export const staffRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/queues',
    { config: { policy: { verb: 'queue.list' } }, schema: { tags: ['staff'], summary: 'Queues I may work', response: { 200: z.array(QueueView), ...refusals } } },
    (request) => listQueues(ctx, staffOf(request)),
  );

  app.get(
    '/destinations',
    { config: { policy: { verb: 'destination.list' } }, schema: { tags: ['staff'], summary: 'Queues to which a case may be sent', response: { 200: z.array(Destination), ...refusals } } },
    (request) => listDestinations(ctx, staffOf(request)),
  );

  app.post(
    '/queues/:id/next',
    {
      config: { policy: { verb: 'queue.next' } },
      schema: {
        tags: ['staff'],
        summary: 'Take the next case',
        description: 'Callers at the same moment get different cases. 204 when nothing waits.',
        params: z.object({ id: text(40).meta({ examples: ['general-06'] }) }),
        response: { 200: CaseSummary, 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      const taken = await takeNext(ctx, staffOf(request), request.params.id);
      return taken ? reply.send(taken) : reply.code(204).send(null);
    },
  );

  app.get(
    '/cases',
    {
      config: { policy: { verb: 'case.list' } },
      schema: { tags: ['staff'], summary: 'Cases in my sight, most urgent first', description: 'A search by a phone number is kept, without the number; a person has 60 in an hour and 300 in a day, and then 429 `too_many_searches`. By reference anybody searches freely.', querystring: CaseListQuery, response: { 200: CaseList, ...refusals } },
    },
    (request) => findCases(ctx, staffOf(request), request.query),
  );

  app.post(
    '/cases',
    {
      config: { policy: { verb: 'case.file' } },
      schema: { tags: ['staff'], summary: 'File a case taken by phone or at the counter, or for somebody whom a partner accompanies', description: 'The same Idempotency-Key of the same person with the same body gives the same receipt.', headers: KeyHeader, body: StaffFiling, response: { 200: Receipt, 201: Receipt, ...refusals } },
    },
    async (request, reply) => {
      const { repeated, ...receipt } = await fileForCitizen(ctx, staffOf(request), request.body, request.headers['idempotency-key']);
      return reply.code(repeated ? 200 : 201).send(receipt);
    },
  );

  app.get(
    '/cases/:id',
    { config: { policy: { verb: 'case.read' } }, schema: { tags: ['staff'], summary: 'The whole case', description: 'Who reads it, when and why, is kept.', params, response: { 200: CaseDetail, ...refusals } } },
    (request) => (isPartner(request) ? openReferred : openCase)(ctx, staffOf(request), request.params.id),
  );

  app.get(
    '/cases/:id/readings',
    { config: { policy: { verb: 'case.readings' } }, schema: { tags: ['staff'], summary: 'Who saw what of the case, and why', params, response: { 200: CaseReadings, ...refusals } } },
    (request) => listReadings(ctx, staffOf(request), request.params.id),
  );

  app.post(
    '/cases/:id/claim',
    { config: { policy: { verb: 'case.claim' } }, schema: { tags: ['staff'], summary: 'Take this case', params, body: Claim, response: answers } },
    (request) => claimCase(ctx, staffOf(request), request.params.id, request.body.version),
  );
  app.post(
    '/cases/:id/release',
    { config: { policy: { verb: 'case.release' } }, schema: { tags: ['staff'], summary: 'Give it back to its queue', params, body: Release, response: answers } },
    (request) => releaseCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/assign',
    { config: { policy: { verb: 'case.assign' } }, schema: { tags: ['staff'], summary: 'Send to a queue or a colleague', params, body: Assign, response: answers } },
    (request) => assignCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/reply',
    { config: { policy: { verb: 'case.reply' } }, schema: { tags: ['staff'], summary: 'Reply to the citizen', params, body: Reply, response: answers } },
    (request) => replyToCitizen(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/note',
    { config: { policy: { verb: 'case.note' } }, schema: { tags: ['staff'], summary: 'Add an internal note', params, body: Note, response: answers } },
    (request) => (isPartner(request) ? noteByPartner : addNote)(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/reveal',
    {
      config: { policy: { verb: 'case.reveal' } },
      schema: { tags: ['staff'], summary: 'Show what is masked', description: 'The reason and who asked are kept; a person has 30 a day.', params, body: Reveal, response: { 200: Revealed, ...refusals } },
    },
    (request) => revealCase(ctx, staffOf(request), request.params.id, request.body),
  );
  app.post(
    '/cases/:id/move',
    { config: { policy: { verb: 'case.move' } }, schema: { tags: ['staff'], summary: 'Move along the table of states', params, body: Move, response: answers } },
    (request) => moveCase(ctx, staffOf(request), request.params.id, request.body),
  );
};
