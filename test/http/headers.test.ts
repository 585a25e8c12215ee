import { afterAll, beforeAll, expect, it } from 'vitest';
import { securityHeaders } from '#http/headers';
import { filing, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

it('every answer forbids scripts, frames, sniffing and referrers, and can be found in the log, whatever was asked', async () => {
  const answers = {
    filed: await app.post('/api/v1/cases', filing()),
    invalid: await app.post('/api/v1/cases', {}),
    unauthenticated: await app.get('/api/v1/staff/me'),
    'not found': await app.get('/api/v1/nothing'),
    'no such page': await app.get('/nothing', { accept: 'text/html' }),
    'no address at all': await app.get('/%zz'),
    'a parameter too long': await app.get(`/api/v1/staff/cases/${'9'.repeat(101)}`),
    page: await app.get('/fr'),
    health: await app.get('/health/live'),
  };
  for (const [what, { headers }] of Object.entries(answers)) {
    expect(headers.get('content-security-policy'), what).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options'), what).toBe('nosniff');
    expect(headers.get('referrer-policy'), what).toBe('no-referrer');
    expect(headers.get('x-request-id'), what).toMatch(/^[0-9a-f-]{36}$/);
  }
});

it('browsers are told to insist on TLS only where Insat is reached by it', () => {
  expect(securityHeaders(true)['strict-transport-security']).toMatch(/^max-age=\d{8}/);
  expect(securityHeaders(false)['strict-transport-security']).toBeUndefined();
});
