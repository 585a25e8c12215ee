import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Channel } from '#channels/channel';
import { CaseListQuery } from '#contract/staff';
import type { Actor, StaffActor } from '#db/actor';
import type { Database } from '#db/client';
import { roleOf } from '#db/roles';
import { leftToNobody } from '#domain/access/places.queries';
import { listCases } from '#domain/cases/cases.queries';
import { takeNext } from '#domain/cases/holding.actions';
import { openCase } from '#domain/cases/reading.actions';
import { figuresOf } from '#domain/channels/figures.queries';
import { createIntake } from '#domain/cases/intake.actions';
import { createAdmission } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { createInbox } from '#domain/messages/inbound.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { sealedAt } from '#domain/personal/places.rules';
import { eraseCase } from '#domain/rights/erasing.actions';
import { repeatErasures } from '#domain/rights/repeating.actions';
import { retain } from '#domain/rights/retention.actions';
import { sweep } from '#domain/sweep/sweep.actions';
import { openByCode } from '#domain/tracking/tracking.queries';
import { createLog } from '#lib/log';
import { newReference } from '#lib/reference';
import { seal } from '#lib/sealing';
import { freshDatabase } from '../support/database.ts';
import { noFiles } from '../support/files.ts';
import { keysFor } from '../support/keys.ts';
import { testClock } from '../support/app.ts';

/** A node of EXPLAIN (ANALYZE, FORMAT JSON): how a table was read, and how many rows were looked at. */
type Node = {
  'Node Type': string;
  'Relation Name'?: string | undefined;
  'Index Name'?: string | undefined;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number | undefined;
  Plans?: Node[] | undefined;
};
const Node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    Plans: z.array(Node).optional(),
  }),
);
const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
const readBy = (node: Node): number => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];

const clock = testClock();
const operatorId = '00000000-0000-7000-8000-000000000001';
const operator: StaffActor = { kind: 'staff', id: operatorId, role: 'operator', centreId: 'centre-04' };
const supervisor: StaffActor = { ...operator, role: 'supervisor' };

const large = new Set(['cases', 'citizens', 'citizen_contacts', 'contact_points', 'messages', 'events', 'inbound_bodies', 'idempotency_keys', 'send_attempts']);

/**
 * Two years of a busy line: 20,000 cases, a third of them in the centre that is looked at, one in five still open; every
 * citizen has written twice and was written to once. One in twenty is sealed, half of those to whoever looks, and from as many a
 * conflict keeps somebody. What waits to be sent or triaged is as little as on an ordinary day, as is what retention finds: of
 * the requests and keys of a month some hundred are due. What the planner knows of it is settled once: it must not change between two tests.
 */
