import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyError, FastifyPluginAsync } from 'fastify';
import { languages } from '#contract/words';
import type { Context } from '#domain/context';
import { isBrokenForm, isOverfullForm } from '#lib/broken-form';
import { AppError, errorTable, type ErrorCode } from '#lib/errors';
import { isDatabaseAway } from '#lib/outage';
import { filingRoutes } from './filing.routes.ts';
import { multipartOptions } from './posted-form.ts';
import { retryLater, sendPage } from './html.ts';
import { languageOf, prefixOf } from './paths.ts';
import { solver, stylesheet } from './assets.ts';
import { trackingRoutes } from './tracking.routes.ts';
import { renderError, views } from './views.ts';

const policy = { config: { policy: 'public' } } as const;

/** Form encoding writes a letter of Tifinagh as nine characters: the 10,000 letters of a text are 90 kB. */
const bodyLimit = 128 * 1024;

/** The citizen's pages in every language: plain HTML, no cookie, no script but where a challenge is asked, forms as browsers post them. */
export const pages =
  (ctx: Context): FastifyPluginAsync =>
  async (app) => {
    app.removeAllContentTypeParsers();
    await app.register(formbody, { bodyLimit });
    await app.register(multipart, multipartOptions);
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const code = codeOf(error);
      const [status] = errorTable[code];
      if (status >= 500) request.log.error({ err: error }, 'a page failed');
      if (error instanceof AppError) retryLater(reply, error);
      return sendPage(reply.code(status), renderError(languageOf(request.url), code));
    });

    for (const { path, type, text } of [stylesheet, solver])
      app.get(path, policy, (_request, reply) => reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(text));
    for (const language of languages) {
      await app.register(
        async (scope) => {
          scope.get('/', policy, (_request, reply) => sendPage(reply, views.home({ language })));
          filingRoutes(scope, ctx, language);
          trackingRoutes(scope, ctx, language);
        },
        { prefix: prefixOf(language) },
      );
    }
  };

const byFastifyCode: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

/** What to tell the citizen of a failure: ours, the framework's, or one that nobody expected. */
function codeOf(error: FastifyError): ErrorCode {
  if (error instanceof AppError) return error.code;
  if (isDatabaseAway(error)) return 'unavailable';
  if (isBrokenForm(error)) return 'invalid';
  if (isOverfullForm(error)) return 'too_large';
  const { statusCode = 500 } = error;
  if (statusCode === 429 || statusCode === 503) return 'busy';
  return byFastifyCode[error.code] ?? (statusCode < 500 ? 'invalid' : 'internal');
}
