import type { FastifyPluginAsync } from 'fastify';
import type { Context } from '#domain/context';
import { system } from '#db/actor';

/** `live`: the process answers. `ready`: it can keep what it is given; false while it shuts down. */
export const healthRoutes = (ctx: Context, isClosing: () => boolean): FastifyPluginAsync => async (app) => {
  app.get('/live', { config: { policy: 'public', unlimited: true }, schema: { hide: true }, logLevel: 'warn' }, async () => ({ status: 'ok' }));

  app.get('/ready', { config: { policy: 'public', unlimited: true }, schema: { hide: true }, logLevel: 'warn' }, async (request, reply) => {
    if (isClosing()) return reply.code(503).send({ status: 'closing' });
    try {
      // Without the key store no name or number can be kept, and so no filing.
      await Promise.all([ctx.db.withActor(system, (tx) => tx.raw('select 1', [])), ctx.keys.identity()]);
      return { status: 'ok' };
    } catch (err) {
      request.log.warn({ err }, 'not ready');
      return reply.code(503).send({ status: 'unavailable' });
    }
  });
};