const twoYears = `
create function pg_temp.id(text) returns uuid language sql immutable as $$ select overlay(overlay(md5($1) placing '7' from 13) placing '8' from 17)::uuid $$;
insert into staff (id, login, name, role, language, centre_id, password_hash, created_at)
  select case when c = 4 and i = 1 then '${operatorId}' else pg_temp.id('staff' || c || ' ' || i) end, 'o' || c || ' ' || i, 'O', 'operator', 'ar',
    'centre-' || lpad(c::text, 2, '0'), '', now() from generate_series(1, 12) c, generate_series(1, 20) i;
insert into citizens (id, created_at) select pg_temp.id('citizen' || i), now() from generate_series(1, 20000) i;
insert into contact_points (id, kind, index, last_seen_at)
  select pg_temp.id('point' || i), 'phone', uuid_send(pg_temp.id('index' || i)), now() from generate_series(1, 20000) i;
insert into citizen_contacts (citizen_id, contact_point_id, value) select pg_temp.id('citizen' || i), pg_temp.id('point' || i), '' from generate_series(1, 20000) i;
insert into cases (id, reference, code_hash, kind, status, channel, language, category, subcategory, citizen_id, contact_point_id, priority,
    centre_id, queue_id, assigned_to, readers, blocked, received_at, received_on, legal_due_date, triaged_at, preview)
  select pg_temp.id('case' || i), (1000000000 + i)::text, '', 'complaint',
    case when i % 5 > 0 then (array['closed','resolved','inadmissible','closed'])[i % 5] when i % 10 = 0 then 'assigned' else 'in_progress' end,
    'web', 'ar', (array['PAY','HEALTH','REG'])[1 + i % 11 % 3], (array['PAY.LATE','HEALTH.CARE','REG.RSU'])[1 + i % 11 % 3], pg_temp.id('citizen' || i), pg_temp.id('point' || i % 20000 + 1),
    1 + (i % 7 > 0)::int + (i % 3 > 0)::int, 'centre-' || c, case when i % 20 = 0 then 'integrity-' else 'general-' end || c,
    case when i % 10 = 5 then case when c = '04' and i % 200 < 10 then '${operatorId}' else pg_temp.id('staff' || c::int || ' ' || 2 + i % 19) end end,
    case i % 41 when 1 then array['${operatorId}'::uuid] when 2 then array[pg_temp.id('staff4 2')] end,
    case i % 43 when 1 then array['${operatorId}'::uuid] when 2 then array[pg_temp.id('staff4 2')] end,
    at, at::date, at::date + 60, case when i > 20 then at end, ''
  from (select i, case when i % 3 = 0 then '04' else lpad((1 + i % 12)::text, 2, '0') end as c,
    timestamptz '2026-11-22T09:00:00Z' - i * interval '52 minutes' as at from generate_series(1, 20000) i) x;
insert into messages (id, case_id, direction, channel, kind, channel_account, provider_id, contact_point_id, body, state, created_at, state_at)
  select pg_temp.id('message' || i), pg_temp.id('case' || (i % 20000 + 1)), case when i % 3 = 0 then 'out' else 'in' end, 'sms', 'follow_up', 'AC', 'SM' || i,
    pg_temp.id('point' || i % 20000 + 1), 'x',
    case when i % 3 > 0 then case when i < 20 then 'received' else 'routed' end when i < 60 then 'queued' else 'delivered' end,
    timestamptz '2026-11-22T09:00:00Z' - i * interval '17 minutes', timestamptz '2026-11-22T09:00:00Z' - i * interval '17 minutes'
  from generate_series(1, 60000) i;
insert into events (case_id, type, actor_kind, at, data) select id, 'case.received', 'citizen', received_at, '{}' from cases;
insert into send_attempts (id, message_id, channel, account, began_at, ended_at, outcome)
  select pg_temp.id('attempt' || i), pg_temp.id('message' || i), 'sms', 'AC', at, at, 'accepted'
  from (select i, timestamptz '2026-11-22T09:59:00Z' - i * interval '17 minutes' as at from generate_series(3, 60000, 3) i) x;
insert into inbound_bodies (message_id, body, received_at)
  select pg_temp.id('message' || i), '', timestamptz '2026-11-22T09:00:00Z' - i * interval '43.3 seconds' from generate_series(1, 60000) i where i % 3 > 0;
insert into idempotency_keys (key_hash, body_hash, case_id, created_at)
  select uuid_send(pg_temp.id('key' || i)), '', pg_temp.id('case' || i), timestamptz '2026-11-22T09:00:00Z' - i * interval '130 seconds' from generate_series(1, 20000) i;
insert into erasures (case_id, at, why) select pg_temp.id('case' || i), now(), 'retention' from generate_series(19001, 20000) i;
analyze;
${[...large].map((table) => `alter table ${table} set (autovacuum_enabled = off);`).join('\n')}`;

const takeOn = (actor: Actor) => sql`select set_config('role', ${roleOf(actor)}, true), set_config('insat.actor', ${JSON.stringify(actor)}, true)`;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: postgres.Sql;
let orders: pg.Pool;
let ctx: Context;
let asked: { query: string; params: unknown[]; actor: Actor }[] = [];
let acting: Actor = { kind: 'system' };

beforeAll(async () => {
  database = await freshDatabase();
  pool = postgres(database.url, { max: 2, onnotice: () => undefined });
  await pool.unsafe(twoYears);
  orders = new pg.Pool({ connectionString: database.url, max: 2 });
  const orm = drizzle(orders, { logger: { logQuery: (query, params) => asked.push({ query, params, actor: acting }) } });
  // The same queries as ever through a door that remembers them, so that each can be explained.
  const db: Database = {
    withActor: (actor, work) =>
      orm.transaction(async (tx) => {
        acting = actor;
        await tx.execute(takeOn(actor));
        const asSystem = async <T>(inner: () => Promise<T>): Promise<T> => {
          acting = { kind: 'system' };
          await tx.execute(takeOn(acting));
          return inner().finally(async () => {
            acting = actor;
            await tx.execute(takeOn(actor));
          });
        };
        return work({ db: tx, raw: () => Promise.resolve([]), asSystem, afterCommit: () => undefined });
      }),
    snapshot: () => Promise.reject(new Error('no snapshot here')),
    single: () => Promise.reject(new Error('no raw statement here')),
    listen: () => Promise.resolve(),
    notify: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const base = { db, clock, log: createLog('silent'), jobs: { add: () => undefined }, live: { publish: () => undefined }, codeKey: Buffer.alloc(32), witnesses: [], ...keysFor(database.url), secondFactor: { required: false, rpId: 'localhost', origins: [] }, channels: [], smsDailyCap: 10_000, smallestCell: 10, sso: null, ...noFiles };
  ctx = { ...base, intake: createIntake(base), admission: createAdmission(base), inbox: createInbox(base) };
});
afterAll(async () => {
  await pool.end();
  await orders.end();
  await ctx.keys.close();
  await database.drop();
});

/** The plans of the queries on `table` (aliases excepted) that `work` makes. */
const plansOf = async (table: string, work: () => Promise<unknown>): Promise<Node[][]> => {
  asked = [];
  await work();
  return explained(asked.filter(({ query }) => query.includes(`from "${table}"`)));
};

const explained = async (own: typeof asked): Promise<Node[][]> => {
  expect(own.length).toBeGreaterThan(0);
  const plans: Node[][] = [];
  for (const { query, params, actor } of own) {
    const [row] = await pool.begin(async (tx) => {
      // Under the policies of whoever asked.
      await tx`select set_config('role', ${roleOf(actor)}, true), set_config('insat.actor', ${JSON.stringify(actor)}, true)`;
      const answer = await tx.unsafe(`explain (analyze, format json) ${query}`, params as postgres.ParameterOrJSON<never>[]);
      return [...answer];
    });
    plans.push(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: Node })) }).parse(row)['QUERY PLAN'].flatMap(({ Plan }) => nodesOf(Plan)));
  }
  return plans;
};

