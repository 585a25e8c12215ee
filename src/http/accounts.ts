import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Account, AccountChange, Recovery, RecoverySecret, UseRecovery } from '#contract/accounts';
import type { Context } from '#domain/context';
import { listAccounts, listRecoveries } from '#domain/staff/accounts.queries';
import { changeAccount } from '#domain/staff/changing.actions';
import { askRecovery, confirmRecovery, useRecovery } from '#domain/staff/recovery.actions';
import { AppError } from '#lib/errors';
import { params, refusals } from './case-routes.ts';
import { isForeign, staffOf, type Edge } from './policy.ts';


/** Administrators change accounts, and with a second person recover them. */
export const accountRoutes = (ctx: Context, edge: Edge): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/accounts',
    { config: { policy: { verb: 'account.list' } }, schema: { tags: ['staff'], summary: 'All accounts', response: { 200: z.array(Account), ...refusals } } },
    () => listAccounts(ctx),
  );
  app.patch(
    '/accounts/:id',
    {
      config: { policy: { verb: 'account.change', stepUp: true } },
      schema: {
        tags: ['staff'],
        summary: 'Change role, centre or organisation, or close for good',
        description: 'The sessions of the person end. Never one\u2019s own account.',
        params,
        body: AccountChange,
        response: { 204: z.null(), ...refusals },
      },
    },
    async (request, reply) => {
      await changeAccount(ctx, staffOf(request), request.params.id, request.body);
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/accounts/:id/recovery',
    {
      config: { policy: { verb: 'recovery.ask', stepUp: true } },
      schema: { tags: ['staff'], summary: 'Ask that an account be recovered', description: 'Nothing changes until somebody else confirms it, within a day.', params, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      await askRecovery(ctx, staffOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/recoveries',
    { config: { policy: { verb: 'recovery.confirm' } }, schema: { tags: ['staff'], summary: 'Recoveries that wait for a second person', response: { 200: z.array(Recovery), ...refusals } } },
    (request) => listRecoveries(ctx, staffOf(request)),
  );
  app.post(
    '/recoveries/:id/confirm',
    {
      config: { policy: { verb: 'recovery.confirm', stepUp: true } },
      schema: {
        tags: ['staff'],
        summary: 'Confirm a recovery as its second person',
        description: 'Password, factors and linked identities of the account are gone and its sessions end. The secret is told this once; hand it over in person.',
        params,
        response: { 200: RecoverySecret, ...refusals },
      },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await confirmRecovery(ctx, staffOf(request), request.params.id)),
  );
  app.post(
    '/recovery',
    {
      config: { policy: 'public' },
      schema: { tags: ['staff'], summary: 'Set a new password by a recovery secret', body: UseRecovery, response: { 204: z.null(), ...refusals } },
      async onRequest(request) {
        if (isForeign(request, edge)) throw new AppError('foreign_origin');
      },
    },
    async (request, reply) => {
      await useRecovery(ctx, request.body, request.ip);
      return reply.code(204).send(null);
    },
  );
};
