import { afterAll, beforeAll, expect, it } from 'vitest';
import { link } from '#cli/link-identity';
import { openDeps, type Deps } from '#deps';
import { freePort } from '#db/embedded/port';
import { putStaff } from '#domain/staff/accounts.actions';
import { readSettings, Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { serve, withAddress } from '#serving';
import { startApp, type Answer } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';
import { startProvider, type Provider } from '../support/openid.ts';
import { openBrowser, type Browser } from '../support/sso.ts';

let lines = '';
let provider: Provider;
let deps: Deps;
let web: { close(): Promise<void> };
let database: { url: string; drop(): Promise<void> };
let browser: () => Browser;
const subject = 'canary-subject';

/** Behind a proxy that ends TLS, as it should be in production, with every log line kept. */
beforeAll(async () => {
  database = await freshDatabase();
  provider = await startProvider();
  const port = await freePort();
  const { issuer, client } = provider;
  const settings = withAddress(
    Settings.parse({
      PORT: port, DATABASE_URL: database.url, PUBLIC_URL: 'https://insat.example', CODE_KEY: '22'.repeat(32), LOG_KEY: '44'.repeat(32),
      DATA_KEYS: `1:${'55'.repeat(32)}`, INDEX_KEY: '66'.repeat(32),
      OIDC_ISSUER: issuer, OIDC_CLIENT_ID: client.clientId, OIDC_CLIENT_SECRET: client.clientSecret,
    }),
    port,
  );
  const log = createLog('debug', { write: (line) => (lines += line) });
  deps = await openDeps(settings, log);
  web = await serve(settings, deps, log);
  provider.returnTo('https://insat.example/api/v1/staff/sso/callback');
  await putStaff(deps.ctx, { login: 'operator', name: 'Test', role: 'operator', language: 'ar', centreId: 'centre-04', password: 'correct horse battery' });
  await link(deps.ctx, ['--login', 'operator', '--subject', subject], issuer);
  browser = () =>
    openBrowser({
      async get(path, headers = {}): Promise<Answer> {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' });
        return { status: response.status, headers: response.headers, text: await response.text(), json: {} };
      },
    });
});
afterAll(async () => {
  await web.close();
  await deps.close();
  await provider.close();
  await database.drop();
});

it('the ticket is a cookie of this host alone, for ten minutes, that no script reads and that comes along on the way back only', async () => {
  const started = await browser().visit('/api/v1/staff/sso/start?lang=fr');
  expect(started.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-sso=fr\.[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)]);
  expect(started.headers.get('referrer-policy')).toBe('no-referrer');
});

it('no code, token, verifier, state, subject or cookie is in a line of the log, whether the sign-in succeeds or not', async () => {
  const seen: string[] = [subject, 'canary'];
  for (const [lie, person] of [[null, subject], ['wrong nonce', subject], ['not signed', subject], ['no ID token', subject], [null, 'canary-stranger']] as const) {
    provider.lie = lie;
    provider.person = { sub: person, email: 'canary@mail.example' };
    const one = browser();
    const back = await one.leave();
    seen.push(...back.searchParams.values(), ...one.cookies.values());
    const { headers } = await one.visit(back.pathname + back.search);
    seen.push(...[...one.cookies.values()].filter((value) => value !== ''));
    expect(headers.get('location')).toBe(lie === null ? (person === subject ? '/console' : '/console?refused=sso_unknown') : '/console?refused=sso_failed');
    await one.visit(`${back.pathname}${back.search}&code=canary`);
  }
  const answered = lines.split('\n').filter((line) => line.includes('sso/callback')).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answered.length).toBe(10);
  for (const line of answered) expect(line).toMatchObject({ method: 'GET', route: '/api/v1/staff/sso/callback', status: 303, msg: 'answered' });
  expect(lines).toContain('a single sign-on failed');
  const secrets = [...seen, ...provider.secrets].filter((secret) => secret !== provider.issuer);
  expect(secrets.length).toBeGreaterThan(20);
  for (const secret of secrets) expect(lines).not.toContain(secret);
});

it('a provider that is away, or another server in its place, keeps nobody from the password; when it is back it is used again', async () => {
  const at = await freePort();
  const client = { clientId: 'insat', clientSecret: 'a secret of the provider, for tests only' };
  const app = await startApp({ sms: false, sso: { issuer: `http://localhost:${at}`, client } });
  const start = async () => (await app.get('/api/v1/staff/sso/start?lang=fr')).headers.get('location');
  expect(await start()).toBe('/console?lang=fr&refused=sso_unavailable');
  expect((await app.as('operator', 'centre-04')).cookie).toMatch(/^sid=/);
  // It calls itself by its number: not the issuer that is configured.
  const imposter = await startProvider({ port: at });
  expect(await start()).toBe('/console?lang=fr&refused=sso_unavailable');
  await imposter.close();
  const back = await startProvider({ port: at, host: 'localhost' });
  expect(await start()).toMatch(`http://localhost:${at}/authorize?`);
  await back.close();
  await app.close();
});

it('where none is configured nothing is there but the word that it is not', async () => {
  const app = await startApp({ sms: false });
  expect((await app.get('/api/v1/staff/sso')).json).toEqual({ available: false });
  for (const path of ['start', 'callback?code=x&state=y']) expect((await app.get(`/api/v1/staff/sso/${path}`)).status).toBe(404);
  await app.close();
});

it('settings of single sign-on come together, and by https, or on this machine', () => {
  const given = { OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'insat', OIDC_CLIENT_SECRET: 'x7Jq0s9fLw2Pz4Rb' };
  expect(readSettings(given)).toMatchObject(given);
  for (const name of Object.keys(given)) expect(() => readSettings({ ...given, [name]: '' })).toThrow(name);
  for (const issuer of ['http://id.example', 'ftp://id.example', 'https://id.example/?x=1', 'id.example', 'http://localhost.evil.example'])
    expect(() => readSettings({ ...given, OIDC_ISSUER: issuer }), issuer).toThrow('OIDC_ISSUER');
});
