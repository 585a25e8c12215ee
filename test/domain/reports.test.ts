import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dimensions, type Dimension, type ReportRow, ResponseTimes } from '#contract/reports';
import { channels, statuses } from '#contract/words';
import { system } from '#db/actor';
import { regionOf } from '#domain/territory/territory.rules';
import { newId } from '#lib/id';
import { filing, startApp, testClock, type Answer, type TestApp } from '../support/app.ts';

type Cookie = { cookie: string };

const hour = 3_600_000;
const now = new Date('2026-11-22T10:00:00Z');
const clock = testClock(now);
let app: TestApp;
let administrator: Cookie;

const report = async (query: string, who: Cookie = administrator): Promise<ResponseTimes> =>
  ResponseTimes.parse((await app.get(`/api/v1/staff/reports/response-times?${query}`, who)).json);

/** Morocco kept GMT+1 until 20 September 2026 and GMT since; no case here is of that day. */
const dayInMorocco = (at: Date): string => new Date(at.getTime() + (at < new Date('2026-09-20') ? hour : 0)).toISOString().slice(0, 10);
const plusDays = (day: string, days: number): string => new Date(Date.parse(day) + days * 24 * hour).toISOString().slice(0, 10);

const delay = fc.option(fc.integer({ min: 1000, max: 75 * 24 * hour }), { freq: 3 });
const made = fc
  .sample(
    fc.record({
      status: fc.constantFrom(...statuses),
      channel: fc.constantFrom(...channels),
      category: fc.constantFrom(null, 'PAY', 'HEALTH', 'FAIR'),
      province: fc.constantFrom(null, 'MA-FES', 'MA-TAZ', 'MA-CAS', 'MA-OUJ'),
      centre: fc.constantFrom(null, 'centre-03', 'centre-04', 'centre-06'),
      age: fc.oneof(fc.integer({ min: 0, max: 60 * 24 * hour }), fc.integer({ min: 66 * 24 * hour, max: 120 * 24 * hour })),
      reply: delay,
      resolution: delay,
    }),
    { numRuns: 600, seed: 20_261_122 },
  )
  .map(({ age, reply, resolution, ...one }) => {
    const receivedAt = new Date(now.getTime() - age);
    const after = (ms: number | null): Date | null => (ms === null || ms > age ? null : new Date(receivedAt.getTime() + ms));
    const receivedOn = dayInMorocco(receivedAt);
    const [firstReplyAt, resolvedAt] = [after(reply), after(resolution)];
    return {
      ...one, receivedAt, receivedOn, firstReplyAt, resolvedAt,
      resolvedOn: resolvedAt === null ? null : dayInMorocco(resolvedAt), due: plusDays(receivedOn, 60),
    };
  });
type Made = (typeof made)[number];

const counted = (from: string, to: string): Made[] =>
  made.filter((one) => one.receivedOn >= from && one.receivedOn <= to && !['spam', 'withdrawn'].includes(one.status));

/** The measures again, in the plainest way: who waits still has waited longest. */
const measure = (group: Made[]): ReportRow => {
  const waits = (reached: (one: Made) => Date | null) => {
    const seconds = group.map((one) => ((reached(one)?.getTime() ?? Infinity) - one.receivedAt.getTime()) / 1000).toSorted((a, b) => a - b);
    const at = (share: number) => {
      const value = seconds[Math.ceil(share * seconds.length) - 1] ?? Infinity;
      return Number.isFinite(value) ? Math.round(value) : null;
    };
    return { count: seconds.filter(Number.isFinite).length, p50: at(0.5), p90: at(0.9), p95: at(0.95) };
  };
  const inTime = group.filter(({ resolvedOn, due }) => resolvedOn !== null && resolvedOn <= due).length;
  const late = group.filter(({ resolvedOn, due }) => (resolvedOn ?? dayInMorocco(now)) > due).length;
  return {
    count: group.length,
    firstReply: waits(({ firstReplyAt }) => firstReplyAt),
    resolution: waits(({ resolvedAt }) => resolvedAt),
    legal: { inTime, late, share: inTime + late === 0 ? null : inTime / (inTime + late) },
  };
};

const valueOf: Record<Dimension, (one: Made) => string | null> = {
  region: ({ province }) => (province === null ? null : (regionOf(province) ?? null)),
  channel: ({ channel }) => channel,
  category: ({ category }) => category,
  centre: ({ centre }) => centre,
  month: ({ receivedOn }) => receivedOn.slice(0, 7),
};

