import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Me } from '#contract/staff';
import { may, rows, type Row } from '#domain/access/access.rules';
import { callers, isRole, openGround, things, traceOf, type Ground } from './ground.ts';
import { actorFor, cellsOf, sight, table, tryRoutes, type Table } from './matrix.ts';
import { sideDoorCells, tryCounts, tryFrames, trySideDoors } from './side-doors.ts';

let ground: Ground;
/** How many cells were tried, told once at the end. */
const tried = { routes: 0, doors: 0 };
beforeAll(async () => {
  ground = await openGround();
});
afterAll(async () => {
  process.stdout.write(`The matrix tried ${tried.routes} cells of routes and ${tried.doors} of side doors.\n`);
  await ground.app.close();
});

/** Cases shown by a side door: Zammad CVE-2020-10100, FreeScout GHSA-wqq7-4q7m-273v (search), GHSA-gh3r-jh6q-wrvj (frames). */
describe('a case out of sight', () => {
  it('is never told from a missing one, nor changed, by any route, role and object', async () => {
    const { cells, faults } = await tryRoutes(ground, table, sight);
    expect(faults).toEqual([]);
    expect(cells).toBe(cellsOf(table));
    tried.routes = cells;
  }, 300_000);

  it('never appears in a list, a search, a filter, a figure or a destination', async () => {
    const { cells, faults } = await trySideDoors(ground, sight);
    expect(faults).toEqual([]);
    expect(cells).toBe(sideDoorCells());
    tried.doors = cells;
  }, 180_000);

  it('is never counted for whoever may not see it', async () => {
    const { cells, faults } = await tryCounts(ground, sight);
    expect(faults).toEqual([]);
    expect(cells).toBe(8);
  });

  it('never has a live frame, and the live line opens to nobody else (over 25 cells)', async () => {
    const { cells, faults } = await tryFrames(ground, sight);
    expect(faults).toEqual([]);
    expect(cells).toBeGreaterThan(25);
  });
});

