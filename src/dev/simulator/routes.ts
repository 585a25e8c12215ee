import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { saying, typedNumber } from '#contract/common';
import { AppError } from '#lib/errors';
import { parsePhone } from '#lib/phone';
import { projectRoot } from '#lib/root';
import type { Carrier } from './carriers.ts';
import { createPhones } from './phones.ts';

const Phone = typedNumber.transform((typed, check) => {
  const phone = parsePhone(typed);
  if (phone) return phone.e164;
  check.addIssue({ code: 'custom', message: 'invalid_phone' });
  return z.NEVER;
});
const Texting = z.strictObject({ from: Phone, text: saying(1600) });
const Reading = z.strictObject({ number: Phone });
const Thread = z.object({
  line: z.string(),
  messages: z.array(
    z.object({ id: z.string(), at: z.iso.datetime(), direction: z.enum(['out', 'in']), text: z.string(), state: z.enum(['sending', 'delivered', 'failed']) }),
  ),
});

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const jsonType = /^application\/json(; ?charset=utf-8)?$/i;

const files = [
  ['/simulator', 'phone.html', 'text/html; charset=utf-8'],
  ['/simulator/phone.js', 'phone.js', 'text/javascript; charset=utf-8'],
  ['/simulator/phone.css', 'phone.css', 'text/css; charset=utf-8'],
] as const;

/**
 * A phone in the browser that texts the line through its real webhook, signed by a fake provider, and shows what comes
 * back. For demonstration only: whoever opens it can text as any number. Numbers travel in bodies, never in addresses.
 *
 * @param lineNumber the line's, E.164
 */
export const simulatorRoutes = (carriers: readonly [Carrier, ...Carrier[]], lineNumber: string): FastifyPluginAsync => async (plugin) => {
  const app = plugin.withTypeProvider<ZodTypeProvider>();
  const phones = createPhones(carriers, lineNumber);
  const open = { policy: 'public' } as const;

  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (request.method === 'POST' && !jsonType.test(request.headers['content-type'] ?? '')) throw new AppError('unsupported_media_type');
  });

  for (const [path, name, type] of files) {
    const content = await readFile(join(projectRoot, 'src/dev/simulator', name), 'utf8');
    app.get(path, { config: open, schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).header('content-security-policy', csp).send(content),
    );
  }

  app.post(
    '/simulator/messages',
    { config: open, schema: { hide: true, body: Texting, response: { 202: Thread } } },
    async (request, reply) => {
      const { from, text } = request.body;
      if (!(await phones.text(from, text))) throw new AppError('unavailable');
      return reply.code(202).send(phones.thread(from));
    },
  );

  app.post(
    '/simulator/thread',
    { config: open, schema: { hide: true, body: Reading, response: { 200: Thread } } },
    async (request) => phones.thread(request.body.number),
  );
};
