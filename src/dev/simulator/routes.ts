import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { FakeTwilio } from '#dev/fake-twilio/server';
import { AppError, invalid } from '#lib/errors';
import { projectRoot } from '#lib/root';
import { throughWhatsApp, type Carrier } from './carriers.ts';
import { createPhones, type App } from './phones.ts';
import { Call, Calling, fileBodyLimit, Headset, Reading, Seen, Sending, Writing } from './shapes.ts';
import { createTelephones, type Act } from './telephones.ts';

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const jsonType = /^application\/json(; ?charset=utf-8)?$/i;

const scripts = ['main', 'phone', 'chat', 'telephone', 'headset', 'samples', 'words.ar', 'words.fr', 'words', 'server'] as const;
const files = [
  ['/simulator', 'phone.html', 'text/html; charset=utf-8'],
  ['/simulator/phone.css', 'phone.css', 'text/css; charset=utf-8'],
  ...scripts.map((name) => [`/simulator/${name}.js`, `${name}.js`, 'text/javascript; charset=utf-8'] as const),
] as const;

/** What carries SMS (the first brings what is written), and the provider that carries all else. `number`: the line's, E.164. */
export type SimulatedLine = { number: string; sms: readonly [Carrier, ...Carrier[]]; twilio: FakeTwilio };

/**
 * Phones in the browser that write to the line, send it files and call it through its real webhooks, signed by fake providers,
 * and show what comes back. For demonstration only: whoever opens it can act as any number. Numbers travel in bodies, never in
 * addresses.
 */
export const simulatorRoutes = ({ number: lineNumber, sms, twilio }: SimulatedLine): FastifyPluginAsync => async (plugin) => {
  const app = plugin.withTypeProvider<ZodTypeProvider>();
  const phones = createPhones({ sms, whatsapp: [throughWhatsApp(twilio)] });
  const telephones = createTelephones(twilio.voice);
  const config = { policy: 'public' } as const;

  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (request.method === 'POST' && !jsonType.test(request.headers['content-type'] ?? '')) throw new AppError('unsupported_media_type');
  });

  for (const [path, name, type] of files) {
    const content = await readFile(join(projectRoot, 'src/dev/simulator', name), 'utf8');
    app.get(path, { config, schema: { hide: true } }, async (_request, reply) => reply.type(type).header('content-security-policy', csp).send(content));
  }

  const seenBy = (number: string): Seen => ({
    line: lineNumber.replace(/^\+212/, '0'),
    sms: phones.thread(number, 'sms'),
    whatsapp: phones.thread(number, 'whatsapp'),
    call: telephones.view(number),
  });
  const send = async (from: string, by: App, message: Parameters<typeof phones.send>[2]): Promise<Seen> => {
    if (!(await phones.send(from, by, message))) throw new AppError('unavailable');
    return seenBy(from);
  };
  const act = async (address: string, what: Act, key: string | undefined): Promise<void> => {
    if (what === 'key' && key === undefined) throw invalid('key', 'required');
    await telephones.act(address, what, key ?? '').catch((err: unknown) => {
      if (err instanceof AppError) throw err;
      app.log.warn({ err }, 'the line did not answer a call');
      throw new AppError('unavailable');
    });
  };

  const seen = { 200: Seen };
  app.post('/simulator/thread', { config, schema: { hide: true, body: Reading, response: seen } }, async ({ body }) => seenBy(body.number));
  app.post('/simulator/messages', { config, schema: { hide: true, body: Writing, response: { 202: Seen } } }, async ({ body: { from, app: by, text } }, reply) =>
    reply.code(202).send(await send(from, by, { text })),
  );
  app.post('/simulator/files', { config, bodyLimit: fileBodyLimit, schema: { hide: true, body: Sending, response: { 202: Seen } } }, async ({ body: { from, type, data, text } }, reply) =>
    reply.code(202).send(await send(from, 'whatsapp', { text, file: { type, bytes: Buffer.from(data, 'base64') } })),
  );
  app.post('/simulator/read', { config, schema: { hide: true, body: Reading, response: seen } }, async ({ body: { number } }) => {
    await twilio.readOnWhatsApp(number);
    return seenBy(number);
  });
  app.post('/simulator/calls', { config, schema: { hide: true, body: Calling, response: seen } }, async ({ body: { number, act: what, key } }) => {
    await act(number, what, key);
    return seenBy(number);
  });
  app.post('/simulator/headset', { config, schema: { hide: true, body: Headset, response: { 200: Call } } }, async ({ body: { token, act: what, key } }) => {
    const browser = twilio.browserIn(token);
    if (browser === null) throw new AppError('unauthenticated');
    if (what !== undefined) await act(`client:${browser}`, what, key);
    return telephones.view(`client:${browser}`);
  });
};
