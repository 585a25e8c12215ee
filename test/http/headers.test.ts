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

it('no answer of the API, of pages or of an address that is none is ever kept by a cache, or allows a script in its text', async () => {
  const { paths } = (await app.get('/api/v1/openapi.json')).json as { paths: Record<string, object> };
  const asked = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path: path.replace('{id}', crypto.randomUUID()), method })));
  const pages = ['', '/fr', '/en', '/zgh'].flatMap((prefix) => ['/', '/file', '/track'].map((page) => ({ path: (prefix + page).replace(/(.)\/$/, '$1'), method: 'get' })));
  expect(asked.length).toBeGreaterThan(30);
  for (const { path, method } of [...asked, ...pages, { path: '/nowhere', method: 'get' }, { path: '/health/ready', method: 'get' }]) {
    const { headers } = method === 'get' ? await app.get(path) : await app.post(path, {});
    expect(headers.get('cache-control'), path).toBe('no-store');
    expect(headers.get('content-security-policy'), path).toMatch(/default-src 'none'/);
    expect(headers.get('content-security-policy'), path).not.toMatch(/unsafe|\*/);
  }
});

it('what is the same for everybody is kept: the style and the script of the pages', async () => {
  const style = /href="(\/assets\/insat-\w+\.css)"/.exec((await app.get('/fr')).text)?.[1] ?? '';
  expect((await app.get(style)).headers.get('cache-control')).toContain('immutable');
});
