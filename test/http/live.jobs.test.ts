import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { liveClose } from '#contract/live';
import { system, type StaffActor } from '#db/actor';
import { openDeps } from '#deps';
import { addNote } from '#domain/cases/work.actions';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { eventually, filing, startApp, testClock, type TestApp } from '../support/app.ts';
import { openConsole, type Console } from '../support/console.ts';

type Cookie = { cookie: string };
let app: TestApp;

const address = () => `${app.url.replace('http', 'ws')}/live`;

const open = (headers: Record<string, string>) => openConsole(app.url, headers);

/** HTTP status with which the upgrade was refused; null if it was not. */
const refusal = (headers: Record<string, string>): Promise<number | null> =>
  new Promise((resolve) => {
    const socket = new WebSocket(address(), { headers });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.close();
      resolve(null);
    });
  });

const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
const file = async (more: Record<string, unknown>): Promise<{ id: string; version: number }> => {
  const { reference } = (await app.post('/api/v1/cases', filing(more))).json;
  return eventually(async () => (await rows<{ id: string; version: number }>('select id, version from cases where reference = $1 and triaged_at is not null', String(reference)))[0]);
};
const here = { territory: { province: 'MA-SAL' } };
const elsewhere = { territory: { province: 'MA-CAS' } };
const told = ({ frames }: Console, { id }: { id: string }, version: number) =>
  eventually(async () => frames.some((frame) => frame.caseId === id && frame.version === version));

