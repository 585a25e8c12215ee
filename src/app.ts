import cookie from '@fastify/cookie';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Context } from '#domain/context';
import { attachmentRoutes } from '#http/attachments';
import { accessRoutes } from '#http/access';
import { accountRoutes } from '#http/accounts';
import { callerRoutes } from '#http/callers';
import { callbackRoutes } from '#http/callbacks';
import { channelRoutes } from '#http/channels';
import { consoleRoutes } from '#http/console';
import { answerErrors, answerNotFound, refuseRequest, refuseSocket } from '#http/errors';
import { factorRoutes } from '#http/factors';
import { securityHeaders } from '#http/headers';
import { healthRoutes } from '#http/health';
import { limitRequests } from '#http/limits';
import { liveRoutes } from '#http/live';
import { describeApi, serveApiReference } from '#http/openapi';
import { enforcePolicies, type Edge } from '#http/policy';
import { proofRoutes } from '#http/proof';
import { publicRoutes } from '#http/public';
import { reportRoutes } from '#http/reports';
import { mergingRoutes } from '#http/merging';
import { referralRoutes } from '#http/referrals';
import { rightsRoutes } from '#http/rights';
import { sessionRoutes } from '#http/session';
import { ssoRoutes } from '#http/sso';
import { staffRoutes } from '#http/staff';
import { uploadRoutes } from '#http/uploads';
import { voiceRoutes } from '#http/voice';
import { webhookRoutes } from '#http/webhooks';
import { AppError } from '#lib/errors';
import type { Live } from '#live/bus';
import { sendNotFound } from '#pages/not-found';
import { pages } from '#pages/routes';

export type AppOptions = {
  publicUrl: string;
  /** Origins from which a browser may act with a session. */
  origins: ReadonlySet<string>;
  /** Proxies whose word is taken for the caller's address. */
  trustProxy: string[];
  log: FastifyBaseLogger;
  /** Further routes (the demo's simulator); they declare their policy like any other. */
  more?: (app: FastifyInstance) => Promise<void>;
};

/** A boundary has 70 characters at most (RFC 2046 section 5.1.1); the parser of forms fails on far longer ones. */
const longBoundary = /boundary=\s*"?[^\s";]{71}/i;

/** Only this: a type with anything behind it is how a body slips past its schema (fastify CVE-2026-3419 and kin). */
const jsonType = /^application\/json(; ?charset=utf-8)?$/i;

/** The web application: everything that is mounted, in order. */
export const buildApp = async (ctx: Context, live: Live, options: AppOptions): Promise<FastifyInstance> => {
  const secure = options.publicUrl.startsWith('https:');
  const constant = securityHeaders(secure);
  const app = fastify({
    loggerInstance: options.log,
    bodyLimit: 65_536,
    // Headers come at once; a photo over a slow network takes minutes.
    http: { headersTimeout: 30_000 },
    requestTimeout: 300_000,
    trustProxy: options.trustProxy.length > 0 && options.trustProxy,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    forceCloseConnections: 'idle',
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { maxParamLength: 100 },
    // Both run before any route is found; Fastify's own answers quote the address.
    frameworkErrors: (error, request, reply) => refuseRequest(error, request, reply.headers(constant).header('cache-control', 'no-store').header('x-request-id', request.id)),
    clientErrorHandler: refuseSocket,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');

  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  // A callback, where an async function would cost each request a turn of the loop.
  app.addHook('onRequest', (request, reply, done) => {
    // Nearly all that is answered is somebody's; what is for everybody says so itself.
    reply.headers(constant).header('cache-control', 'no-store').header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({ method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
    done();
  });

  await app.register(cookie);
  await limitRequests(app);
  const edge: Edge = { cookieName: secure ? '__Host-sid' : 'sid', secureCookie: secure, origins: options.origins };
  enforcePolicies(app, ctx, edge);
  answerErrors(app);
  app.setNotFoundHandler((request, reply) =>
    request.method === 'GET' && request.headers.accept?.includes('text/html') === true ? sendNotFound(request, reply) : answerNotFound(request, reply),
  );
  await describeApi(app, options.publicUrl);

  app.addHook('onRequest', (request, _reply, done) =>
    done(longBoundary.test(request.headers['content-type'] ?? '') ? new AppError('unsupported_media_type') : undefined),
  );
  await app.register(uploadRoutes(ctx), { prefix: '/api/v1' });
  await app.register(
    async (api) => {
      api.addHook('onRequest', (request, _reply, done) => {
        const type = request.headers['content-type'];
        done(type !== undefined && !jsonType.test(type) ? new AppError('unsupported_media_type') : undefined);
      });
      await api.register(publicRoutes(ctx));
      await api.register(proofRoutes(ctx));
      await api.register(
        async (staff) => {
          await staff.register(sessionRoutes(ctx, edge));
          await staff.register(ssoRoutes(ctx, edge));
          await staff.register(factorRoutes(ctx, edge));
          await staff.register(accountRoutes(ctx, edge));
          await staff.register(staffRoutes(ctx));
          await staff.register(callerRoutes(ctx));
          await staff.register(attachmentRoutes(ctx));
          await staff.register(mergingRoutes(ctx));
          await staff.register(referralRoutes(ctx));
          await staff.register(rightsRoutes(ctx));
          await staff.register(accessRoutes(ctx));
          await staff.register(callbackRoutes(ctx));
          await staff.register(channelRoutes(ctx));
          await staff.register(reportRoutes(ctx));
        },
        { prefix: '/staff' },
      );
    },
    { prefix: '/api/v1' },
  );
  await app.register(liveRoutes(ctx, live));
  await app.register(webhookRoutes(ctx, options.publicUrl), { prefix: '/webhooks' });
  if (ctx.telephone) await app.register(voiceRoutes(ctx, ctx.telephone, options.publicUrl), { prefix: `/webhooks${ctx.telephone.voice.hook}` });
  await app.register(healthRoutes(ctx, () => closing), { prefix: '/health' });
  await app.register(consoleRoutes(ctx.telephone?.voice.browser ?? null), { prefix: '/console' });
  await serveApiReference(app);
  await app.register(pages(ctx));
  await options.more?.(app);
  return app;
};
