import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import postgres from 'postgres';
import { Asked, Factors, KeyCreation } from '#contract/factors';
import { startApp, testClock, type Answer, type TestApp } from '../support/app.ts';
import { softwareAuthenticator, type SoftwareAuthenticator } from '../support/authenticator.ts';
import { cookieOf, password, staffOf, type Person, type Staff } from '../support/factors.ts';

const minute = 60_000;
const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
let staff: Staff;
let chief: { person: Person; key: SoftwareAuthenticator };
beforeAll(async () => {
  app = await startApp({ clock, sms: false, demo: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  staff = staffOf(app);
  await staff.withKey('chief');
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(async () => {
  clock.advance(24 * 60 * minute);
  chief = await staff.withKey(`chief-${clock.now().getTime()}`);
});

const loginOf = async (person: Person): Promise<string> => String((await app.get('/api/v1/staff/me', person)).json['login']);
const refusedAs = (answer: Answer): unknown => [answer.status, answer.json['code'], answer.headers.get('set-cookie')];
const wrong = [401, 'wrong_second_factor', null];

describe('a key', () => {
  it('opens a session after the password, and only with it', async () => {
    const login = await loginOf(chief.person);
    const challenge = await staff.challengeFor(login);
    const webauthn = chief.key.get(challenge, staff.page);
    expect((await app.post('/api/v1/staff/session', { login, password: 'wrong', webauthn })).json['code']).toBe('wrong_login');
    const answer = await staff.signIn(login, { webauthn });
    expect(answer.json).toMatchObject({ login, enrol: null });
    expect((await app.get('/api/v1/staff/queues', cookieOf(answer))).status).toBe(200);
  });

  it('never answers one challenge twice, even at the same instant', async () => {
    const login = await loginOf(chief.person);
    const webauthn = chief.key.get(await staff.challengeFor(login), staff.page);
    const answers = await Promise.all(Array.from({ length: 4 }, () => staff.signIn(login, { webauthn })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    expect(refusedAs(await staff.signIn(login, { webauthn }))).toEqual(wrong);
  });

  it('never answers a challenge again that it answered wrongly', async () => {
    const login = await loginOf(chief.person);
    const challenge = await staff.challengeFor(login);
    expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get(challenge, { ...staff.page, origin: 'https://evil.example' }) }))).toEqual(wrong);
    expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get(challenge, staff.page) }))).toEqual(wrong);
  });

  it('is never taken from another site, for another relying party, after five minutes, or for what nobody asked', async () => {
    const login = await loginOf(chief.person);
    for (const page of [{ ...staff.page, origin: 'https://evil.example' }, { ...staff.page, origin: `${app.url}.evil.example` }, { ...staff.page, rpId: 'evil.example' }]) {
      expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get(await staff.challengeFor(login), page) }))).toEqual(wrong);
      clock.advance(16 * minute);
    }
    expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get('bm9ib2R5IGFza2Vk', staff.page) }))).toEqual(wrong);
    const late = chief.key.get(await staff.challengeFor(login), staff.page);
    clock.advance(5 * minute);
    expect(refusedAs(await staff.signIn(login, { webauthn: late }))).toEqual(wrong);
  });

  it('never answers for another purpose, session or person', async () => {
    const login = await loginOf(chief.person);
    const options = async (person: Person): Promise<string> => Asked.parse((await app.post('/api/v1/staff/session/step-up/options', {}, person)).json).webauthn?.challenge ?? '';
    const stepUp = (person: Person, webauthn: unknown) => app.post('/api/v1/staff/session/step-up', { webauthn }, person);
    expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get(await options(chief.person), staff.page) }))).toEqual(wrong);
    expect(refusedAs(await stepUp(chief.person, chief.key.get(await staff.challengeFor(login), staff.page)))).toEqual(wrong);
    const elsewhere = cookieOf(await staff.signIn(login, { webauthn: chief.key.get(await staff.challengeFor(login), staff.page) }));
    expect(refusedAs(await stepUp(chief.person, chief.key.get(await options(elsewhere), staff.page)))).toEqual(wrong);
    const other = await staff.withKey(`other-${clock.now().getTime()}`);
    expect(refusedAs(await stepUp(chief.person, other.key.get(await options(chief.person), staff.page)))).toEqual(wrong);
    expect(refusedAs(await stepUp(chief.person, chief.key.get(await options(other.person), staff.page)))).toEqual(wrong);
  });

  it('that was copied is refused as soon as its counter does not grow', async () => {
    const login = await loginOf(chief.person);
    const before = chief.key.state.counter;
    expect((await staff.signIn(login, { webauthn: chief.key.get(await staff.challengeFor(login), staff.page) })).status).toBe(200);
    chief.key.state.counter = before;
    expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get(await staff.challengeFor(login), staff.page) }))).toEqual(wrong);
  });

  it('with another signature, client data that is none, or bytes that are none is a wrong factor, never a failure of ours', async () => {
    const login = await loginOf(chief.person);
    const good = async () => chief.key.get(await staff.challengeFor(login), staff.page);
    const spoilt = [
      async () => ({ ...(await good()), response: { ...(await good()).response, signature: 'AAAA' } }),
      async () => ({ ...(await good()), response: { ...(await good()).response, clientDataJSON: 'bm90IGpzb24' } }),
      async () => ({ ...(await good()), response: { ...(await good()).response, authenticatorData: 'AA' } }),
      async () => ({ ...(await good()), id: 'AAAA' }),
    ];
    for (const spoil of spoilt) expect(refusedAs(await staff.signIn(login, { webauthn: await spoil() }))).toEqual(wrong);
    for (const odd of [{}, null, { id: '!', response: {} }, { ...(await good()), more: 1 }]) expect((await staff.signIn(login, { webauthn: odd })).status).toBe(400);
  });
});

