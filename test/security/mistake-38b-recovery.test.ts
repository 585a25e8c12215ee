import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Account, Recovery, RecoverySecret } from '#contract/accounts';
import type { StaffActor } from '#db/actor';
import { putStaff } from '#domain/staff/accounts.actions';
import { changeAccount } from '#domain/staff/changing.actions';
import { askRecovery, confirmRecovery } from '#domain/staff/recovery.actions';
import { isSecondPerson } from '#domain/staff/recovery.rules';
import { startApp, testClock, type Answer, type TestApp } from '../support/app.ts';
import { cookieOf, staffOf, type Person, type Staff } from '../support/factors.ts';

/** An expired reset token accepted, or one used twice (osTicket CVE-2026-18363); and one person alone taking an account over. */
const hour = 3_600_000;
const fresh = 'a password of my own';
const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
let staff: Staff;
let people: { alice: Person; bob: Person; chief: Person; stranger: Person };
let lost: string;
let made = 0;
beforeAll(async () => {
  app = await startApp({ clock, sms: false, demo: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  staff = staffOf(app);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(async () => {
  clock.advance(48 * hour);
  made += 1;
  lost = `lost-${made}`;
  people = {
    alice: (await staff.withKey(`alice-${made}`, 'administrator')).person,
    bob: (await staff.withKey(`bob-${made}`, 'administrator')).person,
    chief: (await staff.withKey(`chief-${made}`, 'supervisor')).person,
    stranger: (await staff.withKey(`stranger-${made}`, 'supervisor', 'centre-06')).person,
  };
  await staff.withTotp(lost);
});

const idOf = async (login: string): Promise<string> => String((await sql`select id from staff where login = ${login}`)[0]?.['id']);
const ask = async (by: Person, login = lost): Promise<Answer> => app.post(`/api/v1/staff/accounts/${await idOf(login)}/recovery`, {}, by);
const waiting = async (who: Person): Promise<Recovery[]> => z.array(Recovery.strict()).parse(JSON.parse((await app.get('/api/v1/staff/recoveries', who)).text));
const recoveryId = async (): Promise<string> => String((await sql`select id from recoveries order by asked_at desc, id desc limit 1`)[0]?.['id']);
const confirm = async (by: Person): Promise<Answer> => app.post(`/api/v1/staff/recoveries/${await recoveryId()}/confirm`, {}, by);
const secretOf = async (): Promise<string> => {
  await ask(people.alice);
  return RecoverySecret.parse((await confirm(people.bob)).json).secret;
};
const use = (secret: string, login = lost): Promise<Answer> => app.post('/api/v1/staff/recovery', { login, secret, password: fresh });

describe('a recovery', () => {
  it('by two people ends every session, and leaves a secret that sets a password once; a factor is enrolled after it', async () => {
    const { person } = await staff.withTotp(`open-${made}`);
    lost = `open-${made}`;
    expect((await ask(people.alice)).status).toBe(204);
    expect([(await app.get('/api/v1/staff/me', person)).status, (await waiting(people.chief)).map(({ account, mine }) => [account.login, mine])]).toEqual([200, [[lost, false]]]);
    const told = RecoverySecret.strict().parse((await confirm(people.chief)).json);
    expect(told.login).toBe(lost);
    expect((await app.get('/api/v1/staff/me', person)).status).toBe(401);
    expect((await staff.signIn(lost)).json['code']).toBe('wrong_login');
    expect((await use(told.secret)).status).toBe(204);
    const back = await app.post('/api/v1/staff/session', { login: lost, password: fresh });
    expect(back.json).toMatchObject({ login: lost, enrol: 'totp' });
    const written = await sql`select type from staff_events where subject_id = ${await idOf(lost)} order by id`;
    expect(written.map((row) => row['type'])).toEqual(['totp.enrolled', 'recovery.asked', 'recovery.confirmed', 'recovery.used']);
    expect(JSON.stringify(await sql`select * from recoveries`)).not.toContain(told.secret);
  });

  it('leaves no identity of the administration linked, so that the secret handed over is the only way in', async () => {
    await sql`insert into staff_identities (issuer, subject, staff_id, linked_at) values ('https://id.example', ${lost}, ${await idOf(lost)}, now())`;
    const links = async (): Promise<number> => (await sql`select from staff_identities where subject = ${lost}`).length;
    await ask(people.alice);
    expect(await links()).toBe(1);
    expect((await confirm(people.bob)).status).toBe(200);
    expect(await links()).toBe(0);
  });

  it('is never confirmed by whoever was put where they may within a day, be it through a third: one administrator would be both', async () => {
    const { ctx } = app.deps;
    const actor = async (login: string, role: StaffActor['role'], centreId: string | null = null): Promise<StaffActor> => ({ kind: 'staff', id: await idOf(login), role, centreId });
    await staff.withKey(`puppet-${made}`, 'observer');
    await staff.withKey(`third-${made}`, 'observer');
    await staff.withKey(`moved-${made}`, 'supervisor', 'centre-06');
    const [alice, puppet, third, moved] = [await actor(`alice-${made}`, 'administrator'), await actor(`puppet-${made}`, 'administrator'), await actor(`third-${made}`, 'administrator'), await actor(`moved-${made}`, 'supervisor', 'centre-04')];
    await changeAccount(ctx, alice, puppet.id, { role: 'administrator' });
    await changeAccount(ctx, puppet, third.id, { role: 'administrator' });
    await changeAccount(ctx, alice, moved.id, { centre: 'centre-04' });
    await askRecovery(ctx, alice, await idOf(lost));
    for (const second of [puppet, third, moved]) await expect(confirmRecovery(ctx, second, await recoveryId())).rejects.toMatchObject({ code: 'other_person_needed' });
    clock.advance(24 * hour);
    await askRecovery(ctx, alice, await idOf(lost));
    expect((await confirmRecovery(ctx, third, await recoveryId())).login).toBe(lost);
  });

  it('is never done by one person twice, by the person recovered, or for oneself', async () => {
    await ask(people.alice);
    expect(await confirm(people.alice)).toMatchObject({ status: 409, json: { code: 'other_person_needed' } });
    expect(await ask(people.alice)).toMatchObject({ status: 409, json: { code: 'already_asked' } });
    expect(await ask(people.alice, `alice-${made}`)).toMatchObject({ status: 409, json: { code: 'other_person_needed' } });
    clock.advance(1000);
    await ask(people.alice, `bob-${made}`);
    expect(await confirm(people.bob)).toMatchObject({ status: 409, json: { code: 'other_person_needed' } });
    await expect(sql`update recoveries set confirmed_by = asked_by`).rejects.toThrow('recoveries_two_people');
  });

  it('is as if it did not exist for a supervisor of another centre, and for operators nothing at all', async () => {
    await ask(people.alice);
    expect([(await waiting(people.stranger)).length, (await confirm(people.stranger)).status]).toEqual([0, 404]);
    expect((await ask(people.chief)).status).toBe(403);
    const { person } = await staff.withTotp(`other-${made}`);
    expect((await confirm(person)).status).toBe(403);
    expect((await staff.signIn(lost)).json['code']).toBe('second_factor_needed');
  });

  it('is never confirmed after a day, or when who asked is no administrator any more', async () => {
    await ask(people.alice);
    await sql`update staff set role = 'observer' where login = ${`alice-${made}`}`;
    expect((await confirm(people.bob)).status).toBe(404);
    await sql`update staff set role = 'administrator' where login = ${`alice-${made}`}`;
    await sql`update recoveries set asked_at = ${new Date(clock.now().getTime() - 24 * hour)}`;
    expect([(await confirm(people.bob)).status, (await waiting(people.bob)).length]).toEqual([404, 0]);
  });

  it('of two that confirm at once gives one secret', async () => {
    await ask(people.alice);
    const answers = await Promise.all([confirm(people.bob), confirm(people.chief)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });

  it('asks the administrator for a factor that was just shown', async () => {
    clock.advance(6 * 60_000);
    expect(await ask(people.alice)).toMatchObject({ status: 403, json: { code: 'step_up_needed' } });
  });
});

it('who got a role or centre less than a day ago is no second person; who never did, is', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  expect([null, before(24 * hour), before(24 * hour - 1), now].map((at) => isSecondPerson(at, now))).toEqual([true, true, false, false]);
});

describe('a recovery secret', () => {
  it('never works twice, even for many at the same instant', async () => {
    const secret = await secretOf();
    const answers = await Promise.all(Array.from({ length: 4 }, () => use(secret)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401, 401, 401]);
    expect((await use(secret)).status).not.toBe(204);
  });

  it('never outlives the recovery that replaces it, or a password given since', async () => {
    const first = await secretOf();
    clock.advance(1000);
    const second = await secretOf();
    expect(await use(first)).toMatchObject({ status: 401, json: { code: 'wrong_recovery' } });
    expect((await use(second)).status).toBe(204);
    clock.advance(1000);
    const third = await secretOf();
    const account = { login: lost, name: 'Test lost', role: 'operator', language: 'ar', centreId: 'centre-04' } as const;
    expect(await putStaff(app.deps.ctx, { ...account, password: 'another password of my own' })).toBe(true);
    expect((await use(third)).status).toBe(401);
  });

  it('never works after a day, for another login, or by guessing without end', async () => {
    const secret = await secretOf();
    clock.advance(24 * hour);
    expect(await use(secret)).toMatchObject({ status: 401, json: { code: 'wrong_recovery' } });
    clock.advance(-2 * hour);
    await staff.withTotp(`other-${made}`);
    expect((await use(secret, `other-${made}`)).status).toBe(401);
    for (let i = 0; i < 5; i += 1) await use('wrong');
    expect((await use(secret)).status).toBe(429);
  });
});

describe('an account', () => {
  const change = async (by: Person, login: string, body: Record<string, unknown>): Promise<{ status: number; code: unknown }> => {
    const response = await fetch(`${app.url}/api/v1/staff/accounts/${await idOf(login)}`, { method: 'PATCH', headers: { ...by, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { status: response.status, code: response.status === 204 ? null : z.object({ code: z.string() }).loose().parse(await response.json()).code };
  };

  it('changes role and centre by an administrator, and its sessions end; never one\u2019s own', async () => {
    const { person } = await staff.withTotp(`mover-${made}`);
    expect((await change(people.alice, `mover-${made}`, { role: 'supervisor' })).status).toBe(204);
    expect((await app.get('/api/v1/staff/me', person)).status).toBe(401);
    expect(await change(people.alice, `mover-${made}`, { role: 'observer', centre: 'centre-04' })).toEqual({ status: 400, code: 'invalid' });
    expect(await change(people.alice, `bob-${made}`, { role: 'operator' })).toEqual({ status: 400, code: 'invalid' });
    expect(await change(people.alice, `mover-${made}`, { centre: 'no centre' })).toEqual({ status: 400, code: 'invalid' });
    expect(await change(people.alice, `alice-${made}`, { role: 'observer' })).toEqual({ status: 409, code: 'other_person_needed' });
    expect((await change(people.alice, `mover-${made}`, { active: false })).status).toBe(204);
    expect(await change(people.alice, `mover-${made}`, { role: 'operator' })).toEqual({ status: 404, code: 'not_found' });
    const listed = z.array(Account.strict()).parse(JSON.parse((await app.get('/api/v1/staff/accounts', people.alice)).text));
    expect(listed.find(({ login }) => login === `mover-${made}`)).toMatchObject({ role: 'supervisor', active: false, centre: { id: 'centre-04' } });
    const written = await sql`select type from staff_events where subject_id = ${await idOf(`mover-${made}`)} order by id`;
    expect(written.map((row) => row['type'])).toEqual(['totp.enrolled', 'account.role_changed', 'account.closed']);
  });

  it('becomes a partner with an organisation only, sees what is referred to it, and leaves both with the role', async () => {
    const login = `helper-${made}`;
    await staff.withTotp(login);
    const organisation = async () => (await sql`select organisation_id as id from staff where login = ${login}`)[0]?.['id'];
    for (const body of [{}, { organisation: null }, { organisation: 'nobody' }]) expect(await change(people.alice, login, { role: 'partner', ...body })).toEqual({ status: 400, code: 'invalid' });
    expect(await change(people.alice, login, { role: 'observer', organisation: 'anss' })).toEqual({ status: 400, code: 'invalid' });
    expect((await change(people.alice, login, { role: 'partner', organisation: 'anss' })).status).toBe(204);
    expect(await organisation()).toBe('anss');
    const listed = z.array(Account.strict()).parse(JSON.parse((await app.get('/api/v1/staff/accounts', people.alice)).text));
    expect(listed.find((one) => one.login === login)).toMatchObject({ role: 'partner', centre: null, organisation: { id: 'anss' } });
    expect((await change(people.alice, login, { organisation: 'entraide' })).status).toBe(204);
    expect((await change(people.alice, login, { role: 'observer' })).status).toBe(204);
    expect(await organisation()).toBeNull();
    const written = await sql`select type from staff_events where subject_id = ${await idOf(login)} and type like 'account.%' order by id`;
    const [role, body] = ['account.role_changed', 'account.organisation_changed'];
    expect(written.map((row) => row['type'])).toEqual([role, 'account.centre_changed', body, body, role, body]);
  });

  it('that is closed gives its linked identity free', async () => {
    await staff.withTotp(`leaver-${made}`);
    await sql`insert into staff_identities (issuer, subject, staff_id, linked_at) values ('https://id.example', ${`leaver-${made}`}, ${await idOf(`leaver-${made}`)}, now())`;
    expect((await change(people.alice, `leaver-${made}`, { active: false })).status).toBe(204);
    expect(await sql`select from staff_identities where subject = ${`leaver-${made}`}`).toHaveLength(0);
  });

  it('of two administrators who close each other at once, one stays', async () => {
    const statuses = await Promise.all([change(people.alice, `bob-${made}`, { active: false }), change(people.bob, `alice-${made}`, { active: false })]);
    expect(statuses.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(cookieOf(await staff.signIn(`bob-${made}`)).cookie).toBe('');
  });
});
