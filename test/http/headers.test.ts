import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '#db/actor';
import { triageCase } from '#domain/triage/triage.actions';
import { consoleHeaders, securityHeaders } from '#http/headers';
import { filing, startApp, type TestApp } from '../support/app.ts';
import { pdf, uploaded } from '../support/files.ts';

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

describe('a page that is opened', () => {
  const frame = "frame-ancestors 'none'";
  /** What a directive of a Content Security Policy allows. */
  const allowed = (headers: Headers, directive: string): string[] => {
    const policy = headers.get('content-security-policy') ?? '';
    const found = policy.split(';').map((part) => part.trim().split(' ')).find(([name]) => name === directive);
    return found?.slice(1) ?? [];
  };

  it('allows no script in its text, no frame around it, no device, and shares nothing with windows of other sites', async () => {
    for (const path of ['/', '/fr/file', '/zgh/track', '/simulator', '/api/docs/', '/nowhere']) {
      const { headers } = await app.get(path, { accept: 'text/html' });
      expect(headers.get('content-security-policy'), path).toContain(frame);
      expect(headers.get('content-security-policy'), path).toMatch(/default-src 'none'/);
      for (const source of allowed(headers, 'script-src')) expect(source, path).toMatch(/^'(self|sha256-[\w+/]+=*)'$/);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('permissions-policy'), path).toMatch(/camera=\(\).*microphone=\(\).*geolocation=\(\)/);
      expect([headers.get('cross-origin-opener-policy'), headers.get('cross-origin-resource-policy')], path).toEqual(['same-origin', 'same-origin']);
    }
  });

  it('takes styles of its own only; the reference page alone, which shows what nobody but us wrote, writes them into itself', async () => {
    for (const path of ['/', '/simulator', '/nowhere']) expect(allowed((await app.get(path)).headers, 'style-src'), path).toEqual(["'self'"]);
    expect(allowed((await app.get('/api/docs/')).headers, 'style-src')).toEqual(["'self'", "'unsafe-inline'"]);
  });
});

it('the console hears the microphone and speaks with the telephone where calls are taken in the browser, and nowhere else', () => {
  const hosts = { connect: ['wss://calls.example'], media: ['https://tones.example'] };
  const [without, taking] = [consoleHeaders('abc', null), consoleHeaders('abc', hosts)];
  expect(without).toEqual({ 'permissions-policy': expect.stringContaining('microphone=()'), 'content-security-policy': expect.stringContaining("connect-src 'self';") });
  expect(taking).toEqual({ 'permissions-policy': expect.stringMatching(/camera=\(\).*microphone=\(self\)/), 'content-security-policy': expect.stringContaining("connect-src 'self' wss://calls.example; media-src https://tones.example;") });
  for (const one of [without, taking]) expect(one['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc'.*frame-ancestors 'none'$/);
});

it('a file of a citizen is downloaded, never run, kept by no cache, and of use to no other site', async () => {
  const ground = await openFile();
  const { status, headers } = await app.get(`/api/v1/staff/cases/${ground.caseId}/attachments/${ground.fileId}`, ground.operator);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f-]{36}\.pdf"$/);
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox|sandbox.*default-src 'none'/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect([headers.get('x-content-type-options'), headers.get('cross-origin-resource-policy')]).toEqual(['nosniff', 'same-origin']);
});

/** A case of Rabat with a document that a scanner has called clean, and an operator of that centre. */
const openFile = async () => {
  const { reference } = (await app.post('/api/v1/cases', filing({ territory: { province: 'MA-SAL' }, attachments: [await uploaded(app, pdf())] }))).json;
  const rows = <Row extends object>(statement: string, ...values: string[]) => app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
  const [found] = await rows<{ id: string }>('select id from cases where reference = $1', String(reference));
  if (!found) throw new Error('the case is not there');
  await triageCase(app.deps.ctx, found.id);
  const [file] = await rows<{ id: string }>("update attachments set state = 'clean' where case_id = $1 returning id", found.id);
  return { caseId: found.id, fileId: file?.id ?? '', operator: await app.as('operator', 'centre-04') };
};
