import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Filing, Receipt } from '#contract/filing';
import { system } from '#db/actor';
import { fileCase } from '#domain/cases/filing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';
import { solved } from '../support/challenge.ts';

const minute = 60_000;
const clock = testClock();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock, sms: false, trustProxy: '127.0.0.1' });
});
afterAll(() => app.close());
beforeEach(() => clock.advance(minute));

const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
const file = (address: string, headers: Record<string, string> = {}) => app.post('/api/v1/cases', filing(), { 'x-forwarded-for': address, ...headers });
const flood = async (count: number, one: (i: number) => Promise<{ status: number }>): Promise<Record<number, number>> => {
  const answers: Record<number, number> = {};
  for (let i = 0; i < count; i += 20)
    for (const { status } of await Promise.all(Array.from({ length: Math.min(20, count - i) }, (_, k) => one(i + k)))) answers[status] = (answers[status] ?? 0) + 1;
  return answers;
};
/** The form, as a browser posts it. */
const post = async (address: string, fields: Record<string, string> = {}) => {
  const body = new URLSearchParams({ kind: 'complaint', text: 'توقف الدعم منذ شهرين.', consent: 'on', idempotencyKey: crypto.randomUUID(), ...fields });
  const response = await fetch(`${app.url}/file`, { method: 'POST', body, headers: { 'x-forwarded-for': address } });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

it('a hundred real cases among 10,000 of spam are all kept, and all stand in a queue', async () => {
  const { ctx } = app.deps;
  const text = (i: number) => (i % 101 === 100 ? `توقف الدعم منذ شهرين، الحالة ${i}` : 'اربحوا مليون درهم الآن');
  const kept: string[] = [];
  for (let i = 0; i < 10_100; i += 202)
    kept.push(
      ...(await Promise.all(
        Array.from({ length: 202 }, async (_, k) => {
          const filed = await fileCase(ctx, Filing.parse(filing({ text: text(i + k), territory: { province: 'MA-SAL' } })), { channel: 'web' });
          return (i + k) % 101 === 100 ? [filed.reference] : [];
        }),
      )).flat(),
    );
  expect(await rows('select count(*)::int as kept from cases')).toEqual([{ kept: 10_100 }]);
  expect(kept).toHaveLength(100);
  const real = await rows<{ id: string }>('select id from cases where reference = any(select json_array_elements_text($1::json))', JSON.stringify(kept));
  for (const { id } of real) await triageCase(ctx, id);
  const operator = await app.as('operator', 'centre-04');
  const seen = new Set<unknown>();
  let cursor: unknown = null;
  do {
    const page = (await app.get(`/api/v1/staff/cases?queue=general-04&limit=100${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`, operator)).json;
    for (const { reference } of page['items'] as { reference: string }[]) seen.add(reference);
    cursor = page['nextCursor'];
  } while (cursor !== null);
  expect(kept.filter((reference) => !seen.has(reference))).toEqual([]);
}, 240_000);

describe('a network that files more than 120 cases in a minute', () => {
  const carrier = '198.51.100.1';

  it('is asked for a challenge, not refused; and nobody else is', async () => {
    expect(await flood(125, () => file(carrier))).toEqual({ 201: 120, 429: 5 });
    const asked = await file(carrier);
    expect(asked.json).toMatchObject({ status: 429, code: 'challenge_needed' });
    expect(Number(asked.headers.get('retry-after'))).toBe(60);
    expect((await file('198.51.100.2')).status).toBe(201);
    const headers = await solved(app, carrier);
    expect((await file(carrier, headers)).status).toBe(201);
    expect((await file(carrier, headers)).json).toMatchObject({ code: 'challenge_needed' });
    clock.advance(minute);
    expect((await file(carrier)).status).toBe(201);
  });

  it('can file from a form without script, more slowly, and loses nothing that was typed', async () => {
    await flood(120, () => file(carrier));
    expect(await flood(30, () => post(carrier))).toEqual({ 201: 30 });
    const key = crypto.randomUUID();
    const refused = await post(carrier, { idempotencyKey: key, text: 'كلام لا يضيع', 'contact.name': 'فاطمة' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBe(60);
    for (const kept of ['كلام لا يضيع', 'فاطمة', key, 'data-challenge']) expect(refused.text).toContain(kept);
    expect(refused.headers.get('content-security-policy')).toMatch(/script-src 'self'$/);
    clock.advance(minute);
    expect((await post(carrier, { idempotencyKey: key, text: 'كلام لا يضيع' })).status).toBe(201);
  });

  it('is one network, however many addresses of a /64 it uses', async () => {
    expect(await flood(125, (i) => file(`2001:db8:1:1:${i}::1`))).toEqual({ 201: 120, 429: 5 });
    expect((await file('2001:db8:1:2::1')).status).toBe(201);
  });

  it('never buys anything with a challenge that was altered, is of somebody else or has expired', async () => {
    await flood(120, () => file(carrier));
    const good = await solved(app, carrier);
    const said = JSON.parse(Buffer.from(good['x-challenge-solution'], 'base64').toString()) as { challenge: { parameters: Record<string, unknown>; signature: string }; solution: object };
    const change = (more: object) => Buffer.from(JSON.stringify({ ...said, ...more })).toString('base64');
    const { challenge } = said;
    for (const bad of [
      '', 'x', Buffer.from('{}').toString('base64'),
      change({ solution: { counter: 0, derivedKey: '0'.repeat(64) } }),
      change({ challenge: { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '' } } }),
      change({ challenge: { ...challenge, parameters: { ...challenge.parameters, data: { expires: 9e15 } } } }),
      change({ challenge: { ...challenge, signature: '0'.repeat(64) } }),
    ])
      expect((await file(carrier, { 'x-challenge-solution': bad })).json, bad).toMatchObject({ code: 'challenge_needed' });
    clock.advance(10 * minute);
    await flood(120, () => file(carrier));
    expect((await file(carrier, good)).json).toMatchObject({ code: 'challenge_needed' });
  });

  it('gets harder challenges the more it files', async () => {
    const cost = async () => ((await app.get('/api/v1/challenge', { 'x-forwarded-for': carrier })).json['parameters'] as { cost: number }).cost;
    const before = await cost();
    await flood(250, () => file(carrier));
    expect(await cost()).toBe(2 * before);
  });
});

it('an address of our own network stands for whoever a proxy lets in, and is never asked', async () => {
  expect(await flood(130, () => file('10.1.2.3'))).toEqual({ 201: 130 });
});

it('a solved challenge has no effect on one submission being one case', async () => {
  const key = { 'idempotency-key': crypto.randomUUID() };
  const first = Receipt.parse((await file('198.51.100.7', key)).json);
  await flood(119, () => file('198.51.100.7'));
  const again = await file('198.51.100.7', { ...key, ...(await solved(app, '198.51.100.7')) });
  expect([again.status, Receipt.parse(again.json).reference]).toEqual([200, first.reference]);
});
