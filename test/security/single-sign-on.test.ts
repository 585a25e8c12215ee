import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeStaffAccount } from '#cli/close-staff';
import { factorOf } from '#domain/staff/sso.rules';
import { lies } from '../support/openid.ts';
import { openSso, type Browser, type SsoGround } from '../support/sso.ts';

const subject = '248289761001';
const failed = '/console?refused=sso_failed';
let ground: SsoGround;
beforeAll(async () => {
  ground = await openSso(subject);
});
afterAll(() => ground.close());
beforeEach(() => {
  ground.provider.person = { sub: subject };
  ground.provider.lie = null;
  ground.provider.forgetful = false;
});

const locationOf = async (browser: Browser, back: URL): Promise<string | null> => (await browser.visit(back.pathname + back.search)).headers.get('location');
const statusOf = async (browser: Browser): Promise<number> => (await browser.visit('/api/v1/staff/me')).status;

describe('a provider, or who pretends to be it,', () => {
  it.each(lies)('opens nothing by its answer: %s', async (lie) => {
    const { provider, browser, count } = ground;
    const before = await count('sessions');
    provider.lie = lie;
    expect(await browser().signIn()).toEqual({ at: failed, me: 401 });
    expect(await count('sessions')).toBe(before);
    provider.lie = null;
    expect((await browser().signIn()).me).toBe(200);
  });
});

describe('an answer of the provider', () => {
  it('is good once: replayed it opens nothing, in the same browser or with its cookies elsewhere, though the provider forgets', async () => {
    ground.provider.forgetful = true;
    const browser = ground.browser();
    const back = await browser.leave();
    const ticket = browser.cookies.get('sso') ?? '';
    expect(await locationOf(browser, back)).toBe('/console');
    browser.cookies.set('sso', ticket);
    const before = await ground.count('sessions');
    expect(await locationOf(browser, back)).toBe(failed);
    const thief = ground.browser();
    thief.cookies.set('sso', ticket);
    expect(await locationOf(thief, back)).toBe(failed);
    expect([await statusOf(thief), await ground.count('sessions')]).toEqual([401, before]);
  });

  it('is good once, even ten times at the same instant', async () => {
    ground.provider.forgetful = true;
    const browser = ground.browser();
    const back = await browser.leave();
    const cookie = `sso=${browser.cookies.get('sso')}`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => ground.app.get(back.pathname + back.search, { cookie })));
    expect(answers.filter(({ headers }) => headers.get('location') === '/console')).toHaveLength(1);
  });

  it('opens nothing in another browser: neither without a ticket, nor with the ticket of another attempt', async () => {
    const [victim, attacker] = [ground.browser(), ground.browser()];
    const back = await attacker.leave();
    expect(await locationOf(victim, back)).toBe(failed);
    const own = await victim.leave();
    expect(await locationOf(victim, back)).toBe(failed);
    expect(await statusOf(victim)).toBe(401);
    // What it was lured to ended nothing: had its ticket been kept, its own attempt would go on.
    expect(own.searchParams.get('state')).not.toBe(back.searchParams.get('state'));
    expect(await locationOf(attacker, back)).toBe('/console');
  });

  it('never ends an attempt to which it does not belong', async () => {
    const [victim, attacker] = [ground.browser(), ground.browser()];
    const own = await victim.leave();
    const ticket = victim.cookies.get('sso') ?? '';
    await locationOf(victim, await attacker.leave());
    victim.cookies.set('sso', ticket);
    expect(await locationOf(victim, own)).toBe('/console');
  });

  it('with another state, a code of another attempt, no code, or one parameter twice opens nothing', async () => {
    const other = await ground.browser().leave();
    for (const change of [
      (back: URL) => back.searchParams.set('state', other.searchParams.get('state') ?? ''),
      (back: URL) => back.searchParams.set('state', ''),
      (back: URL) => back.searchParams.delete('state'),
      (back: URL) => back.searchParams.append('state', back.searchParams.get('state') ?? ''),
      (back: URL) => back.searchParams.set('code', other.searchParams.get('code') ?? ''),
      (back: URL) => back.searchParams.append('code', 'x'),
      (back: URL) => back.searchParams.delete('code'),
      (back: URL) => back.searchParams.set('error', 'access_denied'),
      (back: URL) => void (back.search = ''),
    ]) {
      const browser = ground.browser();
      const back = await browser.leave();
      change(back);
      expect(await locationOf(browser, back), String(change)).toBe(failed);
      expect(await statusOf(browser)).toBe(401);
    }
  });

  it('comes within ten minutes, or opens nothing', async () => {
    const [quick, slow] = [ground.browser(), ground.browser()];
    const backs = [await quick.leave(), await slow.leave()] as const;
    ground.clock.advance(10 * 60_000 - 1);
    expect(await locationOf(quick, backs[0])).toBe('/console');
    ground.clock.advance(1);
    expect(await locationOf(slow, backs[1])).toBe(failed);
    await ground.browser().leave();
    expect(await ground.count('sso_attempts')).toBe(1);
  });
});