describe('keys', () => {
  const add = async (person: Person, key: SoftwareAuthenticator, page = staff.page): Promise<Answer> => {
    const { challenge } = KeyCreation.parse((await app.post('/api/v1/staff/me/authenticators/options', {}, person)).json);
    return app.post('/api/v1/staff/me/authenticators', { name: 'الثاني', webauthn: key.create(challenge, page) }, person);
  };
  const list = async (person: Person) => Factors.parse((await app.get('/api/v1/staff/me/factors', person)).json).authenticators;

  it('may be several, with names; each may go but the last', async () => {
    const second = softwareAuthenticator();
    clock.advance(1000);
    const person = cookieOf(await add(chief.person, second));
    const keys = await list(person);
    expect(keys.map(({ name }) => name)).toEqual(['الأول', 'الثاني']);
    const [first, last] = keys.map(({ id }) => id);
    expect((await app.remove(`/api/v1/staff/me/authenticators/${first}`, person)).status).toBe(204);
    expect(await app.remove(`/api/v1/staff/me/authenticators/${last}`, person)).toMatchObject({ status: 409, json: { code: 'last_factor' } });
    const login = await loginOf(person);
    expect(refusedAs(await staff.signIn(login, { webauthn: chief.key.get(await staff.challengeFor(login), staff.page) }))).toEqual(wrong);
    expect((await staff.signIn(login, { webauthn: second.get(await staff.challengeFor(login), staff.page) })).status).toBe(200);
  });

  it('are never two of one kind at once gone: of two that go at the same instant, one stays', async () => {
    const person = cookieOf(await add(chief.person, softwareAuthenticator()));
    const answers = await Promise.all((await list(person)).map(({ id }) => app.remove(`/api/v1/staff/me/authenticators/${id}`, person)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
  });

  it('of another person are as if they did not exist', async () => {
    const other = await staff.withKey(`other-${clock.now().getTime()}`);
    for (const { id } of await list(other.person)) expect((await app.remove(`/api/v1/staff/me/authenticators/${id}`, chief.person)).status).toBe(404);
    expect((await list(other.person)).length).toBe(1);
  });

  it('made on another site, or registered before, are refused', async () => {
    expect(refusedAs(await add(chief.person, softwareAuthenticator(), { ...staff.page, origin: 'https://evil.example' }))).toEqual(wrong);
    expect(await add(chief.person, chief.key)).toMatchObject({ status: 400, json: { errors: [{ path: 'webauthn', code: 'known' }] } });
    expect((await list(chief.person)).length).toBe(1);
  });

  it('are for those who oversee, numbers for those who work on cases', async () => {
    const { person } = await staff.withTotp(`operator-${clock.now().getTime()}`);
    expect((await app.post('/api/v1/staff/me/authenticators/options', {}, person)).status).toBe(403);
    expect((await app.post('/api/v1/staff/me/totp', {}, chief.person)).status).toBe(403);
  });

  it('replace the numbers of an operator who becomes a supervisor, who until then shows a number and may do nothing else', async () => {
    const login = `promoted-${clock.now().getTime()}`;
    const { secret } = await staff.withTotp(login);
    await sql`update staff set role = 'supervisor' where login = ${login}`;
    clock.advance(minute);
    expect((await app.post('/api/v1/staff/session', { login, password })).json).toMatchObject({ code: 'second_factor_needed', asked: { factors: ['totp'] } });
    const person = cookieOf(await staff.signIn(login, { totp: staff.numberOf(secret) }));
    expect((await app.get('/api/v1/staff/queues', person)).json['code']).toBe('enrol_first');
    const full = cookieOf(await add(person, softwareAuthenticator()));
    expect((await app.get('/api/v1/staff/queues', full)).status).toBe(200);
    clock.advance(minute);
    expect((await staff.signIn(login, { totp: staff.numberOf(secret) })).json).toMatchObject({ code: 'second_factor_needed', asked: { factors: ['webauthn'] } });
  });
});
