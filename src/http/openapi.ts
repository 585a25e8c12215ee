import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { makePublic } from './policy.ts';

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;
type TransformDocument = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;

/** Only the API is described: pages, webhooks and health are for others than its clients. */
const describeRoute: Transform = (route) => {
  const { schema, url } = jsonSchemaTransform(route);
  return { schema: url.startsWith('/api/v1/') ? schema : { ...schema, hide: true }, url };
};

/** The plugin calls every answer JSON and "Default Response"; ours are problem details where they refuse. */
const nameAnswers: TransformDocument = (document) => {
  if (!('openapiObject' in document)) throw new Error('not an OpenAPI 3 document');
  const { openapiObject } = document;
  for (const path of Object.values(openapiObject.paths ?? {}))
    for (const operation of [path?.get, path?.post, path?.patch, path?.delete])
      for (const [status, answer] of Object.entries(operation?.responses ?? {})) {
        if (!('description' in answer)) continue;
        answer.description = STATUS_CODES[status] ?? 'Refused';
        const [media] = Object.values(answer.content ?? {});
        if (media && /^[45]/.test(status)) answer.content = { 'application/problem+json': media };
      }
  return openapiObject;
};

/** OpenAPI 3.1 from the routes' own schemas. Register before any route. */
export const describeApi = async (app: FastifyInstance, publicUrl: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Insat',
        version: '1',
        description: "A citizens' complaint and inquiry line. Errors are RFC 9457 problem details and never echo a value.",
      },
      servers: [{ url: publicUrl }],
      tags: [
        { name: 'citizen', description: 'Without an account' },
        { name: 'lists', description: 'Public lists' },
        { name: 'proof', description: 'That history was not rewritten' },
        { name: 'staff', description: 'With the session cookie' },
        { name: 'reports', description: 'How long people waited' },
      ],
    },
    transform: describeRoute,
    transformObject: nameAnswers,
  });
};

/**
 * The reference page brings a script of one line in its text, allowed by its hash, and styles that its library (Scalar 1.72)
 * writes: `style-src` cannot be stricter here. Of its style elements one takes a nonce and the others none, and it sets style
 * attributes, which neither nonce nor hash allows. It shows what our own code says of the API, nothing that anybody wrote.
 */
const referencePolicy = (page: string): string => {
  const hashes = [...page.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return `default-src 'none'; script-src 'self' ${hashes.join(' ')}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
};

/** The document at /api/v1/openapi.json and a page to read it at /api/docs. */
export const serveApiReference = async (app: FastifyInstance): Promise<void> => {
  await app.register(async (scope) => {
    makePublic(scope);
    scope.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    scope.addHook('onSend', async (_request, reply, payload) => {
      if (typeof payload === 'string' && payload.startsWith('<!doctype html>')) reply.header('content-security-policy', referencePolicy(payload));
      return payload;
    });
    await scope.register(scalar, { routePrefix: '/api/docs', configuration: { url: '/api/v1/openapi.json', withDefaultFonts: false } });
  });
};
