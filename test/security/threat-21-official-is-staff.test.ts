import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Me } from '#contract/staff';
import { openCentre, type Cookie, type Held } from '../support/centre.ts';
import { traceOf } from './ground.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let other: Cookie;
const ids: Record<'amal' | 'badr' | 'chief' | 'other' | 'stranger' | 'admin', string> = { amal: '', badr: '', chief: '', other: '', stranger: '', admin: '' };
beforeAll(async () => {
  centre = await openCentre();
  other = await centre.app.as('supervisor', 'centre-04', 'other');
  const people = { amal: centre.amal, badr: centre.badr, chief: centre.chief, other, stranger: await centre.app.as('supervisor', 'centre-06', 'stranger'), admin: await centre.app.as('administrator', null, 'admin') };
  for (const [name, cookie] of Object.entries(people)) ids[name as keyof typeof ids] = Me.parse((await centre.app.get('/api/v1/staff/me', cookie)).json).id;
});
afterAll(() => centre.app.close());

const seal = (who: Cookie, one: Held, readers: string[], version = one.version) => centre.act(who, one, 'seal', { version, readers, reason: 'تخص مسؤولا' });
const block = (who: Cookie, one: Held, staff?: string, version = one.version) => centre.act(who, one, 'block', { version, reason: 'named_in_case', ...(staff ? { staff } : {}) });
const unblock = (who: Cookie, one: Held, staff: string, version: number) => centre.act(who, one, 'unblock', { version, staff, reason: 'ليس هو' });
const sees = async (who: Cookie, { id, reference }: Held): Promise<boolean> => {
  const read = await centre.app.get(`/api/v1/staff/cases/${id}`, who);
  const found = (await centre.app.get(`/api/v1/staff/cases?q=${reference}`, who)).json['items'] as unknown[];
  const missing = await centre.app.get(`/api/v1/staff/cases/${randomUUID()}`, who);
  expect([read.status === 200, found.length]).toEqual(read.status === 200 ? [true, 1] : [false, 0]);
  if (read.status !== 200) expect(traceOf(read)).toBe(traceOf(missing));
  return read.status === 200;
};
const versionOf = async ({ id }: Held): Promise<number> => (await centre.rows<{ version: number }>('select version from cases where id = $1', id))[0]?.version ?? 0;
const waiting = async (who: Cookie): Promise<unknown> =>
  (JSON.parse((await centre.app.get('/api/v1/staff/queues', who)).text) as { id: string; waiting: number }[]).find(({ id }) => id === 'general-04')?.waiting;

describe('whoever has a conflict of interest', () => {
  it('gets 404 and an empty search, is counted nothing, and the next case passes over it', async () => {
    const [one, two] = [await centre.waiting(), await centre.waiting()];
    expect(await waiting(centre.amal)).toBe(2);
    expect((await block(centre.chief, one, ids.amal)).status).toBe(200);
    expect(await Promise.all([sees(centre.amal, one), sees(centre.badr, one), sees(centre.chief, one)])).toEqual([false, true, true]);
    expect([await waiting(centre.amal), await waiting(centre.badr)]).toEqual([1, 2]);
    expect((await centre.next(centre.amal)).json['id']).toBe(two.id);
    expect((await centre.next(centre.amal)).status).toBe(204);
    expect((await centre.next(centre.badr)).json['id']).toBe(one.id);
  });

  it('declares it alone, and then holds the case no more; nobody may block others but a supervisor', async () => {
    const one = await centre.held(centre.amal);
    expect((await block(centre.amal, one, ids.badr)).status).toBe(403);
    expect((await block(centre.amal, one)).json).toMatchObject({ status: 'assigned', assignedTo: null });
    expect(await sees(centre.amal, one)).toBe(false);
    expect((await centre.detail(centre.chief, one))['blocks']).toMatchObject([{ staff: ids.amal, reason: 'named_in_case', by: 'Test amal' }]);
    expect((await centre.detail(centre.badr, one))['blocks']).toEqual([]);
    expect((await centre.next(centre.badr)).json['id']).toBe(one.id);
    // Nor is it ever given back to them by a colleague.
    const give = await centre.act(centre.chief, one, 'assign', { version: await versionOf(one), operator: ids.amal, reason: 'خذيه' });
    expect([give.status, give.json['code']]).toEqual([404, 'not_found']);
  });

  it('is let in again by another supervisor, never by who kept them out; both acts stay written, and name nobody', async () => {
    const one = await centre.waiting();
    expect((await block(centre.chief, one, ids.amal)).status).toBe(200);
    for (const [who, mine] of [[centre.chief, true], [other, false]] as const) expect((await centre.detail(who, one))['blocks']).toMatchObject([{ staff: ids.amal, mine }]);
    expect((await block(centre.chief, one, ids.amal, 3)).json['code']).toBe('already_blocked');
    expect((await unblock(centre.chief, one, ids.amal, 3)).json['code']).toBe('other_person_needed');
    expect((await unblock(centre.badr, one, ids.amal, 3)).status).toBe(403);
    expect((await unblock(centre.amal, one, ids.amal, 3)).status).toBe(403);
    expect((await unblock(other, one, ids.badr, 3)).json['code']).toBe('not_blocked');
    expect((await unblock(other, one, ids.amal, 3)).status).toBe(200);
    expect(await sees(centre.amal, one)).toBe(true);
    const acts = (await centre.events(one.id)).filter(({ type }) => type === 'case.blocked' || type === 'case.unblocked');
    expect(acts.map(({ type }) => type)).toEqual(['case.blocked', 'case.unblocked']);
    expect(JSON.stringify(acts)).not.toContain(ids.amal);
    const rows = await centre.rows('select staff_id as who, blocked_by as by, lifted_by as lifted from conflict_blocks where case_id = $1', one.id);
    expect(rows).toEqual([{ who: ids.amal, by: ids.chief, lifted: ids.other }]);
  });

  it('stays out of one who is a reader of a sealed case', async () => {
    const one = await centre.waiting();
    await seal(centre.chief, one, [ids.badr, ids.chief]);
    expect((await block(centre.chief, one, ids.badr, 3)).status).toBe(200);
    expect(await sees(centre.badr, one)).toBe(false);
    expect((await block(centre.chief, one, ids.chief, 4)).json['code']).toBe('no_reader');
    expect(await sees(centre.chief, one)).toBe(true);
  });
});