const rowsBy = (by: readonly Dimension[], all: Made[]): ReportRow[] => {
  const groups = new Map<string, Made[]>();
  for (const one of all) {
    const key = JSON.stringify(Object.fromEntries(by.map((dimension) => [dimension, valueOf[dimension](one)])));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, group]) => ({ ...(JSON.parse(key) as object), ...measure(group) }));
};
const sorted = (list: ReportRow[], by: readonly Dimension[]): ReportRow[] => {
  const key = (row: ReportRow) => JSON.stringify(by.map((dimension) => row[dimension]));
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
};
/** Each of the 31 choices of dimensions is a number whose bits are the dimensions. */
const choices = Array.from({ length: 2 ** dimensions.length - 1 }, (_, i) => dimensions.filter((_dimension, bit) => ((i + 1) >> bit) % 2 === 1));

const silence = { count: null, p50: null, p90: null, p95: null };
const [from, to] = ['2026-08-01', '2026-11-20'];

beforeAll(async () => {
  app = await startApp({ clock });
  administrator = await app.as('administrator', null);
  const citizenId = newId(now);
  const rows = made.map((one, i) => ({
    id: newId(one.receivedAt), reference: `t${i}`, status: one.status, channel: one.channel, category: one.category, province: one.province,
    centre_id: one.centre, received_at: one.receivedAt, received_on: one.receivedOn, legal_due_date: one.due,
    first_reply_at: one.firstReplyAt, resolved_at: one.resolvedAt, resolved_on: one.resolvedOn,
  }));
  await app.deps.ctx.db.withActor(system, async (tx) => {
    await tx.raw('insert into citizens (id, created_at) values ($1, now())', [citizenId]);
    await tx.raw(
      `insert into cases (id, reference, code_hash, kind, status, channel, category, province, citizen_id, centre_id, received_at, received_on,
         legal_due_date, triaged_at, first_reply_at, resolved_at, resolved_on, preview)
       select id, reference, '', 'complaint', status, channel, category, province, $2, centre_id, received_at, received_on, legal_due_date,
         received_at, first_reply_at, resolved_at, resolved_on, ''
       from json_to_recordset($1::json) as x(id uuid, reference text, status text, channel text, category text, province text, centre_id text,
         received_at timestamptz, received_on date, legal_due_date date, first_reply_at timestamptz, resolved_at timestamptz, resolved_on date)`,
      [JSON.stringify(rows), citizenId],
    );
  });
});
afterAll(() => app.close());

