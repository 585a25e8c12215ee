import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startApp, type TestApp } from '../support/app.ts';

const Media = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));
const Operation = z.object({
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  requestBody: z.object({ content: Media }).optional(),
  responses: z.record(z.string(), z.object({ content: Media.optional() })),
});
const Document = z.object({
  openapi: z.string(),
  info: z.object({ title: z.literal('Insat') }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

/** Of the published contract, what exists so far. */
const routes = [
  'POST /cases', 'POST /track', 'POST /track/messages', 'POST /track/feedback', 'POST /track/reopen', 'POST /track/appeal',
  'POST /track/withdraw', 'GET /categories', 'GET /territories', 'POST /staff/session', 'DELETE /staff/session', 'GET /staff/me',
  'GET /staff/queues', 'POST /staff/queues/{id}/next', 'GET /staff/cases', 'POST /staff/cases', 'GET /staff/cases/{id}',
  'POST /staff/cases/{id}/claim', 'POST /staff/cases/{id}/release', 'POST /staff/cases/{id}/assign', 'POST /staff/cases/{id}/reply',
  'POST /staff/cases/{id}/note', 'POST /staff/cases/{id}/move', 'GET /staff/reports/response-times', 'GET /staff/reports/response-times.csv',
];

let app: TestApp;
let operations: { name: string; operation: z.infer<typeof Operation> }[];
beforeAll(async () => {
  app = await startApp();
  const answer = await app.get('/api/v1/openapi.json');
  require('fs').writeFileSync('/tmp/p8-openapi.json', answer.text);
  const document = Document.parse(answer.json);
  expect(document.openapi).toMatch(/^3\.1\./);
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '')}`, operation })),
  );
});
afterAll(() => app.close());
