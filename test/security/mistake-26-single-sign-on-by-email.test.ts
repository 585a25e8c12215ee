import { afterAll, beforeAll, expect, it } from 'vitest';
import { link, unlink } from '#cli/link-identity';
import { openSso, type SsoGround } from '../support/sso.ts';

// Zammad CVE-2026-84458, better-auth CVE-2026-53516, Chatwoot CVE-2026-44707: whoever registered the victim's e-mail
// address at the provider came into the victim's account.
const subject = '248289761001';
let ground: SsoGround;
beforeAll(async () => {
  ground = await openSso(subject);
});
afterAll(() => ground.close());

const inside = { at: '/console', me: 200 };
const outside = { at: '/console?refused=sso_unknown', me: 401 };

it('an identity opens the account to which an administrator linked it, whatever its e-mail, and that one only', async () => {
  const { provider, browser } = ground;
  provider.person = { sub: subject, email: 'colleague@insat.example', preferred_username: 'colleague', name: 'Test colleague' };
  const operator = browser();
  expect(await operator.signIn()).toEqual(inside);
  expect((await operator.visit('/api/v1/staff/me')).json).toMatchObject({ login: 'operator', role: 'operator' });
});

it('another subject with the same e-mail, name and login never opens it, verified or not, and gets no account', async () => {
  const { signInAs, count } = ground;
  const before = [await count('staff'), await count('staff_identities'), await count('sessions')];
  for (const claims of [
    { email: 'operator@insat.example', email_verified: true },
    { email: 'operator@insat.example', email_verified: false },
    { email: 'operator', preferred_username: 'operator', name: 'Test operator', nickname: 'operator', upn: 'operator' },
    { sub_legacy: subject, roles: ['administrator'], role: 'administrator' },
  ])
    expect(await signInAs({ ...claims, sub: '900000000009' })).toEqual(outside);
  expect([await count('staff'), await count('staff_identities'), await count('sessions')]).toEqual(before);
});

it('a subject that is a login, an e-mail or the id of an account is a subject like any other', async () => {
  const [row] = await ground.rows<{ id: string }>("select id from staff where login = 'operator'");
  for (const sub of ['operator', 'operator@insat.example', String(row?.id), '', '%', `${subject}%`]) expect((await ground.signInAs({ sub })).me).toBe(401);
});

it('an identity once linked is given to no second account, and taken back it opens nothing and leaves no session', async () => {
  const { app, provider, linkTo, signInAs, browser, rows } = ground;
  await linkTo('operator', 'second');
  await expect(linkTo('colleague', 'second')).rejects.toThrow('--subject: linked already');
  provider.person = { sub: 'second' };
  const operator = browser();
  expect(await operator.signIn()).toEqual(inside);
  await expect(unlink(app.deps.ctx, ['--login', 'colleague', '--subject', 'second'], provider.issuer)).rejects.toThrow('--subject');
  await unlink(app.deps.ctx, ['--login', 'operator', '--subject', 'second'], provider.issuer);
  expect((await operator.visit('/api/v1/staff/me')).status).toBe(401);
  expect(await signInAs({ sub: 'second' })).toEqual(outside);
  expect((await rows<{ type: string }>("select type from staff_events where type like 'identity.%' order by id")).map(({ type }) => type)).toEqual([
    'identity.linked', 'identity.linked', 'identity.unlinked',
  ]);
});

it('the same subject at another issuer is somebody else', async () => {
  const { app, signInAs } = ground;
  await link(app.deps.ctx, ['--login', 'colleague', '--subject', 'elsewhere', '--issuer', 'https://other.example'], undefined);
  expect(await signInAs({ sub: 'elsewhere' })).toEqual(outside);
});