describe('the live line', () => {
  let operator: Cookie;
  let supervisor: Cookie;
  let stranger: Cookie;
  beforeAll(async () => {
    app = await startApp({ work: true });
    operator = await app.as('operator', 'centre-04');
    supervisor = await app.as('supervisor', 'centre-04');
    stranger = await app.as('operator', 'centre-06', 'stranger');
  });
  afterAll(() => app.close());

  it('tells the centre of a case, and never another one, that it changed; what it says is no content', async () => {
    const [mine, chief, other] = await Promise.all([open(operator), open(supervisor), open(stranger)]);
    const one = await file(here);
    await Promise.all([told(mine, one, 2), told(chief, one, 2)]);
    const theirs = await file(elsewhere);
    await told(other, theirs, 2);
    expect(other.frames.map(({ caseId }) => caseId)).not.toContain(one.id);
    expect(mine.frames.map(({ caseId }) => caseId)).not.toContain(theirs.id);
    for (const frame of [...mine.frames, ...chief.frames, ...other.frames]) {
      expect(Object.keys(frame)).toEqual(['type', 'caseId', 'version']);
      expect(frame.type).toBe('case.changed');
    }
    for (const console of [mine, chief, other]) console.close();
  });

  it('never tells operators of a case in a restricted queue', async () => {
    const [mine, chief] = await Promise.all([open(operator), open(supervisor)]);
    const accusation = await file({ ...here, text: 'طلب مني الموظف رشوة باش يدوز الملف.' });
    await told(chief, accusation, 2);
    const later = await file(here);
    await told(mine, later, 2);
    expect(mine.frames.map(({ caseId }) => caseId)).not.toContain(accusation.id);
    for (const console of [mine, chief]) console.close();
  });

  it('tells within a second of the answer to whoever made the change', async () => {
    const { id, version } = await file(here);
    const mine = await open(operator);
    expect((await app.post(`/api/v1/staff/cases/${id}/note`, { version, text: 'seen' }, operator)).status).toBe(200);
    const answered = performance.now();
    await told(mine, { id }, version + 1);
    expect(performance.now() - answered).toBeLessThan(1000);
    mine.close();
  });

  it('tells the queue that a case leaves as well as the one it goes to', async () => {
    const { id, version } = await file(here);
    const [mine, other] = await Promise.all([open(operator), open(stranger)]);
    await app.post(`/api/v1/staff/cases/${id}/assign`, { version, queue: 'general-06', reason: 'lives in Casablanca' }, operator);
    await Promise.all([told(mine, { id }, version + 1), told(other, { id }, version + 1)]);
    for (const console of [mine, other]) console.close();
  });

  it('tells a centre of the cases in its newest queue, and never operators of those in a newly restricted one', async () => {
    await rows("insert into queues (id, centre_id, name_ar, name_fr) values ('newest-04', 'centre-04', '', ''), ('sealed-04', 'centre-04', '', '')");
    await rows("update queues set restricted = true where id = 'sealed-04'");
    const [mine, chief] = await Promise.all([open(operator), open(supervisor)]);
    const sealed = await file(here);
    const one = await file(here);
    const send = ({ id, version }: { id: string; version: number }, queue: string) =>
      app.post(`/api/v1/staff/cases/${id}/assign`, { version, queue, reason: 'belongs there' }, supervisor);
    await send(sealed, 'sealed-04');
    await told(chief, sealed, 3);
    await app.post(`/api/v1/staff/cases/${sealed.id}/note`, { version: 3, text: 'seen' }, supervisor);
    await told(chief, sealed, 4);
    await send(one, 'newest-04');
    await told(mine, one, 3);
    await app.post(`/api/v1/staff/cases/${one.id}/note`, { version: 3, text: 'seen' }, operator);
    await told(mine, one, 4);
    expect(mine.frames.filter(({ caseId, version }) => caseId === sealed.id && version > 3)).toEqual([]);
    for (const console of [mine, chief]) console.close();
  });

  it('tells of what another process did', async () => {
    const { id, version } = await file(here);
    const mine = await open(operator);
    const { jobStore } = app.deps;
    const settings = Settings.parse({
      DATABASE_URL: app.databaseUrl, PUBLIC_URL: app.url, CODE_KEY: '11'.repeat(32), LOG_KEY: '44'.repeat(32), DATA_KEYS: `1:${'55'.repeat(32)}`, INDEX_KEY: '66'.repeat(32), ...('redisUrl' in jobStore ? { REDIS_URL: jobStore.redisUrl } : {}),
    });
    const process2 = await openDeps(settings, createLog('silent'));
    const { id: staffId } = (await app.get('/api/v1/staff/me', operator)).json as { id: string };
    const actor: StaffActor = { kind: 'staff', id: staffId, role: 'operator', centreId: 'centre-04' };
    await addNote(process2.ctx, actor, id, { version, text: 'from elsewhere' });
    await told(mine, { id }, version + 1);
    await process2.close();
    mine.close();
  });

  it('is never opened from another site, without a session, or by a role that may not listen', async () => {
    const partner = await app.as('partner', null);
    expect(await refusal({ ...operator, origin: 'https://elsewhere.example' })).toBe(403);
    expect(await refusal({ ...operator, origin: 'null' })).toBe(403);
    expect(await refusal({})).toBe(401);
    expect(await refusal({ cookie: 'sid=guessed' })).toBe(401);
    expect(await refusal(partner)).toBe(403);
    expect(await refusal({ ...operator, origin: app.url })).toBeNull();
  });

  it('ends when the session ends, within a second', async () => {
    const leaving = await app.as('operator', 'centre-04', 'leaving');
    const [theirs, mine] = await Promise.all([open(leaving), open(operator)]);
    expect((await fetch(`${app.url}/api/v1/staff/session`, { method: 'DELETE', headers: leaving })).status).toBe(204);
    const ended = performance.now();
    expect(await theirs.closed).toBe(liveClose.revoked);
    expect(performance.now() - ended).toBeLessThan(1000);
    const { id } = await file(here);
    await told(mine, { id }, 2);
    expect(theirs.frames.filter(({ caseId }) => caseId === id)).toEqual([]);
    mine.close();
  });

  it('takes no orders: a console that speaks is closed', async () => {
    const mine = await open(operator);
    mine.send('{"subscribe":"*"}');
    expect(await mine.closed).toBe(1008);
  });
});

describe('a console that nobody uses', () => {
  const clock = testClock();
  const background = { 'x-insat-background': '1' };
  beforeAll(async () => {
    app = await startApp({ clock, sms: false });
  });
  afterAll(() => app.close());

  it('never keeps its session alive by what it re-reads by itself, nor by coming back to the live line', async () => {
    const person = await app.as('operator', 'centre-04');
    for (const path of ['/api/v1/staff/queues', '/api/v1/staff/cases', '/api/v1/staff/me']) {
      clock.advance(9 * 60_000);
      expect((await app.get(path, { ...person, ...background })).status).toBe(200);
      expect(await refusal(person)).toBeNull();
    }
    clock.advance(3 * 60_000);
    expect((await app.get('/api/v1/staff/queues', { ...person, ...background })).status).toBe(401);
    expect(await refusal(person)).toBe(401);
  });

  it('keeps it while somebody reads', async () => {
    const person = await app.as('operator', 'centre-04');
    for (let i = 0; i < 4; i += 1) {
      clock.advance(20 * 60_000);
      expect((await app.get('/api/v1/staff/queues', person)).status).toBe(200);
    }
  });
});

describe('a server that stops', () => {
  it('tells its consoles to come back', async () => {
    app = await startApp();
    const mine = await open(await app.as('operator', 'centre-04'));
    await app.close();
    expect(await mine.closed).toBe(liveClose.restart);
  });
});
