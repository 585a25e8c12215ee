import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeStaffAccount } from '#cli/close-staff';
import { changeAccount } from '#domain/staff/changing.actions';
import type { StaffActor } from '#db/actor';
import { eventually } from '../support/app.ts';
import { openCentre, type Cookie } from '../support/centre.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let administrator: StaffActor;
const idOf = async (who: Cookie): Promise<string> => String((await centre.app.get('/api/v1/staff/me', who)).json['id']);
beforeAll(async () => {
  centre = await openCentre();
  administrator = { kind: 'staff', id: await idOf(await centre.app.as('administrator', null)), role: 'administrator', centreId: null };
});
afterAll(() => centre.app.close());

describe('a person who leaves', () => {
  it.each([
    ['closed', async (id: string) => changeAccount(centre.app.deps.ctx, administrator, id, { active: false })],
    ['moved', async (id: string) => changeAccount(centre.app.deps.ctx, administrator, id, { centre: 'centre-06' })],
    ['appointed', async (id: string) => changeAccount(centre.app.deps.ctx, administrator, id, { role: 'administrator', centre: null })],
    // A terminal has no keys.
    ['closed at a terminal', async () => closeStaffAccount({ db: centre.app.deps.ctx.db, clock: centre.clock, live: centre.app.deps.ctx.live }, ['--login', 'leaver closed at a terminal'])],
  ] as const)('%s, leaves no case behind in hands that cannot work it', async (name, leave) => {
    const leaver = await centre.app.as('operator', 'centre-04', `leaver ${name}`);
    const one = await centre.held(leaver);
    const waiting = await centre.held(leaver);
    expect((await centre.act(leaver, waiting, 'reply', { version: waiting.version, text: 'في أي شهر؟', question: true })).status).toBe(200);
    const kept = await centre.held(centre.badr);

    await leave(await idOf(leaver));

    for (const left of [one, waiting]) {
      const seen = await centre.detail(centre.amal, left);
      expect(seen).toMatchObject({ status: 'assigned', assignedTo: null });
      expect((await centre.act(centre.amal, left, 'claim', { version: seen['version'] })).status).toBe(200);
      expect((await centre.events(left.id)).filter(({ type }) => type === 'case.released')).toHaveLength(1);
    }
    expect(await centre.detail(centre.badr, kept)).toMatchObject({ status: 'in_progress', version: kept.version });
  });
});

describe('a person whose account is closed in the very moment', () => {
  let sql: postgres.Sql;
  beforeAll(() => {
    sql = postgres(centre.app.databaseUrl, { max: 2 });
  });
  afterAll(() => sql.end());
  const waits = async (): Promise<number> => (await sql`select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database()) or not granted and locktype = 'transactionid'`).length;

  it.each([
    ['takes the next case', (leaver: Cookie) => centre.next(leaver)],
    ['claims a case', (leaver: Cookie, one: { id: string; version: number }) => centre.act(leaver, one, 'claim', { version: one.version })],
    ['moves a case into work', (leaver: Cookie, one: { id: string; version: number }) => centre.act(leaver, one, 'move', { version: one.version, to: 'in_progress' })],
    ['is assigned a case', async (leaver: Cookie, one: { id: string; version: number }) => centre.act(centre.chief, one, 'assign', { version: one.version, operator: await idOf(leaver), reason: 'غياب' })],
  ] as const)('%s: no case is left with a closed account', async (name, take) => {
    const leaver = await centre.app.as('operator', 'centre-04', `going ${name}`);
    const id = await idOf(leaver);
    const one = await centre.waiting();
    let taking: Promise<unknown> = Promise.resolve();
    let closing: Promise<void> = Promise.resolve();
    await sql.begin(async (held) => {
      // Whoever takes it has been let in, and waits at the last step.
      await held`lock table assignments in share row exclusive mode`;
      taking = take(leaver, one);
      await eventually(async () => (await waits()) === 1);
      let closed = false;
      closing = changeAccount(centre.app.deps.ctx, administrator, id, { active: false }).finally(() => (closed = true));
      await eventually(async () => closed || (await waits()) === 2);
    });
    await Promise.all([taking, closing]);
    expect(await centre.rows('select c.status from cases c join staff s on s.id = c.assigned_to where not s.active')).toEqual([]);
    expect(await centre.rows('select status, assigned_to from cases where id = $1', one.id)).toEqual([{ status: 'assigned', assigned_to: null }]);
    await centre.rows("update cases set status = 'withdrawn' where id = $1", one.id);
  });

  it('twenty at once who take, and are closed meanwhile, leave nothing behind', async () => {
    const leavers = [];
    for (let i = 0; i < 8; i += 1) leavers.push(await centre.app.as('operator', 'centre-04', `rushing ${i}`));
    const ids = await Promise.all(leavers.map(idOf));
    for (let i = 0; i < 16; i += 1) await centre.waiting();
    await Promise.all(leavers.flatMap((leaver, i) => [centre.next(leaver), centre.next(leaver), changeAccount(centre.app.deps.ctx, administrator, ids[i] ?? '', { active: false })]));
    expect(await centre.rows('select c.status from cases c join staff s on s.id = c.assigned_to where not s.active')).toEqual([]);
  });
});

