import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import type { BrowserHosts } from '#channels/voice';
import { projectRoot } from '#lib/root';
import { consoleHeaders } from './headers.ts';
import { makePublic } from './policy.ts';

const built = join(projectRoot, 'dist', 'console');

/**
 * The staff's application: one page for every address below /console, and its hashed files. Where calls are taken in the browser
 * (`browser`), it may hear the microphone and speak with the provider of the telephone.
 */
export const consoleRoutes = (browser: BrowserHosts | null): FastifyPluginAsync => async (app) => {
  // Absent means not built; a page that is there and cannot be read stops the start.
  const page = await readFile(join(built, 'index.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (page === null) {
    app.log.warn('the console is not built; npm run build makes it');
    return;
  }
  makePublic(app);
  await app.register(fastifyStatic, { root: join(built, 'assets'), prefix: '/assets/', index: false, immutable: true, maxAge: '365d', schemaHide: true });

  for (const path of ['/', '/*'])
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      const nonce = randomBytes(16).toString('base64');
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .headers(consoleHeaders(nonce, browser))
        .send(page.replaceAll('__STYLE_NONCE__', nonce));
    });
};