/** Only the first of two objects checked: FreeScout GHSA-v8vc-cmf9-gg2c. */
describe('an operation on two objects', () => {
  const idOf = async (headers: Record<string, string>): Promise<string> => Me.parse((await ground.app.get('/api/v1/staff/me', headers)).json).id;

  it('never hands a case to somebody who could not see it, and tells no such person from a missing one', async () => {
    const neighbour = await idOf(await ground.app.as('operator', 'centre-06', 'neighbour'));
    const operator = await idOf(ground.headersOf('operator'));
    const hands: Record<string, readonly string[]> = {
      own: [neighbour, ...(await Promise.all((['administrator', 'observer', 'partner'] as const).map((role) => idOf(ground.headersOf(role)))))],
      restricted: [neighbour, operator],
    };
    for (const thing of ['own', 'restricted'] as const) {
      const { id, version } = await ground.make(thing);
      const give = (to: string) =>
        ground.app.post(`/api/v1/staff/cases/${id}/assign`, { version, operator: to, reason: 'خذه' }, ground.headersOf('supervisor'));
      const missing = traceOf(await give(randomUUID()));
      const before = await ground.fingerprint();
      for (const to of hands[thing] ?? []) {
        const answer = await give(to);
        expect([answer.status, traceOf(answer)]).toEqual([404, missing]);
      }
      expect(await ground.fingerprint()).toBe(before);
    }
    const { id, version } = await ground.make('own');
    const give = (who: 'operator' | 'supervisor') =>
      ground.app.post(`/api/v1/staff/cases/${id}/assign`, { version, operator, reason: 'خذه' }, ground.headersOf(who));
    expect((await give('operator')).status).toBe(403);
    expect((await give('supervisor')).status).toBe(200);
  });

  it('never opens a file through a case that it is not of, in sight or not, nor tells it from a missing one', async () => {
    const open = (id: string, file: string) => ground.app.get(`/api/v1/staff/cases/${id}/attachments/${file}`, ground.headersOf('supervisor'));
    const [own, foreign, restricted] = (['own', 'foreign', 'restricted'] as const).map((thing) => ground.thing(thing));
    if (!own || !foreign || !restricted) throw new Error('a case is missing');
    expect((await open(own.id, own.file)).status).toBe(200);
    const before = await ground.fingerprint();
    const missing = traceOf(await open(own.id, randomUUID()));
    for (const [id, file] of [[own.id, foreign.file], [foreign.id, own.file], [own.id, restricted.file], [foreign.id, foreign.file], [own.id, own.id]] as const) {
      const answer = await open(id, file);
      expect([answer.status, traceOf(answer)]).toEqual([404, missing]);
    }
    expect(await ground.fingerprint()).toBe(before);
  });

  it('never takes a hidden case because the other object is one\u2019s own', async () => {
    const operator = await idOf(ground.headersOf('operator'));
    for (const who of ['operator', 'supervisor'] as const)
      for (const thing of things.filter((one) => !sight[who].includes(one)))
        for (const to of [{ operator }, { queue: 'general-04' }, { queue: 'no such queue' }]) {
          const assign = ({ id, version }: { id: string; version: number }) =>
            ground.app.post(`/api/v1/staff/cases/${id}/assign`, { version, reason: 'لي', ...to }, ground.headersOf(who));
          const missing = await assign(await ground.make('missing'));
          const before = await ground.fingerprint();
          const answer = await assign(ground.thing(thing));
          expect([who, thing, answer.status, traceOf(answer)]).toEqual([who, thing, 404, traceOf(missing)]);
          expect(await ground.fingerprint()).toBe(before);
        }
  });

  it('lets a case be sent where its sender cannot follow, and then it is out of the sender\u2019s sight', async () => {
    for (const queue of ['general-06', 'integrity-04']) {
      const { id, version } = await ground.make('own');
      const operator = ground.headersOf('operator');
      expect((await ground.app.post(`/api/v1/staff/cases/${id}/assign`, { version, queue, reason: 'من اختصاصهم' }, operator)).status).toBe(200);
      const gone = await ground.app.get(`/api/v1/staff/cases/${id}`, operator);
      expect(traceOf(gone)).toBe(traceOf(await ground.app.get(`/api/v1/staff/cases/${randomUUID()}`, operator)));
    }
  });
});

/** The person taken from the body: better-auth CVE-2025-61928. */
describe('an id that nobody asked for', () => {
  const extras = ['userId', 'actorId', 'staffId', 'id', 'caseId', 'centreId', 'centre', 'role', 'assignedTo'];

  it('never opens, aims or widens anything: a body or a question with one is refused, whoever sends it', async () => {
    const before = await ground.fingerprint();
    let cells = 0;
    for (const [route, entry] of Object.entries(table).filter(([, { policy }]) => policy !== 'public' && policy !== 'code' && policy !== 'signature'))
      for (const caller of callers) {
        const allowed = isRole(caller) && entry.policy !== 'public' && entry.policy !== 'code' && entry.policy !== 'signature' && may(actorFor(caller), entry.policy);
        const asks = entry.body !== undefined || route.includes('reports') || route === 'GET /staff/cases';
        // What takes neither body nor question has nothing to be read from.
        if (allowed && !asks) continue;
        for (const extra of extras) {
          cells += 1;
          const { id } = ground.thing('own');
          const aimed = route.replace(' /', ' /api/v1/').replace('{id}', id) + (route.startsWith('GET') ? `?${extra}=${id}` : '');
          const { status, json } = await ground.call(aimed, ground.headersOf(caller), { ...entry.body?.(ground.thing('own'), caller, ground), [extra]: id });
          // `centre` is a filter of lists: one that names no centre finds nothing.
          if (allowed && route === 'GET /staff/cases' && extra === 'centre') expect(json['items']).toEqual([]);
          // An account has a centre; this one is of nobody.
          else if (allowed && route.startsWith('PATCH /staff/accounts') && extra === 'centre') expect(status).toBe(404);
          else expect([route, caller, extra, status]).toEqual([route, caller, extra, allowed ? 400 : isRole(caller) ? 403 : 401]);
        }
      }
    expect(await ground.fingerprint()).toBe(before);
    expect(cells).toBeGreaterThan(500);
  }, 180_000);

  it('never aims the next case at another queue than that of the address', async () => {
    const { id } = await ground.make('restricted');
    await ground.make('own');
    const { json } = await ground.app.post('/api/v1/staff/queues/general-04/next', { queue: 'integrity-04', id, centreId: 'centre-06' }, ground.headersOf('operator'));
    expect(json['queue']).toBe('general-04');
  });
});