describe('a sealed case', () => {
  it('is seen by its named readers alone, and its words are encrypted until it is unsealed', async () => {
    const one = await centre.waiting({ text: 'كلمة سرية في الشكاية' });
    const kept = async () => (await centre.rows<{ body: string | null }>('select body from messages where case_id = $1 union all select body from notes where case_id = $1 union all select preview from cases where id = $1', one.id)).map(({ body }) => body);
    expect((await kept()).join()).toContain('سرية');
    expect((await seal(centre.chief, one, [ids.badr, ids.other])).status).toBe(200);
    expect(await Promise.all([sees(centre.amal, one), sees(centre.badr, one), sees(centre.chief, one), sees(other, one)])).toEqual([false, true, false, true]);
    expect(new Set(await kept())).toEqual(new Set([null]));
    expect(JSON.stringify(await centre.detail(other, one))).toContain('كلمة سرية');
    expect((await centre.detail(other, one))['readers']).toEqual([{ id: ids.badr, name: 'Test badr' }, { id: ids.other, name: 'Test other' }]);
    // What joins it later is sealed too.
    expect((await centre.app.post('/api/v1/track/messages', { reference: one.reference, code: one.code, text: 'ما زلت أنتظر' })).status).toBe(201);
    expect(new Set(await kept())).toEqual(new Set([null]));
    const version = await versionOf(one);
    expect((await centre.act(centre.badr, one, 'unseal', { version, reason: 'انتهى' })).status).toBe(403);
    expect((await centre.act(centre.chief, one, 'unseal', { version, reason: 'انتهى' })).status).toBe(404);
    expect((await centre.act(other, one, 'unseal', { version, reason: 'انتهى' })).status).toBe(200);
    expect((await centre.act(other, one, 'unseal', { version: version + 1, reason: 'انتهى' })).json['code']).toBe('not_sealed');
    expect(await Promise.all([sees(centre.amal, one), sees(centre.chief, one)])).toEqual([true, true]);
    expect((await kept()).join()).toContain('سرية');
  });

  it('names none but people who might see it, one of them able to unseal it, wherever it goes', async () => {
    const one = await centre.waiting();
    for (const readers of [[ids.chief, randomUUID()], [ids.stranger], [ids.admin, ids.chief]])
      expect([(await seal(centre.chief, one, readers)).status, (await seal(centre.chief, one, readers)).json['errors']]).toEqual([400, [{ path: 'readers', code: 'unknown_reader' }]]);
    expect((await seal(centre.chief, one, [])).status).toBe(400);
    expect((await seal(centre.chief, one, [ids.badr])).json['code']).toBe('no_reader');
    expect((await seal(centre.amal, one, [ids.amal])).status).toBe(403);
    expect((await seal(centre.chief, one, [ids.chief], 9)).json['code']).toBe('stale');
    expect(await versionOf(one)).toBe(one.version);
    expect((await seal(centre.chief, one, [ids.chief])).status).toBe(200);
    expect((await centre.act(centre.chief, one, 'assign', { version: 3, queue: 'general-06', reason: 'من اختصاصهم' })).json['code']).toBe('no_reader');
    expect((await centre.act(centre.chief, one, 'assign', { version: 3, queue: 'integrity-04', reason: 'نزاهة' })).status).toBe(200);
    expect(await sees(centre.chief, one)).toBe(true);
  });

  it('comes back from the outside body that has it', async () => {
    const one = await centre.held(centre.badr);
    const { status, json } = await centre.act(centre.badr, one, 'refer', { version: one.version, to: 'anss', fields: ['narrative'], reason: 'للرأي' });
    expect([status, json['status']]).toEqual([200, 'referred']);
    expect((await seal(centre.chief, one, [ids.chief, ids.badr], one.version + 1)).json).toMatchObject({ status: 'in_progress', assignedTo: { id: ids.badr } });
    expect(await centre.rows('select 1 from referrals where case_id = $1 and ended_at is null', one.id)).toEqual([]);
  });

  it('leaves the hands of who is no reader, and is given to none', async () => {
    const one = await centre.held(centre.amal);
    expect((await seal(centre.chief, one, [ids.chief, ids.badr])).json).toMatchObject({ status: 'assigned', assignedTo: null });
    const hold = await centre.rows('select 1 from assignments where case_id = $1 and to_at is null', one.id);
    expect(hold).toEqual([]);
    const give = (operator: string) => centre.act(centre.chief, one, 'assign', { version: 4, operator, reason: 'خذه' });
    expect((await give(ids.amal)).json['code']).toBe('not_found');
    expect((await give(ids.badr)).status).toBe(200);
    expect((await centre.detail(centre.badr, one))['assignedTo']).toMatchObject({ id: ids.badr });
  });
});
