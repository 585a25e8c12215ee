import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startApp, type TestApp } from '../support/app.ts';

const Media = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));
const Operation = z.object({
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  requestBody: z.object({ content: Media }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Media.optional() })),
});
const Document = z.object({
  openapi: z.string().regex(/^3\.1\./),
  info: z.object({ title: z.literal('Insat') }),
  paths: z.record(z.string().startsWith('/api/v1/'), z.record(z.string(), Operation)),
});
const Fields = z.object({ properties: z.record(z.string(), z.object({ examples: z.array(z.string()).optional() })) });

/** The published contract, as far as it is built. */
const routes = [
  'POST /cases', 'POST /uploads', 'GET /challenge', 'POST /track', 'POST /track/readings', 'POST /track/messages', 'POST /track/feedback', 'POST /track/reopen', 'POST /track/appeal',
  'POST /track/withdraw', 'GET /proof/checkpoint', 'GET /proof/consistency', 'GET /proof/inclusion', 'POST /proof/cosignatures', 'POST /proof/receipt', 'GET /categories', 'GET /territories', 'POST /staff/session', 'DELETE /staff/session', 'GET /staff/me',
  'GET /staff/queues', 'GET /staff/destinations', 'POST /staff/queues/{id}/next', 'GET /staff/cases', 'POST /staff/cases', 'POST /staff/callers', 'POST /staff/cases/{id}/heard', 'GET /staff/cases/{id}', 'GET /staff/cases/{id}/readings', 'GET /staff/cases/{id}/attachments/{attachmentId}',
  'POST /staff/cases/{id}/claim', 'POST /staff/cases/{id}/release', 'POST /staff/cases/{id}/assign', 'POST /staff/cases/{id}/reply',
  'POST /staff/cases/{id}/merge', 'POST /staff/cases/{id}/unmerge', 'POST /staff/cases/{id}/split', 'POST /staff/cases/{id}/refer', 'POST /staff/cases/{id}/answer', 'GET /staff/organisations', 'POST /staff/cases/{id}/note', 'POST /staff/cases/{id}/reveal', 'POST /staff/cases/{id}/personal-data', 'POST /staff/cases/{id}/rectify', 'POST /staff/cases/{id}/erase', 'POST /staff/cases/{id}/hold', 'POST /staff/cases/{id}/lift-hold', 'POST /staff/cases/{id}/move', 'POST /staff/cases/{id}/seal', 'POST /staff/cases/{id}/unseal', 'POST /staff/cases/{id}/block', 'POST /staff/cases/{id}/unblock', 'GET /staff/colleagues', 'GET /staff/callbacks', 'POST /staff/callbacks/{id}/take', 'POST /staff/callbacks/{id}/done', 'POST /staff/voice/token', 'GET /staff/channels', 'GET /staff/reports/response-times', 'GET /staff/reports/reveals', 'GET /staff/reports/response-times.csv',
  'GET /staff/accounts', 'PATCH /staff/accounts/{id}', 'POST /staff/accounts/{id}/recovery', 'GET /staff/recoveries', 'POST /staff/recoveries/{id}/confirm', 'POST /staff/recovery',
  'GET /staff/me/factors', 'POST /staff/me/totp', 'POST /staff/me/totp/confirm', 'POST /staff/me/authenticators/options', 'POST /staff/me/authenticators',
  'DELETE /staff/me/authenticators/{id}', 'POST /staff/session/step-up', 'POST /staff/session/step-up/options',
  'GET /staff/sessions', 'DELETE /staff/sessions', 'DELETE /staff/sessions/{id}', 'POST /staff/centres/{id}/sign-out', 'GET /staff/sso', 'GET /staff/sso/start', 'GET /staff/sso/callback',
];

let app: TestApp;
let operations: Map<string, z.infer<typeof Operation>>;
beforeAll(async () => {
  app = await startApp({ sms: false });
  const { paths } = Document.parse((await app.get('/api/v1/openapi.json')).json);
  operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path.replace('/api/v1', '')}`, operation] as const),
    ),
  );
});
afterAll(() => app.close());

it('the document describes every route of the contract, and no page or webhook', () => {
  expect([...operations.keys()].toSorted()).toEqual(routes.toSorted());
});

it('a refusal is always described as problem details, with its code and without room for a value', () => {
  for (const [name, { responses }] of operations)
    for (const [status, { content }] of Object.entries(responses).filter(([code]) => /^[45]/.test(code))) {
      expect(Object.keys(content ?? {}), `${name} ${status}`).toEqual(['application/problem+json']);
      expect(Object.keys(Fields.parse(content?.['application/problem+json']?.schema).properties)).toEqual(expect.arrayContaining(['status', 'code', 'errors']));
    }
});

it('whatever takes a body or a case says how it refuses', () => {
  const silent = [...operations].filter(([name, { responses }]) => !name.startsWith('GET /categories') && !name.startsWith('GET /territories') && !('4XX' in responses));
  expect(silent.map(([name]) => name)).toEqual([]);
});

it('filing and tracking show what to type', () => {
  const examples = (name: string, field: string): unknown =>
    Fields.parse(operations.get(name)?.requestBody?.content['application/json']?.schema).properties[field]?.examples?.[0];
  expect(examples('POST /cases', 'text')).toMatch(/\p{Script=Arabic}/u);
  expect(examples('POST /track', 'reference')).toMatch(/^[\d ]{10,}$/);
  expect(examples('POST /track', 'code')).toMatch(/^\d{6}$/);
});

it('every text that goes in or out has an example, so that nobody has to guess what it looks like', async () => {
  const bare: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null || 'examples' in node || 'example' in node || 'enum' in node || 'const' in node) return;
    if ('type' in node && node.type === 'string') bare.push(path);
    for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`);
  };
  walk((await app.get('/api/v1/openapi.json')).json['paths'], '');
  expect(bare.filter((path) => !path.includes('text~1csv') && !path.includes('text/csv'))).toEqual([]);
});

it('the figures are described as the format they come in', () => {
  const formats = (name: string): string[] => Object.keys(operations.get(name)?.responses['200']?.content ?? {});
  expect(formats('GET /staff/reports/response-times.csv')).toEqual(['text/csv']);
  expect(formats('GET /staff/reports/response-times')).toEqual(['application/json']);
});

it('a real refusal has the format that the document promises, and a reader finds the reference page', async () => {
  const refused = await app.post('/api/v1/track', { reference: '1', code: '2', more: 3 });
  expect([refused.status, refused.headers.get('content-type')]).toEqual([400, expect.stringMatching(/^application\/problem\+json/)]);
  const page = await fetch(`${app.url}/api/docs/`);
  expect(page.status).toBe(200);
});