/** The table with these routes alone. */
const only = (...routes: string[]): Table => Object.fromEntries(Object.entries(table).filter(([route]) => routes.includes(route)));

describe('the matrix has teeth: it reports', () => {
  const tryOnly = async (declared: Table, seen = sight): Promise<string[]> =>
    (await tryRoutes(ground, declared, seen)).faults.filter((fault) => !fault.endsWith('not in the table'));
  const read = 'GET /staff/cases/{id}';

  it('a route that nobody declared, and a declared one that is gone', async () => {
    const { faults } = await tryRoutes(ground, { 'GET /staff/gone': { policy: 'public' } }, sight);
    expect(faults.toSorted()).toEqual([...Object.keys(table).map((route) => `${route}: not in the table`), 'GET /staff/gone: not in the document'].toSorted());
  });

  it('a policy that is not the declared one: removed, or of another verb', async () => {
    const stricter: Table = { 'GET /categories': { policy: 'session.own' }, 'GET /staff/queues': { policy: 'report.read' } };
    expect(await tryOnly(stricter)).toEqual([
      'GET /categories, nobody, missing: should answer 401, answers 200',
      'GET /staff/queues, operator, missing: should answer 403, answers 200',
      'GET /staff/queues, administrator, missing: should be allowed, answers 403',
      'GET /staff/queues, observer, missing: should be allowed, answers 403',
    ]);
  });

  it('a sight that is wider than the declared one, on routes, in lists, counts and frames', async () => {
    const narrower = { ...sight, supervisor: ['own'] as const };
    expect(await tryOnly(only(read), narrower)).toEqual(['restricted', 'sealed to them'].map((thing) => `${read}, supervisor, ${thing}: should answer 404, answers 200`));
    expect((await trySideDoors(ground, narrower)).faults.length).toBeGreaterThan(5);
    expect((await tryCounts(ground, narrower)).faults).toHaveLength(1);
    expect((await tryFrames(ground, narrower)).faults).toEqual(['sealed to them', 'restricted'].map((thing) => `live line, supervisor: tells of the ${thing} case`));
  });

  it('walls that really fell: an operator who became a supervisor, or went to another centre', async () => {
    await ground.rows("update staff set role = 'supervisor' where login = 'operator'");
    const promoted = [await tryOnly(only(read, 'GET /staff/reports/response-times')), (await tryFrames(ground, sight)).faults];
    await ground.rows("update staff set role = 'operator', centre_id = 'centre-06' where login = 'operator'");
    const moved = await tryOnly(only(read));
    await ground.rows("update staff set centre_id = 'centre-04' where login = 'operator'");
    expect(promoted).toEqual([
      [`${read}, operator, restricted: should answer 404, answers 200`, 'GET /staff/reports/response-times, operator, missing: should answer 403, answers 200'],
      ['live line, operator: tells of the restricted case'],
    ]);
    expect(moved).toEqual([`${read}, operator, own: should be allowed, answers 404`, `${read}, operator, foreign: should answer 404, answers 200`, `${read}, operator, referred: should answer 404, answers 200`, `${read}, operator, sealed to them: should be allowed, answers 404`]);
    expect(await tryOnly(only(read))).toEqual([]);
  });
});