describe('response times', () => {
  it.each(choices.map((by) => ({ by })))('never differ from a plain recomputation, by $by', async ({ by }) => {
    const answer = await report(`from=${from}&to=${to}&by=${by.join(',')}`);
    const all = counted(from, to);
    expect(answer.total).toEqual(measure(all));
    expect(sorted(answer.rows, by)).toEqual(sorted(rowsBy(by, all), by));
    expect(answer).toMatchObject({ from, to, by, unit: 'seconds' });
  });

  it('never look fast because people still wait', async () => {
    const { rows } = await report(`from=${from}&to=${to}&by=channel,centre,category,month`);
    const mostlyWaiting = rows.filter(({ count, firstReply }) => (firstReply.count ?? NaN) < (count ?? NaN) / 2);
    expect(mostlyWaiting.length).toBeGreaterThan(5);
    for (const { firstReply } of mostlyWaiting) expect(firstReply).toMatchObject({ p50: null, p90: null, p95: null });
  });

  it('say nothing, rather than something, of a period without cases', async () => {
    const answer = await report('from=2025-01-01&to=2025-01-31&by=region');
    const none = { count: 0, p50: null, p90: null, p95: null };
    expect(answer).toMatchObject({ rows: [], total: { count: 0, firstReply: none, resolution: none, legal: { inTime: 0, late: 0, share: null } } });
  });

  it('of another centre are never shown to a supervisor, and none to an operator or partner', async () => {
    const supervisor = await app.as('supervisor', 'centre-03');
    const own = counted(from, to).filter(({ centre }) => centre === 'centre-03');
    const answer = await report(`from=${from}&to=${to}&by=centre`, supervisor);
    expect(answer.total).toEqual(measure(own));
    expect(answer.rows).toEqual([{ centre: 'centre-03', ...measure(own) }]);
    const path = '/api/v1/staff/reports/response-times';
    for (const role of ['operator', 'partner'] as const) {
      const who = await app.as(role, role === 'operator' ? 'centre-03' : null);
      for (const address of [path, `${path}.csv`]) expect((await app.get(address, who)).status).toBe(403);
    }
    expect((await app.get(path, await app.as('observer', null))).status).toBe(200);
    expect((await app.get(path)).status).toBe(401);
  });

  it('are the same figures as CSV', async () => {
    const query = `from=${from}&to=${to}&by=region,month`;
    const json = await report(query);
    const csv: Answer = await app.get(`/api/v1/staff/reports/response-times.csv?${query}`, administrator);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head = '', ...lines] = csv.text.trimEnd().split('\r\n');
    const flat = (row: ReportRow): Record<string, unknown> => {
      const { firstReply, resolution, legal, ...rest } = row;
      const under = (name: string, values: object) => Object.entries(values).map(([key, value]) => [`${name}.${key}`, value] as const);
      return { ...rest, ...Object.fromEntries([...under('firstReply', firstReply), ...under('resolution', resolution), ...under('legal', legal)]) };
    };
    const asText = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? '' : String(value)]));
    const names = head.split(',');
    const read = lines.map((one) => Object.fromEntries(one.split(',').map((cell, i) => [names[i], cell])));
    expect(read).toEqual(json.rows.map((row) => asText(flat(row))));
  });

  it.each(choices.filter((by) => by.length < 4).map((by) => ({ by })))('tell an observer no figure of one to nine cases, nor one from which it follows, as JSON or CSV, by $by', async ({ by }) => {
    const observer = await app.as('observer', null);
    const query = `from=${from}&to=${to}&by=${by.join(',')}`;
    const [all, seen] = [await report(query), await report(query, observer)];
    const figures = ({ count, firstReply, resolution, legal }: ReportRow) => [count, firstReply.count, resolution.count, legal.inTime, legal.late];
    for (const row of [seen.total, ...seen.rows]) {
      expect(figures(row).filter((one) => one !== null && one > 0 && one < 10)).toEqual([]);
      if (row.count === null) expect(row).toMatchObject({ firstReply: silence, resolution: silence, legal: { inTime: null, late: null, share: null } });
    }
    // What is told is true, and what is withheld is never a single row of the sum of all.
    seen.rows.forEach((row, i) => figures(row).forEach((one, j) => expect([null, figures(all.rows[i] ?? row)[j]]).toContain(one)));
    expect(seen.rows.map((row) => by.map((dimension) => row[dimension]))).toEqual(all.rows.map((row) => by.map((dimension) => row[dimension])));
    for (const j of [0, 1, 2, 3, 4]) expect(seen.rows.filter((row) => figures(row)[j] === null).length).not.toBe(1);
    const csv = await app.get(`/api/v1/staff/reports/response-times.csv?${query}`, observer);
    const cells = csv.text.trimEnd().split('\r\n').slice(1).map((row) => row.split(',').slice(by.length));
    expect(cells.map((row) => [row[0], row[1], row[5], row[9], row[10]])).toEqual(seen.rows.map((row) => figures(row).map((one) => (one === null ? '' : String(one)))));
  });

  it('are told whole to administrators and to the supervisor of the centre, however few the cases', async () => {
    const { rows } = await report(`from=${from}&to=${to}&by=channel,centre,category,month`);
    expect(rows.filter(({ count }) => count !== null && count < 10).length).toBeGreaterThan(50);
    const own = await report(`from=${from}&to=${to}&by=channel,category,month`, await app.as('supervisor', 'centre-03'));
    expect(own.rows.some(({ count }) => count === 1)).toBe(true);
    expect([...rows, ...own.rows].filter(({ count }) => count === null)).toEqual([]);
  });

  it('begin and end with the Moroccan day, its first and last minute included', async () => {
    // In May 2026 Morocco is an hour ahead: 4 May ends at 23:00 UTC.
    for (const at of ['2026-05-03T22:59:00Z', '2026-05-03T23:00:00Z', '2026-05-04T22:59:00Z', '2026-05-04T23:00:00Z']) {
      clock.set(new Date(at));
      expect((await app.post('/api/v1/cases', filing())).status).toBe(201);
    }
    clock.set(now);
    const count = async (first: string, last: string) => (await report(`from=${first}&to=${last}&by=month`)).total.count;
    expect(await count('2026-05-04', '2026-05-04')).toBe(2);
    expect(await count('2026-05-03', '2026-05-04')).toBe(3);
    expect(await count('2026-05-03', '2026-05-05')).toBe(4);
  });
});
