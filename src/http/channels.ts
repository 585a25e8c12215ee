import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ChannelHealth } from '#contract/channels';
import { listChannels } from '#domain/channels/health.queries';
import type { Context } from '#domain/context';
import { refusals, tags } from './case-routes.ts';
import { staffOf } from './policy.ts';

/** Whether the line hears and is heard. */
export const channelRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/channels',
    {
      config: { policy: { verb: 'channel.list' } },
      schema: { tags, summary: 'How the channels of the line are', description: 'Each one that is configured. What waits on it, and our end of it, is for supervisors and administrators.', response: { 200: z.array(ChannelHealth), ...refusals } },
    },
    (request) => listChannels(ctx, staffOf(request)),
  );
};