describe('a person who leaves while an outside body has their case', () => {
  it('the body goes on with it, and its answer goes to the queue', async () => {
    const leaver = await centre.app.as('operator', 'centre-04', 'refers');
    const partner = await centre.app.as('partner', null, 'of anss', 'anss');
    const one = await centre.held(leaver);
    expect((await centre.act(leaver, one, 'refer', { version: one.version, to: 'anss', fields: ['narrative'], reason: 'من اختصاصكم' })).status).toBe(200);

    await changeAccount(centre.app.deps.ctx, administrator, await idOf(leaver), { active: false });

    const seen = await centre.detail(centre.amal, one);
    expect(seen).toMatchObject({ status: 'referred', assignedTo: null, referral: { organisation: { id: 'anss' } } });
    const theirs = await centre.detail(partner, one);
    expect(theirs).toMatchObject({ status: 'referred' });
    expect((await centre.act(partner, one, 'answer', { version: theirs['version'], text: 'تمت التسوية' })).status).toBe(200);
    const back = await centre.detail(centre.amal, one);
    expect(back).toMatchObject({ status: 'assigned', assignedTo: null, referral: null });
    expect((await centre.act(centre.amal, one, 'claim', { version: back['version'] })).status).toBe(200);
  });
});

describe('the last reader of sealed cases who may unseal them', () => {
  it('is not closed, moved or given another role until another is named; how many cases, and no more, is told', async () => {
    const last = await centre.app.as('supervisor', 'centre-04', 'last reader');
    const id = await idOf(last);
    const one = await centre.waiting();
    const sealed = await centre.act(centre.chief, one, 'seal', { version: one.version, readers: [id], reason: 'مسؤول معني' });
    expect(sealed.status).toBe(200);
    const refused = { code: 'no_reader', members: { cases: 1 } };
    const { ctx } = centre.app.deps;
    for (const change of [{ active: false }, { centre: 'centre-06' }, { role: 'operator' }] as const) await expect(changeAccount(ctx, administrator, id, change)).rejects.toMatchObject(refused);
    await expect(closeStaffAccount({ db: ctx.db, clock: centre.clock, live: ctx.live }, ['--login', 'last reader'])).rejects.toMatchObject(refused);
    expect((await centre.app.get('/api/v1/staff/me', last)).status).toBe(200);

    const chief = await idOf(centre.chief);
    expect((await centre.act(last, one, 'seal', { version: one.version + 1, readers: [id, chief], reason: 'زميلة' })).status).toBe(200);
    await changeAccount(ctx, administrator, id, { active: false });
    expect((await centre.detail(centre.chief, one))['readers']).not.toBeNull();
  });
});
