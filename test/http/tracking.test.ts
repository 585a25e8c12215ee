import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Receipt, Tracked } from '#contract/filing';
import { triageCase } from '#domain/triage/triage.actions';
import { newReference } from '#lib/reference';
import { filing, startApp, testClock, type Answer, type TestApp } from '../support/app.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
let operator: { cookie: string };
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  operator = await app.as('operator', 'centre-04');
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(() => clock.set(new Date('2026-11-22T10:00:00Z')));

type Secret = { reference: string; code: string };
const file = async (more: Record<string, unknown> = {}): Promise<Secret> => {
  const { reference, code } = Receipt.parse((await app.post('/api/v1/cases', filing(more))).json);
  return { reference, code };
};
const track = (secret: Secret): Promise<Answer> => app.post('/api/v1/track', secret);
const ask = (what: string, secret: Secret, more: Record<string, unknown> = {}): Promise<Answer> => app.post(`/api/v1/track/${what}`, { ...secret, ...more });
const statusOf = async (secret: Secret): Promise<string> => Tracked.parse((await track(secret)).json).status;

const Row = z.object({ id: z.string(), version: z.number(), queue_id: z.string().nullable(), resolved_at: z.date().nullable(), outcome: z.string().nullable(), assigned_to: z.string().nullable() });
const rowOf = async ({ reference }: Secret): Promise<z.infer<typeof Row>> => Row.parse((await sql`select * from cases where reference = ${reference}`)[0]);

/** A case in its queue, as the triage worker leaves it. */
const waiting = async (): Promise<Secret> => {
  const secret = await file();
  await triageCase(app.deps.ctx, (await rowOf(secret)).id);
  return secret;
};
const staffDoes = async (secret: Secret, what: string, body: Record<string, unknown> = {}): Promise<void> => {
  const { id, version } = await rowOf(secret);
  expect((await app.post(`/api/v1/staff/cases/${id}/${what}`, { version, ...body }, operator)).status).toBe(200);
};
const resolved = async (): Promise<Secret> => {
  const secret = await waiting();
  await staffDoes(secret, 'claim');
  await staffDoes(secret, 'move', { to: 'resolved', outcome: 'granted', text: 'تم الحل.' });
  return secret;
};

