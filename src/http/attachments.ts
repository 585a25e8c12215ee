import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Id, Problem } from '#contract/common';
import { openAttachment } from '#domain/attachments/opening.actions';
import type { Context } from '#domain/context';
import { endingOf } from '#files/types';
import { staffOf } from './policy.ts';

/** What is shown is shown alone: nothing in it runs, loads or sends anything. */
const shut = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** Files of a case, for whoever sees the case. */
export const attachmentRoutes = (ctx: Context): FastifyPluginAsyncZod => async (app) => {
  app.get(
    '/cases/:id/attachments/:attachmentId',
    {
      config: { policy: { verb: 'attachment.read' } },
      schema: {
        tags: ['staff'],
        summary: 'A file of the case',
        description: 'Who opens it, when and why, is kept. Only what is known to be safe is given; all but pictures is for saving, never shown in place.',
        params: z.object({ id: Id, attachmentId: Id }),
        produces: ['application/octet-stream'],
        response: { 200: z.unknown(), '4xx': Problem },
      },
    },
    async (request, reply) => {
      const { id, attachmentId } = request.params;
      const { type, picture, bytes } = await openAttachment(ctx, staffOf(request), id, attachmentId);
      return reply
        .type(type)
        .header('content-disposition', `${picture ? 'inline' : 'attachment'}; filename="${attachmentId}.${endingOf(type)}"`)
        .header('content-security-policy', shut)
        .send(Readable.from(bytes, { objectMode: false }));
    },
  );
};
