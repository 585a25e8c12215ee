import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Channel, Form } from '#channels/channel';
import type { Context } from '#domain/context';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { AppError } from '#lib/errors';

/**
 * Where providers call. Each request: signature first, on the parameters as received and the configured public address;
 * then translate, hand over, and answer in the provider's words only after commit.
 */
export const webhookRoutes = (ctx: Context, publicUrl: string): FastifyPluginAsync => async (app) => {
  await app.register(formbody, { bodyLimit: 65_536 });

  const verified = (request: FastifyRequest): { channel: Channel; form: Form } => {
    const form = (request.body ?? {}) as Form;
    const headers = request.headers as Form;
    const channel = ctx.sms;
    if (!channel?.verify({ url: publicUrl + request.raw.url, headers, form })) throw new AppError('bad_signature');
    return { channel, form };
  };

  app.post('/messages', { config: { policy: 'signature' }, schema: { hide: true } }, async (request, reply) => {
    const { channel, form } = verified(request);
    const message = channel.parseMessage(form);
    // Signed, yet no message of ours (another kind of event): nothing to keep, nothing to repeat.
    if (message) await receiveMessage(ctx, message);
    return reply.type(channel.acknowledge.type).send(channel.acknowledge.body);
  });

  app.post('/status', { config: { policy: 'signature' }, schema: { hide: true } }, async (request, reply) => {
    const { channel, form } = verified(request);
    const update = channel.parseStatus(form, request.query as Form);
    if (update) await recordDelivery(ctx, channel.account, update);
    return reply.type(channel.acknowledge.type).send(channel.acknowledge.body);
  });
};