/** From an index, with nothing large read through and no more than a page put in order; `most`: how many rows of a table are looked at. */
const expectIndexed = (nodes: Node[], most: number): void => {
  const read = nodes.filter((node) => large.has(node['Relation Name'] ?? ''));
  expect(read.length).toBeGreaterThan(0);
  expect(read.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  for (const node of read) expect(readBy(node), node['Index Name']).toBeLessThanOrEqual(most);
  for (const node of nodes.filter((one) => one['Node Type'].includes('Sort'))) for (const input of node.Plans ?? []) expect(readBy(input)).toBeLessThanOrEqual(100);
};

const limit = 50;
const page = (who: StaffActor, query: Record<string, string>) => ctx.db.withActor(who, (tx) => listCases(ctx, tx, who, CaseListQuery.parse({ ...query, limit })));
const deepIn = async (who: StaffActor, query: Record<string, string>): Promise<string> => {
  let cursor = '';
  for (let i = 0; i < 8; i += 1) cursor = (await page(who, cursor === '' ? query : { ...query, cursor })).nextCursor ?? cursor;
  return cursor;
};

describe('on a line of two years', () => {
  it.each<[string, StaffActor, Record<string, string>]>([
    ['the open cases of a centre', operator, {}],
    ['the open cases of a centre, restricted ones too', supervisor, {}],
    ['a queue', operator, { queue: 'general-04' }],
    ['a state', operator, { state: 'closed' }],
    ['a state of a queue', operator, { queue: 'general-04', state: 'assigned' }],
    ['what is late', operator, { due: 'late' }],
    ['what is due in a week', operator, { due: 'week' }],
  ])('%s: neither the first page nor a deep one reads much more than it shows', async (_, who, query) => {
    const cursor = await deepIn(who, query);
    expect(cursor).not.toBe('');
    for (const asking of [query, { ...query, cursor }]) for (const plan of await plansOf('cases', () => page(who, asking))) expectIndexed(plan, 4 * limit);
  });

  it('what one holds, and what is of one category, is found without reading other centres', async () => {
    const openHere = 1400;
    for (const query of [{ mine: 'true' }, { category: 'HEALTH.CARE' }]) {
      expect((await page(operator, query)).items.length).toBeGreaterThan(0);
      for (const plan of await plansOf('cases', () => page(operator, query))) expectIndexed(plan, openHere);
    }
  });

  it('a reference, typed by a citizen or by an operator, is looked up and not searched', async () => {
    const reference = newReference();
    await pool`update cases set reference = ${reference} where reference = '1000005006'`;
    for (const plan of await plansOf('cases', () => page(operator, { q: reference }))) expectIndexed(plan, 1);
    // Refused, as the code is wrong: what it asked the database is what counts.
    const guess = () => openByCode(ctx, { reference, code: '000000' }, { network: '203.0.113.1', ours: false, solved: async () => false }).catch(() => null);
    for (const plan of await plansOf('cases', guess)) expectIndexed(plan, 1);
  });

  it('the next case is the first of an index, with nothing sorted while others wait', async () => {
    for (const plan of await plansOf('cases', () => takeNext(ctx, operator, 'general-04'))) expectIndexed(plan, 1);
  });

  it('the sweep looks only at what is undone', async () => {
    for (const plan of [...(await plansOf('cases', () => sweep(ctx))), ...(await plansOf('messages', () => sweep(ctx)))]) expectIndexed(plan, 20);
  });

  it('the health of the channels is read from what is undone and from what was tried in an hour', async () => {
    const channels = [{ name: 'sms', account: 'AC' }] as Channel[];
    const look = () => ctx.db.withActor({ kind: 'system' }, async (tx) => (await figuresOf(tx, channels, clock.now()))(channels[0] as Channel));
    expect(await look()).toMatchObject({ queued: { count: 19 }, lastHour: { tried: 1, failed: 0 } });
    for (const table of ['messages', 'send_attempts']) for (const plan of await plansOf(table, look)) expectIndexed(plan, 60);
  });

  it('an arriving text and an arriving report find their case without reading others', async () => {
    const [received] = await pool<{ id: string }[]>`select id from messages where state = 'received' limit 1`;
    for (const plan of await plansOf('messages', () => recordDelivery(ctx, 'AC', { providerId: 'SM30000', status: 'read' }))) expectIndexed(plan, 1);
    const id = received?.id ?? '';
    const key = ctx.keys.make(id);
    await ctx.keys.keep([key]);
    await pool`update messages set sender = ${seal(key.key, sealedAt.sender(id), '+212661000001')} where id = ${id}`;
    asked = [];
    // Whether it is routed does not matter here; its search for a case, and for what was said before, does.
    await routeMessage(ctx, id).catch(() => null);
    const searches = asked.filter(({ query }) => /^select.* from "(cases|messages)"/s.test(query));
    expect(searches.length).toBeGreaterThan(3);
    for (const plan of await explained(searches)) expectIndexed(plan, 40);
  });

  it('of what is sealed or blocked, a list shows what it may and reads as little', async () => {
    const shown = new Set((await page(operator, { queue: 'general-04' })).items.map(({ id }) => id));
    const hidden = await pool<{ id: string }[]>`
      select id from cases where queue_id = 'general-04' and (not ${operatorId} = any(readers) or ${operatorId} = any(blocked))`;
    expect(hidden.length).toBeGreaterThan(100);
    expect(hidden.filter(({ id }) => shown.has(id))).toEqual([]);
    const [sealed] = await pool<{ id: string }[]>`select id from cases where ${operatorId} = any(readers) and blocked is null and centre_id = 'centre-04' limit 1`;
    for (const plan of await plansOf('cases', () => openCase(ctx, operator, sealed?.id ?? ''))) expectIndexed(plan, 5);
  });

  it('erasing a case reads what is of it and of its number, and nothing else', async () => {
    const [one] = await pool<{ id: string }[]>`select id from cases where status = 'closed' and reference = '1000004001'`;
    asked = [];
    await eraseCase(ctx, one?.id ?? '', { why: 'retention', actor: { kind: 'system' } });
    const plans = await explained(asked.filter(({ query }) => !query.startsWith('insert') && /"(cases|citizens|citizen_contacts|contact_points|messages)"/.test(query)));
    expect(plans.flat().map((node) => node['Index Name'])).toContain('messages_contact');
    for (const plan of plans) expectIndexed(plan, 10);
  });

  it('retention finds the requests and keys that are due without reading those that are not', async () => {
    for (const dryRun of [true, false])
      for (const table of ['inbound_bodies', 'idempotency_keys']) for (const plan of await plansOf(table, () => retain(ctx, { narrative: 3650, raw: 30 }, { dryRun }))) expectIndexed(plan, 300);
  });

  it('retention finds the cases that are over in the order of their age, reading none that came later', async () => {
    const days = 683;
    const [came] = await pool<{ before: number }[]>`select count(*)::int as before from cases where received_at < ${clock.now()}::timestamptz - ${days} * interval '1 day'`;
    expect(came?.before).toBeGreaterThan(1000);
    const plans = await plansOf('cases', () => retain(ctx, { narrative: days, raw: 3650 }, { dryRun: true }));
    for (const plan of plans) expectIndexed(plan, came?.before ?? 0);
    expect(plans.flat().map((node) => node['Index Name'])).toContain('cases_ended');
  });

  it('what a reader who leaves can unseal is found by the reader', async () => {
    const sealed = await pool`select 1 from cases where readers @> array[${operatorId}::uuid]`;
    for (const plan of await plansOf('cases', () => ctx.db.withActor({ kind: 'system' }, (tx) => leftToNobody(tx, operatorId)))) {
      expectIndexed(plan, sealed.length);
      expect(plan.map((node) => node['Index Name'])).toContain('cases_readers');
    }
  });

  it('erasures that are to be repeated are found by the citizens whose keys are gone', async () => {
    const gone = await pool<{ id: string }[]>`select citizen_id as id from cases join erasures on case_id = id limit 20`;
    await ctx.keys.destroy(gone.map(({ id }) => id));
    for (const plan of await plansOf('cases', () => repeatErasures(ctx))) expectIndexed(plan, 100);
  });
});