const other = (code: string, step = 1): string => String((Number(code) + step) % 1_000_000).padStart(6, '0');
/** All that a client gets, but for what names the one request or the instant. */
const wholeAnswer = ({ status, headers, text }: Answer) => ({
  status,
  text,
  headers: Object.fromEntries([...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date')),
});

describe('a stranger', () => {
  it('never learns from the answer whether a reference exists', async () => {
    const { reference, code } = await file();
    const wrong = [
      { reference, code: other(code) },
      { reference, code: 'abcdef' },
      { reference, code: '' },
      { reference: newReference(), code },
      { reference: '1234567890', code },
      { reference: 'x', code },
    ];
    for (const path of ['', '/messages', '/reopen', '/appeal', '/withdraw', '/feedback']) {
      const more = { '/messages': { text: 'x' }, '/feedback': { rating: 1, solved: false } }[path] ?? {};
      const answers: unknown[] = [];
      for (const secret of wrong) {
        clock.advance(6 * 60 * minute);
        answers.push(wholeAnswer(await app.post(`/api/v1/track${path}`, { ...secret, ...more })));
      }
      expect(answers[0]).toMatchObject({ status: 404, text: expect.stringContaining('not_found_or_wrong_code') });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
    expect(await statusOf({ reference, code })).toBe('received');
  });

  it('has five guesses at a reference, known or not; then even the right code waits a quarter of an hour', async () => {
    const known = await file();
    for (const { reference, code } of [known, { reference: newReference(), code: '123456' }]) {
      for (let guess = 1; guess <= 5; guess += 1) expect((await track({ reference, code: other(code, guess) })).status).toBe(404);
      clock.advance(14 * minute);
      for (const answer of [await track({ reference, code }), await track({ reference, code: other(code) }), await ask('withdraw', { reference, code })])
        expect(answer).toMatchObject({ status: 429, json: { code: 'too_many_attempts' } });
      clock.advance(minute);
    }
    expect(await statusOf(known)).toBe('received');
  });

  it('never gets more than five guesses by sending them all at once', async () => {
    const { reference, code } = await file();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => track({ reference, code: other(code, i + 1) })));
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(35);
  });

  it('has twenty guesses a day, however patient', async () => {
    const { reference, code } = await file();
    for (let guess = 1; guess <= 20; guess += 1) {
      if (guess % 4 === 1) clock.advance(15 * minute);
      expect((await track({ reference, code: other(code, guess) })).status).toBe(404);
    }
    clock.advance(20 * 60 * minute);
    expect((await track({ reference, code })).status).toBe(429);
    clock.advance(4 * 60 * minute);
    expect((await track({ reference, code })).status).toBe(200);
  });

  it('never locks out the citizen of another case', async () => {
    const [mine, neighbour] = [await file(), await file()];
    for (let guess = 0; guess < 6; guess += 1) await track({ reference: neighbour.reference, code: other(neighbour.code) });
    expect((await track(mine)).status).toBe(200);
  });

  it('never finds a code in the database', async () => {
    const secrets = await Promise.all(Array.from({ length: 5 }, () => file({ contact: { phone: '0661000333' } })));
    for (const secret of secrets) await track({ ...secret, code: other(secret.code) });
    const columns = await sql`select table_schema as s, table_name as t, column_name as c, data_type as type from information_schema.columns
      where table_schema not in ('pg_catalog', 'information_schema') and data_type in ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY')`;
    expect(columns.length).toBeGreaterThan(40);
    for (const { code } of secrets)
      for (const { s, t, c, type } of columns) {
        // Bytes are read as the text they may spell.
        const cell = type === 'bytea' ? sql`encode(${sql(String(c))}, 'escape')` : sql`${sql(String(c))}::text`;
        const hits = await sql`select 1 from ${sql(String(s))}.${sql(String(t))} where ${cell} ~ ${`(^|[^0-9a-f])${code}([^0-9a-f]|$)`}`;
        expect(hits, `${String(t)}.${String(c)}`).toHaveLength(0);
      }
  });
});

describe('a citizen with the code', () => {
  it('is never locked out by asking many times at once, nor after', async () => {
    const secret = await file();
    const answers = await Promise.all(Array.from({ length: 30 }, () => track(secret)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await track(secret)).status).toBe(200);
  });

  it('never finds the code, a note or a name of staff in what the page is given', async () => {
    const secret = await waiting();
    await staffDoes(secret, 'claim');
    await staffDoes(secret, 'note', { text: 'ملاحظة داخلية' });
    const { text } = await track(secret);
    for (const hidden of [secret.code, 'ملاحظة', 'Test operator', 'centre-04']) expect(text).not.toContain(hidden);
  });

  it('adds a message to an open case, and is told to reopen one that has ended', async () => {
    const secret = await file();
    expect(await ask('messages', secret, { text: '  زيادة  ' })).toMatchObject({ status: 201, json: { status: 'received' } });
    expect(Tracked.parse((await track(secret)).json).messages.map(({ text }) => text)).toContain('  زيادة  ');
    await ask('withdraw', secret);
    expect(await ask('messages', secret, { text: 'بعد النهاية' })).toMatchObject({ status: 409, json: { code: 'illegal_move' } });
    expect((await track(secret)).text).not.toContain('بعد النهاية');
  });

  it('never writes to an answered case, where nobody would read it, and is told that it may be reopened', async () => {
    const secret = await resolved();
    expect(await ask('messages', secret, { text: 'لم يصلني شيء' })).toMatchObject({ status: 409, json: { code: 'illegal_move', legal: expect.arrayContaining(['in_triage']) } });
    expect((await track(secret)).text).not.toContain('لم يصلني شيء');
    expect((await ask('reopen', secret, { reason: 'لم يصلني شيء' })).status).toBe(200);
    expect(await ask('messages', secret, { text: 'وشكرا' })).toMatchObject({ status: 201, json: { status: 'assigned' } });
  });

  it('sets a case going again that waited for the answer', async () => {
    const secret = await waiting();
    await staffDoes(secret, 'claim');
    await staffDoes(secret, 'reply', { text: 'ما رقم الملف؟', question: true });
    expect(Tracked.parse((await track(secret)).json)).toMatchObject({ status: 'awaiting_citizen', nextStep: 'you_answer' });
    expect((await ask('messages', secret, { text: '12' })).json).toEqual({ status: 'in_progress' });
  });

  it('rates an answered case once, and a satisfied rating closes it', async () => {
    const secret = await resolved();
    expect(Tracked.parse((await track(secret)).json).nextStep).toBe('you_rate');
    const ratings = await Promise.all(Array.from({ length: 5 }, () => ask('feedback', secret, { rating: 4, solved: true, comment: 'شكرا' })));
    expect(ratings.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect(await ask('feedback', secret, { rating: 1, solved: false })).toMatchObject({ status: 409, json: { code: 'already_rated' } });
    expect(Tracked.parse((await track(secret)).json)).toMatchObject({ status: 'closed', nextStep: 'nothing' });
  });

  it('never rates what was not answered', async () => {
    const [open, withdrawn] = [await waiting(), await file()];
    await ask('withdraw', withdrawn);
    for (const secret of [open, withdrawn]) expect(await ask('feedback', secret, { rating: 5, solved: true })).toMatchObject({ status: 409, json: { code: 'illegal_move' } });
    expect(await statusOf(open)).toBe('assigned');
  });

  it('who says that it is not solved keeps a case that may be reopened', async () => {
    const secret = await resolved();
    expect((await ask('feedback', secret, { rating: 1, solved: false })).json).toEqual({ status: 'resolved' });
    expect((await ask('reopen', secret)).json).toEqual({ status: 'assigned' });
  });

  it('reopens an answered case into its queue, as if it had not been answered', async () => {
    const secret = await resolved();
    const before = await rowOf(secret);
    expect(before).toMatchObject({ outcome: 'granted', resolved_at: expect.any(Date) });
    clock.advance(minute);
    expect((await ask('reopen', secret, { reason: 'لم يصلني شيء' })).json).toEqual({ status: 'assigned' });
    expect(await rowOf(secret)).toMatchObject({ queue_id: before.queue_id, outcome: null, resolved_at: null, assigned_to: null });
    const [legal] = await sql`select met_at from deadlines where case_id = ${before.id} and kind = 'legal'`;
    expect(legal).toEqual({ met_at: null });
    const tracked = Tracked.parse((await track(secret)).json);
    expect(tracked.messages.at(-1)).toMatchObject({ from: 'citizen', text: 'لم يصلني شيء' });
    const next = await app.post(`/api/v1/staff/cases/${before.id}/claim`, { version: (await rowOf(secret)).version }, operator);
    expect(next.json).toMatchObject({ reference: secret.reference, status: 'in_progress' });
  });

  it('reopens within sixty days of the answer, never later, and never what is open', async () => {
    const secret = await resolved();
    clock.advance(60 * day + 1);
    expect(await ask('reopen', secret, { reason: 'متأخر' })).toMatchObject({ status: 409, json: { code: 'condition_unmet' } });
    expect((await track(secret)).text).not.toContain('متأخر');
    clock.advance(-1);
    expect((await ask('reopen', secret)).status).toBe(200);
    expect(await ask('reopen', secret)).toMatchObject({ status: 409, json: { code: 'illegal_move', legal: expect.arrayContaining(['withdrawn']) } });
  });

  it('withdraws an open case, which then waits for nobody', async () => {
    const secret = await waiting();
    await staffDoes(secret, 'claim');
    expect((await ask('withdraw', secret)).json).toEqual({ status: 'withdrawn' });
    expect(await rowOf(secret)).toMatchObject({ assigned_to: null });
    expect(await ask('withdraw', secret)).toMatchObject({ status: 409, json: { code: 'illegal_move' } });
    const { id } = await rowOf(secret);
    expect(await sql`select 1 from assignments where case_id = ${id} and to_at is null`).toHaveLength(0);
  });

  it('appeals an answer once', async () => {
    const secret = await resolved();
    expect((await ask('appeal', secret, { reason: 'الجواب غير صحيح' })).json).toEqual({ status: 'under_appeal' });
    expect(await ask('appeal', secret)).toMatchObject({ status: 409, json: { code: 'illegal_move' } });
    const supervisor = await app.as('supervisor', 'centre-04');
    const { id, version } = await rowOf(secret);
    expect((await app.post(`/api/v1/staff/cases/${id}/move`, { version, to: 'closed', reason: 'مؤكد' }, supervisor)).status).toBe(200);
    expect(await ask('appeal', secret)).toMatchObject({ status: 409, json: { code: 'condition_unmet' } });
  });

  it('appeals silence on the day after the legal date, never before', async () => {
    const secret = await waiting();
    clock.set(new Date('2027-01-21T22:59:59Z'));
    expect(await ask('appeal', secret)).toMatchObject({ status: 409, json: { code: 'condition_unmet' } });
    clock.set(new Date('2027-01-22T00:00:00Z'));
    expect((await ask('appeal', secret)).json).toEqual({ status: 'under_appeal' });
  });
});