describe('a sign-in through the administration', () => {
  it('goes to the provider and comes back to the console, and nowhere else, whatever is asked', async () => {
    const browser = ground.browser();
    const started = await browser.visit('/api/v1/staff/sso/start?lang=fr');
    const address = new URL(started.headers.get('location') ?? '');
    expect([started.status, address.origin, address.searchParams.get('redirect_uri')]).toEqual([303, ground.provider.issuer, `${ground.app.url}/api/v1/staff/sso/callback`]);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({ response_type: 'code', scope: 'openid', code_challenge_method: 'S256', code_challenge: expect.stringMatching(/^[\w-]{43}$/) });
    for (const query of ['return=https://evil.example', 'lang=//evil.example', 'redirect_uri=https://evil.example', 'lang=fr&lang=ar'])
      expect((await browser.visit(`/api/v1/staff/sso/start?${query}`)).status, query).toBe(400);
    // A proxy or a caller that names another host changes nothing.
    const misled = await browser.visit('/api/v1/staff/sso/start', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' });
    expect(new URL(misled.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(`${ground.app.url}/api/v1/staff/sso/callback`);
    browser.cookies.set('sso', `//evil.example.${'A'.repeat(43)}`);
    expect((await browser.visit('/api/v1/staff/sso/callback?code=x&state=y')).headers.get('location')).toBe(failed);
  });

  it('is never begun by another site', async () => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }])
      expect(await ground.app.get('/api/v1/staff/sso/start', headers)).toMatchObject({ status: 403, json: { code: 'foreign_origin' } });
  });

  it('opens a session like any other: listed, ended, in a strict cookie, in place of the one that the browser had', async () => {
    const before = await ground.count('sessions');
    const browser = ground.browser();
    await browser.signIn();
    const replaced = browser.cookies.get('sid') ?? '';
    const back = await browser.leave();
    // On the way back from another site the strict cookie stays at home.
    browser.cookies.delete('sid');
    const { headers } = await browser.visit(back.pathname + back.search);
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^sso=; .*Expires=Thu, 01 Jan 1970/), expect.stringMatching(/^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect([await statusOf(browser), (await ground.app.get('/api/v1/staff/me', { cookie: `sid=${replaced}` })).status]).toEqual([200, 401]);
    expect(await ground.count('sessions')).toBe(before + 1);
    expect((await ground.app.remove('/api/v1/staff/session', { cookie: `sid=${browser.cookies.get('sid')}` })).status).toBe(204);
    expect(await statusOf(browser)).toBe(401);
  });

  it('makes the place known, as a password does: strangers who guess passwords do not lock the person out there', async () => {
    const from = { 'x-forwarded-for': '203.0.113.9' };
    const browser = ground.browser();
    const { pathname, search } = await browser.leave();
    await browser.visit(pathname + search, from);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => ground.app.post('/api/v1/staff/session', { login: 'operator', password: 'wrong' }, { 'x-forwarded-for': `198.51.${i}.7` })),
    );
    const signIn = (headers: Record<string, string>) => ground.app.post('/api/v1/staff/session', { login: 'operator', password: 'correct horse battery' }, headers);
    expect([(await signIn({ 'x-forwarded-for': '198.51.99.7' })).status, (await signIn(from)).status]).toEqual([429, 200]);
  });

  it('ends with the account, also while a person is at the provider', async () => {
    const { provider, app, browser, linkTo } = ground;
    await app.as('operator', 'centre-04', 'leaver');
    await linkTo('leaver', 'leaver-7');
    provider.person = { sub: 'leaver-7' };
    const leaver = browser();
    expect((await leaver.signIn()).me).toBe(200);
    const again = browser();
    const back = await again.leave();
    await closeStaffAccount(app.deps.ctx, ['--login', 'leaver']);
    expect([await statusOf(leaver), await locationOf(again, back)]).toEqual([401, '/console?refused=sso_unknown']);
    // Who comes back to the line gets another account, and signs in there as themselves.
    await linkTo('colleague', 'leaver-7');
    expect((await browser().signIn()).me).toBe(200);
  });

  it('counts as more than one factor only where the provider says so', () => {
    const factor = (acr: string | null, ...amr: string[]) => factorOf({ amr, acr });
    for (const one of [factor(null), factor(null, 'pwd'), factor(null, 'otp'), factor(null, 'hwk'), factor('0'), factor('urn:mace:incommon:iap:silver', 'pwd'), factor('MFA', 'MFA')]) expect(one).toBe('password');
    for (const two of [factor(null, 'pwd', 'otp', 'mfa'), factor('https://refeds.org/profile/mfa', 'pwd')]) expect(two).toBe('totp');
    for (const key of [factor(null, 'hwk', 'pin', 'mfa'), factor(null, 'sc', 'mfa'), factor('phr'), factor('phrh', 'pwd')]) expect(key).toBe('webauthn');
  });
});
