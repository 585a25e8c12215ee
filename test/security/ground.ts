import { Me } from '#contract/staff';
import { roles, type Role } from '#contract/words';
import { system, type StaffActor } from '#db/actor';
import { blockFromCase } from '#domain/access/conflicts.actions';
import { sealCase } from '#domain/access/readers.actions';
import { claimCase } from '#domain/cases/holding.actions';
import { seal } from '#domain/proof/sealing.actions';
import { referCase } from '#domain/referrals/referring.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { newReference } from '#lib/reference';
import { filing, startApp, testClock, type Answer, type TestApp } from '../support/app.ts';
import { pdf, uploaded } from '../support/files.ts';

/** Whoever calls: each role once, the operator and the supervisor in centre-04, and somebody who has not signed in. */
export const callers = [...roles, 'nobody'] as const;
export type Caller = (typeof callers)[number];
/** Whose referrals the partner sees. */
const organisation = 'afaq';
export const organisationOf = (caller: Caller): string | undefined => (caller === 'partner' ? organisation : undefined);
export const centreOf = (caller: Caller): string | null => (caller === 'operator' || caller === 'supervisor' ? 'centre-04' : null);

/** What they reach for, seen from centre-04. `queue` is where such a case waits, `filed` how it gets there. The keeper, a supervisor there who calls nothing, seals and blocks. */
const kinds = {
  own: { queue: 'general-04', filed: { territory: { province: 'MA-SAL' } } },
  restricted: { queue: 'integrity-04', filed: { territory: { province: 'MA-SAL' }, category: 'FAIR.BRIBE' } },
  foreign: { queue: 'general-06', filed: { territory: { province: 'MA-CAS' } } },
  'foreign restricted': { queue: 'integrity-06', filed: { territory: { province: 'MA-CAS' }, category: 'FAIR.BRIBE' } },
  untriaged: { queue: null, filed: { territory: { province: 'MA-SAL' } } },
  referred: { queue: 'general-06', filed: { territory: { province: 'MA-CAS' } } },
  sealed: { queue: 'general-04', filed: { territory: { province: 'MA-SAL' } }, readers: ['keeper'] },
  'sealed to them': { queue: 'general-04', filed: { territory: { province: 'MA-SAL' } }, readers: ['keeper', 'operator', 'supervisor'] },
  blocked: { queue: 'general-04', filed: { territory: { province: 'MA-SAL' } }, blocked: ['operator', 'supervisor'] },
} as const;
export type Thing = keyof typeof kinds | 'missing';
export const things = [...(Object.keys(kinds) as Exclude<Thing, 'missing'>[]), 'missing'] as const satisfies Thing[];

/** `word` stands in the narrative of this case alone; `file` is the id of a document of it, which opens; `callback` that of a call-back about it; `beside` that of another case of centre-04's general queue. */
export type Target = { id: string; file: string; callback: string; reference: string; code: string; version: number; queue: string; word: string; centre: string; proof: string; beside: string };
type Name = Caller | 'keeper';
type Kept = { readers?: readonly Name[]; blocked?: readonly Name[] };
type Cookie = { cookie: string };
/** Its addresses are there, and lead back to the console. */
const noProvider = { issuer: 'http://127.0.0.1:9', client: { clientId: 'insat', clientSecret: 'for tests only ....' } };

export type Ground = Awaited<ReturnType<typeof openGround>>;

