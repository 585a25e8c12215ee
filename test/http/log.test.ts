import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '#contract/common';
import { openDeps, type Deps } from '#deps';
import { putStaff } from '#domain/staff/accounts.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { freePort } from '#db/embedded/port';
import { Settings } from '#lib/config';
import { createLog } from '#lib/log';
import { serve, withAddress } from '#serving';
import { filing } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';

/** What must never be seen in a log, however it gets there; the line break is to pass for a frame of a stack. */
const secret = {
  name: 'Zoubida Canaryname',
  phone: '0661987654',
  e164: '+212661987654',
  email: 'canary@mail.example',
  text: 'canarytext of a widow\n    at her door (canaryfile.ts:1:1)',
  password: 'canary password 9',
  login: 'canarylogin',
  note: 'canarynote',
  query: 'canaryquery',
  key: 'canarykey',
};
const words = ['Canaryname', '661987654', '661 98', 'canary', 'Zoubida', 'widow'];

let lines = '';
let url: string;
let deps: Deps;
let web: { close(): Promise<void> };
let database: { url: string; drop(): Promise<void> };
let sql: postgres.Sql;
beforeAll(async () => {
  database = await freshDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const port = await freePort();
  const settings = withAddress(Settings.parse({ PORT: port, DATABASE_URL: database.url, CODE_KEY: '22'.repeat(32), LOG_KEY: '44'.repeat(32), DATA_KEYS: `1:${'55'.repeat(32)}`, INDEX_KEY: '66'.repeat(32) }), port);
  const log = createLog('debug', { write: (line) => (lines += line) });
  deps = await openDeps(settings, log);
  web = await serve(settings, deps, log);
  url = settings.PUBLIC_URL;
  await putStaff(deps.ctx, { login: secret.login, name: secret.name, role: 'operator', language: 'ar', centreId: 'centre-04', password: secret.password });
});
afterAll(async () => {
  await web.close();
  await deps.close();
  await sql.end();
  await database.drop();
});

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; text: string; cookie: string }> => {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text(), cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};
const personal = () => filing({ text: secret.text, contact: { name: secret.name, phone: secret.phone, email: secret.email } });
const receiptOf = (text: string): { reference: string; code: string } => JSON.parse(text) as { reference: string; code: string };

const expectSilent = (...more: string[]) => {
  for (const word of [...words, ...more]) expect(lines).not.toContain(word);
};

describe('a log', () => {
  it('never holds what a person said, is or knows, while all goes well or is refused', async () => {
    const { reference, code } = receiptOf((await call('POST', '/api/v1/cases', personal(), { 'idempotency-key': secret.key })).text);
    await call('POST', '/api/v1/cases', filing(), { 'idempotency-key': secret.key });
    const [row] = await sql`select id from cases where reference = ${reference}`;
    await triageCase(deps.ctx, String(row?.['id']));
    await call('POST', '/api/v1/track', { reference, code });
    await call('POST', '/api/v1/track', { reference, code: secret.note });
    await call('POST', '/api/v1/track/messages', { reference, code, text: secret.text });
    await call('POST', '/api/v1/cases', { ...personal(), [secret.note]: 1, consent: false });
    await call('POST', '/api/v1/cases', `{"text": "${secret.note}`);
    await call('GET', `/api/v1/${secret.query}?phone=${secret.phone}`);
    await call('GET', `/api/v1/${secret.query}%zz?phone=${secret.phone}`);
    await call('POST', '/webhooks/twilio/messages', { From: secret.e164, Body: secret.text });

    await call('POST', '/api/v1/staff/session', { login: secret.login, password: `${secret.password} wrong` });
    const { cookie, status } = await call('POST', '/api/v1/staff/session', { login: secret.login, password: secret.password });
    expect(status).toBe(200);
    const id = String(row?.['id']);
    await call('POST', `/api/v1/staff/cases/${id}/claim`, { version: 1 }, { cookie });
    await call('POST', `/api/v1/staff/cases/${id}/note`, { version: 3, text: secret.note }, { cookie });
    await call('GET', `/api/v1/staff/cases?q=${secret.query}`, undefined, { cookie });
    await call('GET', `/api/v1/staff/cases?q=${secret.query}`, undefined, { cookie: `${cookie}${secret.query}` });

    expect(lines.match(/"answered"/g)?.length).toBeGreaterThan(10);
    expectSilent(code, cookie.replace('sid=', ''), reference);
  });

  it('never holds it when the database fails, nor does the answer say what failed', async () => {
    const { reference, code } = receiptOf((await call('POST', '/api/v1/cases', personal())).text);
    const { cookie } = await call('POST', '/api/v1/staff/session', { login: secret.login, password: secret.password });
    const [row] = await sql`select id from cases where reference = ${reference}`;
    lines = '';
    for (const table of ['deadlines', 'feedback', 'notes', 'events', 'messages', 'contact_points', 'staff']) {
      await sql`alter table ${sql(table)} rename to ${sql(`${table}_gone`)}`;
      for (const answer of [
        await call('POST', '/api/v1/cases', personal(), { 'idempotency-key': `${secret.key} ${table}` }),
        await call('POST', '/api/v1/track', { reference, code }),
        await call('POST', '/api/v1/track/messages', { reference, code, text: `${secret.text} ${table}` }),
        await call('POST', '/api/v1/staff/session', { login: secret.login, password: secret.password }),
        await call('GET', `/api/v1/staff/cases/${String(row?.['id'])}`, undefined, { cookie }),
      ]) {
        if (answer.status < 400) continue;
        const problem = Problem.strict().parse(JSON.parse(answer.text));
        expect([problem.status, problem.code, problem.detail]).toEqual([answer.status, answer.status === 500 ? 'internal' : expect.any(String), undefined]);
        for (const word of [...words, 'relation', 'select', 'insert', '_gone', table]) expect(answer.text).not.toContain(word);
      }
      await sql`alter table ${sql(`${table}_gone`)} rename to ${sql(table)}`;
    }
    const unexpected = lines.split('\n').filter((line) => line.includes('"unexpected"'));
    expect(unexpected.length).toBeGreaterThan(6);
    for (const line of unexpected) expect(JSON.parse(line)).toMatchObject({ reqId: expect.any(String), err: { name: expect.any(String), stack: expect.stringContaining('    at ') } });
    expectSilent(code, cookie.replace('sid=', ''), reference);
  });

  it('never takes a line of a message for a frame of the stack', () => {
    let written = '';
    const error = new Error(`Failed query\nparams: ${secret.text}`, { cause: new Error(secret.text) });
    createLog('info', { write: (line) => (written += line) }).error({ err: error }, 'failed');
    expect(written).toContain('log.test.ts');
    for (const word of words) expect(written).not.toContain(word);
  });
});
