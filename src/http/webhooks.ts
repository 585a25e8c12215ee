import formbody from '@fastify/formbody';
import type { FastifyPluginAsync } from 'fastify';
import type { Channel, Form, WebhookRequest } from '#channels/channel';
import type { Context } from '#domain/context';
import { createSightings } from '#domain/channels/accounts.actions';
import { isFresh } from '#domain/channels/own-sms.rules';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { receiveMessage } from '#domain/messages/inbound.actions';
import { AppError } from '#lib/errors';

/**
 * Where providers call. Each request: signature first, on what was received and the configured public address; then
 * translate, hand over, and answer in the provider's words only after commit. One route for all: a channel names its paths,
 * and another spelling of them (`//`, `%2F`) is nobody's.
 */
export const webhookRoutes = (ctx: Context, publicUrl: string): FastifyPluginAsync => async (app) => {
  await app.register(formbody, { bodyLimit: 65_536 });
  // Signatures are over the letters that came, so JSON is left as it is.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const sighted = createSightings(ctx);
  app.post('/*', { config: { policy: 'signature' }, schema: { hide: true } }, async (request, reply) => {
    const path = (request.raw.url ?? '').split('?')[0] ?? '';
    const call: WebhookRequest = {
      url: publicUrl + request.raw.url,
      headers: request.headers as Form,
      query: request.query as Form,
      body: (request.body ?? {}) as Form | string,
    };
    const callers = ctx.channels.filter(({ hooks, verify }) => hooks.some((hook) => path === `/webhooks${hook}`) && verify(call));
    const [first] = callers;
    if (first === undefined) throw new AppError('bad_signature');
    for (const channel of callers) {
      const told = await take(ctx, channel, call);
      if (told !== null) await sighted(channel, told.carried);
    }
    return reply.type(first.acknowledge.type).send(first.acknowledge.body);
  });
};

/**
 * A verified call that tells nothing of this channel is in order: nothing to keep, nothing to repeat.
 *
 * @returns null for such a call; `carried`: the network has just brought what somebody wrote
 */
const take = async (ctx: Context, channel: Channel, call: WebhookRequest): Promise<{ carried: boolean } | null> => {
  const events = channel.parse(call);
  let carried = false;
  for (const event of events) {
    if (event.type === 'message' && (await receiveMessage(ctx, event.message)) && isFresh(event.message.heldSince, ctx.clock.now())) carried = true;
    if (event.type === 'unreadable') {
      ctx.log.error({ channel: channel.name, account: channel.account }, 'a message came in a shape that is not known; its provider is asked to tell it again');
      throw new AppError('unavailable');
    }
    if (event.type === 'report') await recordDelivery(ctx, channel.account, event.report);
  }
  return events.length === 0 ? null : { carried };
};