/** The whole product with everybody signed in and one case of each kind. */
export const openGround = async () => {
  const app: TestApp = await startApp({ clock: testClock(), sms: false, sso: noProvider });
  const { ctx } = app.deps;
  const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
    ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));

  await rows("insert into organisations (id, name_ar, name_fr) values ($1, 'جمعية', 'Association')", organisation);
  await app.as('operator', 'centre-06', 'referring');
  const [referring] = await rows<{ id: string }>("select id from staff where login = 'referring'");
  const neighbour = { kind: 'staff', id: referring?.id ?? '', role: 'operator', centreId: 'centre-06' } as const;
  /** @returns the version that it has then */
  const refer = async ({ id, version }: { id: string; version: number }): Promise<number> => {
    const claimed = await claimCase(ctx, neighbour, id, version);
    return (await referCase(ctx, neighbour, id, { version: claimed.version, to: organisation, fields: ['narrative'], reason: 'رافقوها' })).version;
  };
  let beside = '';
  const one = <Key, Value>(map: Map<Key, Value>, key: Key): Value => {
    const value = map.get(key);
    if (value === undefined) throw new Error(`nothing is known of ${String(key)}`);
    return value;
  };
  const keeper = await app.as('supervisor', 'centre-04', 'keeper');
  const idOf = async (headers: Record<string, string>): Promise<string> => Me.parse((await app.get('/api/v1/staff/me', headers)).json).id;
  /** Seals it and blocks from it whom its kind says. @returns the version that it then has */
  const keep = async ({ id, version }: { id: string; version: number }, { readers, blocked = [] }: Kept): Promise<number> => {
    const by: StaffActor = { kind: 'staff', id: one(ids, 'keeper'), role: 'supervisor', centreId: 'centre-04' };
    const named = (names: readonly Name[]): string[] => names.map((name) => one(ids, name));
    let now = version;
    if (readers !== undefined) now = (await sealCase(ctx, by, id, { version: now, readers: named(readers), reason: 'تخص مسؤولا' })).version;
    for (const staff of named(blocked)) now = (await blockFromCase(ctx, by, id, { version: now, staff, reason: 'named_in_case' })).version;
    return now;
  };

  let made = 0;
  const make = async (thing: Thing): Promise<Target> => {
    made += 1;
    const word = `parole${made}fin`;
    if (thing === 'missing') return { id: crypto.randomUUID(), file: crypto.randomUUID(), callback: crypto.randomUUID(), reference: newReference(), code: '000000', version: 1, queue: `none-${made}`, word, centre: `none-${made}`, proof: '', beside };
    const { queue, filed, ...kept } = kinds[thing];
    const { reference, code, proof } = (await app.post('/api/v1/cases', filing({ ...filed, attachments: [await uploaded(app, pdf())], text: `${word} ${String(filing()['text'])}` }))).json as { reference: string; code: string; proof: string };
    const find = async () => (await rows<{ id: string; version: number; queue: string | null }>('select id, version, queue_id as queue from cases where reference = $1', reference))[0];
    const received = await find();
    if (received && queue !== null) await triageCase(ctx, received.id);
    const found = await find();
    if (!found || found.queue !== queue) throw new Error(`no ${thing} case came about`);
    // As if a scanner had looked: what is tried here is who may open it.
    const [attached] = await rows<{ file: string }>("update attachments set state = 'clean' where case_id = $1 returning id as file", found.id);
    if (!attached) throw new Error(`the ${thing} case has no file`);
    const version = thing === 'referred' ? await refer(found) : await keep(found, kept);
    const callback = crypto.randomUUID();
    await rows("insert into callbacks (id, case_id, state, requested_at) values ($1::uuid, $2::uuid, 'open', now())", callback, found.id);
    return { id: found.id, file: attached.file, callback, version, reference, code, queue: queue ?? `none-${made}`, word, centre: thing.startsWith('foreign') || thing === 'referred' ? 'centre-06' : 'centre-04', proof, beside };
  };

  const signIn = async (caller: Caller): Promise<Cookie | Record<string, never>> =>
    caller === 'nobody' ? {} : app.as(caller, centreOf(caller), caller, organisationOf(caller));
  const people = new Map<Caller, Cookie | Record<string, never>>();
  for (const caller of callers) people.set(caller, await signIn(caller));
  /** Whose session has ended signs in again. */
  const returnAll = async (): Promise<void> => {
    for (const [caller, headers] of people)
      if (caller !== 'nobody' && (await app.get('/api/v1/staff/me', headers)).status === 401) people.set(caller, await signIn(caller));
  };
  const ids = new Map<Name, string>([['keeper', await idOf(keeper)]]);
  for (const [caller, headers] of people) if (caller !== 'nobody') ids.set(caller, await idOf(headers));
  beside = (await make('own')).id;
  const standing = new Map<Thing, Target>();
  for (const thing of things) standing.set(thing, await make(thing));
  await seal(ctx, app.deps.logSigner);

  const tables = await rows<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'failed_attempts' order by 1");
  const sums = tables.map(({ name }) => `select '${name}' as name, count(*) as rows, sum(hashtextextended(t::text, 0)) as sum from ${name} t`).join(' union all ');

  return {
    app,
    rows,
    make,
    returnAll,
    headersOf: (caller: Caller): Record<string, string> => one(people, caller),
    idOf: (name: Name): string => one(ids, name),
    thing: (thing: Thing): Target => one(standing, thing),
    /** What every table holds, wrong guesses aside, which are meant to be counted. */
    fingerprint: async (): Promise<string> => JSON.stringify(await rows(sums)),
    async call(route: string, headers: Record<string, string>, body?: Record<string, unknown> | FormData): Promise<Answer> {
      const [method = '', path = ''] = route.split(' ');
      if (method === 'POST' && !(body instanceof FormData)) return app.post(path, body ?? {}, headers);
      if (method === 'GET') return app.get(path, headers);
      const response = await fetch(app.url + path, {
        method,
        headers: method === 'PATCH' ? { 'content-type': 'application/json', ...headers } : headers,
        ...(body instanceof FormData ? { body } : method === 'PATCH' ? { body: JSON.stringify(body ?? {}) } : {}),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    },
  };
};

/** All of an answer that may differ from that to another request only by when and which it was. */
export const traceOf = ({ status, headers, text }: Answer): string =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id'), text]);

export const isRole = (caller: Caller): caller is Role => caller !== 'nobody';
