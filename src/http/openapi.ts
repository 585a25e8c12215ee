import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { makePublic } from './policy.ts';

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
        { name: 'staff', description: 'With the session cookie' },
        { name: 'reports', description: 'How long people waited' },
      ],
    },
    transform: jsonSchemaTransform,
  });
};

/** The document at /api/v1/openapi.json and a page to read it at /api/docs. */
export const serveApiReference = async (app: FastifyInstance): Promise<void> => {
  await app.register(async (scope) => {
    makePublic(scope);
    scope.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    await scope.register(scalar, { routePrefix: '/api/docs', configuration: { url: '/api/v1/openapi.json' } });
  });
};
