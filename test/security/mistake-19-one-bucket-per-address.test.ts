import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false, trustProxy: '127.0.0.1' });
});
afterAll(() => app.close());

const statuses = async (count: number, path: string, addressOf: (i: number) => string): Promise<Record<number, number>> => {
  const seen: Record<number, number> = {};
  for (let i = 0; i < count; i += 25)
    for (const { status } of await Promise.all(Array.from({ length: 25 }, (_, k) => app.get(path, { 'x-forwarded-for': addressOf(i + k) })))) seen[status] = (seen[status] ?? 0) + 1;
  return seen;
};

it('a thousand addresses of one /64 are limited as one', async () => {
  expect(await statuses(1000, '/api/v1/nothing', (i) => `2001:db8:9:9::${i.toString(16)}`)).toEqual({ 404: 120, 429: 880 });
});

it('a thousand networks are limited each by itself', async () => {
  expect(await statuses(500, '/api/v1/nothing', (i) => `2001:db8:9:${i.toString(16)}::1`)).toEqual({ 404: 499, 429: 1 });
});

it('a refusal says when to come back, in problem details and as a page', async () => {
  await statuses(125, '/nowhere', () => '203.0.113.5');
  const refused = await app.get('/api/v1/nothing', { 'x-forwarded-for': '203.0.113.5' });
  expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_requests', status: 429 } });
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  // What is not found is counted apart from what is.
  expect((await app.get('/api/v1/categories', { 'x-forwarded-for': '203.0.113.5' })).status).toBe(200);
});

it('an address inside an IPv4 one, or written otherwise, is the same address', async () => {
  await statuses(125, '/nowhere', (i) => (i % 2 === 0 ? '203.0.113.6' : '::ffff:203.0.113.6'));
  expect((await app.get('/nowhere', { 'x-forwarded-for': '203.0.113.6' })).status).toBe(429);
});

it('a provider and a citizen with a code are never limited by address', async () => {
  const call = async (path: string) => (await app.post(path, {}, { 'x-forwarded-for': '203.0.113.5' })).json['code'];
  for (let i = 0; i < 125; i += 1) await app.get('/nowhere', { 'x-forwarded-for': '203.0.113.5' });
  expect(await call('/api/v1/track')).toBe('invalid');
  expect(await call('/webhooks/twilio/messages')).not.toBe('too_many_requests');
});