/** The table of `may` and the policies of the database are two walls. Here each is really taken down in the running product. */
describe('of the two walls around a case', () => {
  const read = 'GET /staff/cases/{id}';
  const signOut = 'POST /staff/centres/{id}/sign-out';
  const routesTold = async (...routes: string[]): Promise<string[]> =>
    (await tryRoutes(ground, only(...routes), sight)).faults.filter((fault) => !fault.endsWith('not in the table'));
  const told = async (): Promise<string[]> => [...(await routesTold(read)), ...(await tryCounts(ground, sight)).faults, ...(await tryFrames(ground, sight)).faults];

  /** While it lasts, the database shows staff every case. */
  const withoutPolicy = async (work: () => Promise<void>): Promise<void> => {
    const owner = postgres(ground.app.databaseUrl, { max: 1 });
    const [policy] = await owner<{ qual: string }[]>`select qual from pg_policies where tablename = 'cases' and policyname = 'staff'`;
    if (!policy) throw new Error('cases have no policy for staff');
    await owner.unsafe('alter policy "staff" on cases using (true)');
    try {
      await work();
    } finally {
      await owner.unsafe(`alter policy "staff" on cases using (${policy.qual})`);
      await owner.end();
    }
  };
  /** While it lasts, the table of `may` lacks these rows. */
  const withoutRows = async <T>(names: readonly string[], work: () => Promise<T>): Promise<T> => {
    const open = rows as Row[];
    const whole = [...open];
    open.splice(0, open.length, ...whole.filter(({ name }) => !names.includes(name)));
    if (open.length !== whole.length - names.length) throw new Error('no such rows');
    try {
      return await work();
    } finally {
      open.splice(0, open.length, ...whole);
    }
  };

  it('the table of rights holds alone', () =>
    withoutPolicy(async () => {
      expect(await told()).toEqual([]);
      expect((await trySideDoors(ground, sight)).faults).toEqual([]);
    }), 60_000);

  it('the policies hold alone; live frames have the table only', () =>
    withoutRows(['restricted queue', 'sealed', 'conflict of interest'], async () => {
      expect(await routesTold(read)).toEqual([]);
      // A queue is no row that a policy hides: it names nobody.
      expect((await trySideDoors(ground, sight)).faults.filter((fault) => !fault.includes('/staff/queues'))).toEqual([]);
    }), 60_000);

  it('each row of the table is missed: without it the matrix reports what leaks, or what is shut', () =>
    withoutPolicy(async () => {
      const leaks = (who: 'operator' | 'supervisor', thing: string) => [`${read}, ${who}, ${thing}: should answer 404, answers 200`, `live line, ${who}: tells of the ${thing} case`];
      const counted = [expect.stringMatching(/^queues of the operator: /), expect.stringMatching(/^sum of the report of the supervisor: /)];
      const expected: Record<string, { by: () => Promise<string[]>; faults: unknown[] }> = {
        'own centre': { by: () => routesTold(read), faults: [`${read}, operator, own: should be allowed, answers 404`] },
        referred: { by: () => routesTold(read), faults: [`${read}, partner, referred: should be allowed, answers 404`] },
        'any centre': { by: () => routesTold(signOut), faults: ['own', 'foreign'].map((thing) => `${signOut}, administrator, ${thing}: should be allowed, answers 404`) },
        'restricted queue': { by: told, faults: leaks('operator', 'restricted') },
        sealed: { by: told, faults: [...leaks('operator', 'sealed'), ...leaks('supervisor', 'sealed'), ...counted] },
        'conflict of interest': { by: told, faults: [...leaks('operator', 'blocked'), ...leaks('supervisor', 'blocked'), ...counted] },
      };
      expect(Object.keys(expected)).toEqual(rows.map(({ name }) => name));
      for (const [name, { by, faults }] of Object.entries(expected)) expect(await withoutRows([name], by)).toEqual(expect.arrayContaining(faults));
      expect(await told()).toEqual([]);
    }), 120_000);
});
