import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Form } from '#channels/channel';
import type { CallReport, Verb } from '#channels/voice';
import type { CallEvent } from '#domain/calls/call.rules';
import { answerCall, stepCall, waitTurn, type At } from '#domain/calls/answering.actions';
import { callFromBrowser } from '#domain/calls/browser.actions';
import { endCall, hearRecording } from '#domain/calls/ending.actions';
import { createSightings } from '#domain/channels/accounts.actions';
import type { Context } from '#domain/context';
import { AppError, invalid, notFound } from '#lib/errors';

const config = { policy: 'signature' } as const;
const schema = { hide: true } as const;

/** What our own addresses say; only those are signed. */
const Query = z.object({ v: z.coerce.number().int().min(0).max(1000), c: z.uuid().optional() });

const told = (request: FastifyRequest): At => {
  const query = Query.safeParse(request.query);
  if (!query.success) throw invalid('v', 'invalid');
  return { version: query.data.v, ours: query.data.c ?? null };
};

/** A voice where one was asked for; a key, or silence. */
const eventOf = ({ recordingId, digits }: CallReport): CallEvent => (recordingId === null ? { type: 'digits', digits } : { type: 'audio', recordingId });

/**
 * Where the telephony provider asks what a call does next. Each request: signature first, on the parameters as received and
 * the configured public address; then one transaction; then the answer, in the provider's words.
 */
export const voiceRoutes = (ctx: Context, { voice, prompts }: NonNullable<Context['telephone']>, publicUrl: string): FastifyPluginAsync => async (app) => {
  await app.register(formbody, { bodyLimit: 65_536 });

  const sighted = createSightings(ctx);
  const verified = async (request: FastifyRequest): Promise<CallReport> => {
    const form = (request.body ?? {}) as Form;
    if (!voice.verify({ url: publicUrl + request.raw.url, headers: request.headers as Form, form })) throw new AppError('bad_signature');
    const report = voice.parse(form);
    // Signed, and yet of no call: no answer would mean anything.
    if (!report) throw invalid('', 'invalid');
    await sighted(voice);
    return report;
  };

  const answer = (path: string, verbsFor: (report: CallReport, request: FastifyRequest) => Promise<readonly Verb[]>): void => {
    app.post(path, { config, schema }, async (request, reply: FastifyReply) => {
      const { type, body } = voice.render(await verbsFor(await verified(request), request));
      return reply.type(type).send(body);
    });
  };
  const nothing: readonly Verb[] = [];

  answer('/inbound', (report) => answerCall(ctx, report));
  answer('/step/:node', (report, request) => stepCall(ctx, report, told(request), eventOf(report)));
  answer('/queue/wait', (report, request) => waitTurn(ctx, report, told(request).version));
  answer('/queue/result', (report, request) => stepCall(ctx, report, told(request), { type: 'queue', result: report.queue ?? 'left' }));
  answer('/dial/result', (report, request) => stepCall(ctx, report, told(request), { type: 'dial', result: report.dialled ?? 'missed' }));
  answer('/client/outgoing', (report) => callFromBrowser(ctx, report));
  answer('/status', async (report, request) => {
    // An operator's browser has no call of its own here.
    if (report.ended && report.operator === null) await endCall(ctx, report, Query.pick({ c: true }).safeParse(request.query).data?.c ?? null);
    return nothing;
  });
  answer('/recording', async (report) => {
    await hearRecording(ctx, report);
    return nothing;
  });

  app.get<{ Params: { language: string; file: string } }>('/prompts/:language/:file', { config: { policy: 'public' }, schema }, async (request, reply) => {
    const { language, file } = request.params;
    const name = `${language}/${file.replace(/\.mp3$/, '')}`;
    if (!prompts.has(name)) throw notFound();
    return reply.type('audio/mpeg').header('cache-control', 'public, max-age=3600').send(prompts.read(name));
  });
  // Any other spelling of these addresses: whoever signed one of them did not sign this.
  app.post('/*', { config, schema }, async () => {
    throw new AppError('bad_signature');
  });
};
