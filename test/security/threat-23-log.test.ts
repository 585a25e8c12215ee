import { globSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '#db/actor';
import { createLog } from '#lib/log';
import { projectRoot } from '#lib/root';
import { serve, withAddress } from '#serving';
import { Settings } from '#lib/config';
import { freePort } from '#db/embedded/port';
import { filing, startApp, type TestApp } from '../support/app.ts';

/** Personal data as it gets into errors and headers: every part of it must stay out of the log. */
const canary = 'Canaryname 0661987654 canary@mail.example';
const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"canary"}').toString('base64url')}.c2lnbmF0dXJl`;
const marks = [/canary/i, /661987654/, /eyJ/, /mail\.example/];

let lines: string[] = [];
const log = createLog('debug', { write: (line) => void lines.push(line) });
const expectSilent = () => {
  for (const line of lines) for (const mark of marks) expect(line).not.toMatch(mark);
};
/** What one call writes. */
const written = (say: () => void): Record<string, unknown> => {
  lines = [];
  say();
  expect(lines).toHaveLength(1);
  expectSilent();
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
};

describe('a line of the log holds what is on the list, and nothing else:', () => {
  const id = '0198c0de-0000-7000-8000-000000000000';

  it('ids, words of ours and counts pass', () => {
    const said = { reqId: id, id: `triage-case-${id}-and-12`, route: '/api/v1/staff/cases/:id', method: 'POST', status: 201, ms: 3 };
    expect(written(() => log.info(said, 'answered'))).toMatchObject({ ...said, msg: 'answered' });
  });

  it('no other field, whatever it is called, and no value of another shape', () => {
    const line = written(() => log.info({ phone: canary, req: { url: canary, headers: { cookie: canary } }, res: canary, __proto__: { x: canary }, toString: canary, error: new Error(canary), body: { text: canary } }, 'answered'));
    expect(Object.keys(line).toSorted()).toEqual(['level', 'msg', 'time']);
    for (const value of [canary, '0661987654', { text: canary }, [canary], `${id} ${canary}`, 'x'.repeat(200), `a\r\n${canary}`])
      expect(written(() => log.info({ id: value, route: value, status: value }, 'answered'))).toMatchObject({ id: '?', route: '?', status: '?' });
  });

  it('no sentence that a library makes of addresses, arguments or errors', () => {
    const said = [
      () => log.warn(`Route GET:/${canary} not found`),
      () => log.info(`Server listening at http://127.0.0.1:1/${canary}`),
      () => log.info('a text of %s', canary),
      () => log.error(new Error(canary)),
      () => log.error({ err: new Error(canary) }),
      () => log.error({ err: new Error('Canaryname') }, 'Canaryname'),
      () => log.error({}, canary),
      () => log.error(null, canary),
      () => log.info({ msg: canary }),
    ];
    for (const say of said) expect(written(say)['msg']).toBe('said by a library');
  });

  const frame = (at: string) => `\n    at ${at}`;
  const hostile: [name: string, error: () => unknown][] = [
    ['whose message is a person', () => new Error(canary)],
    ['whose message has lines like frames', () => new Error(`x${frame(`her (${projectRoot}/canary.ts:1:1)`)}`)],
    ['whose message was changed later', () => Object.assign(new Error(`x${frame('her door (canary.ts:1:1)')}${frame('Canaryname')}`), { message: 'x' })],
    ['whose message was emptied', () => Object.assign(new Error(canary + frame('her (/canary/x.ts:1:1)')), { message: '' })],
    ['whose name is a person', () => Object.assign(new Error('x'), { name: canary })],
    ['whose code is a phone', () => Object.assign(new Error('x'), { code: '0661987654' })],
    ['with parameters', () => Object.assign(new Error('Failed query'), { query: canary, params: [canary], detail: `Key (phone)=(${canary})`, where: canary, hint: canary })],
    ['with a cause', () => new Error('x', { cause: Object.assign(new Error(canary), { name: canary, code: canary, detail: canary }) })],
    ['of many', () => new AggregateError([new Error(canary)], canary)],
    ['that is none', () => ({ message: canary, stack: canary })],
    ['that is a text', () => canary],
    ['with a hostile stack', () => Object.assign(new Error('x'), { stack: `x${frame(canary)}${frame(`(${canary}:1:1)`)}` })],
    ['that answers for itself', () => Object.assign(new Error('x'), { toJSON: () => canary, toString: () => canary })],
  ];
  it.each(hostile)('an error %s', (_name, error) => {
    expect(Object.keys(written(() => log.error({ err: error() }, 'failed'))['err'] as object)).toEqual(expect.arrayContaining(['name']));
  });

  it('and of an error of our own, its kind, the kind of its cause, and its place', () => {
    const cause = Object.assign(new Error(canary), { code: '23505' });
    expect(written(() => log.error({ err: new TypeError(canary, { cause }) }, 'failed'))['err']).toEqual({
      name: 'TypeError', cause: { name: 'Error', code: '23505' }, stack: expect.stringContaining('threat-23-log.test.ts'),
    });
  });

  it('our own sentences are fixed texts', () => {
    const faults = globSync(['src/**/*.ts', 'workers/**/*.ts']).filter((path) => path !== 'src/lib/log.ts').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\blog\??\.(?:debug|info|warn|error|fatal)\(((?:\{[^}]*\}, )?)(.*)/g)]
        .filter(([, , sentence = '']) => !/^'[A-Za-z][A-Za-z ,;:.'()-]*'\)/.test(sentence) && !sentence.startsWith('failure)'))
        .map(([call]) => `${path}: ${call}`),
    );
    expect(faults).toEqual([]);
  });
});

describe('with the product running', () => {
  let app: TestApp;
  let url: string;
  let web: { close(): Promise<void> };
  beforeAll(async () => {
    app = await startApp({ sms: false });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    web = await serve(withAddress(Settings.parse({ PORT: port, DATABASE_URL: app.databaseUrl }), port), app.deps, log, async (more) => {
      more.get('/fails/:how', { config: { policy: 'public' } }, async (failing) => {
        if (failing.url.includes('query')) return app.deps.ctx.db.withActor(system, (tx) => tx.raw('select $1::int', [canary]));
        if (failing.url.includes('unique')) return app.deps.ctx.db.withActor(system, (tx) => tx.raw("insert into key_fingerprints (name, fingerprint) values ('code', convert_to($1, 'UTF8'))", [canary]));
        throw Object.assign(new Error(canary), { statusCode: 500, detail: canary });
      });
    });
    lines = [];
  });
  afterAll(async () => {
    await web.close();
    await app.close();
  });
  const ask = (path: string, headers: Record<string, string> = {}, body?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(url + path, { method: body === undefined ? 'GET' : 'POST', headers }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)));
      asked.on('error', reject);
      asked.end(body);
    });

  it('no header, token or address gets into the log', async () => {
    const headers: Record<string, string> = {
      'user-agent': `<script>${canary}</script>`, 'x-request-id': canary, 'x-forwarded-for': canary, referer: `https://evil.example/${canary}`, authorization: `Bearer ${token}`,
      cookie: `sid=${token}`, 'idempotency-key': token, 'x-twilio-signature': token, origin: `https://${encodeURIComponent(canary)}`, 'accept-language': canary, 'x-folded': 'a\tCanaryname',
    };
    const paths = ['/', '/track', '/nothing/Canaryname', '/api/v1/staff/cases?q=0661987654', `/api/v1/cases/${token}`, '/live', '/console/Canaryname', '/webhooks/twilio/messages?From=0661987654', '/%zz/Canaryname', '/health/ready?canary'];
    for (const path of paths) {
      await ask(path, headers);
      await ask(path, { ...headers, 'content-type': 'application/json' }, JSON.stringify({ text: canary, token }));
      await ask(path, { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, `From=${encodeURIComponent(canary)}&Body=${token}`);
    }
    await ask('/api/v1/cases', { 'content-type': 'application/json', 'idempotency-key': token }, JSON.stringify(filing({ text: canary, contact: { name: 'Canaryname', phone: '0661987654', email: 'canary@mail.example' } })));
    expect(lines.filter((line) => line.includes('"answered"')).length).toBeGreaterThan(paths.length * 2);
    expectSilent();
  });

  it('no value of a statement that fails, though the database quotes it', async () => {
    lines = [];
    for (const how of ['query', 'unique', 'error']) expect(await ask(`/fails/${how}`)).toBe(500);
    const failures = lines.filter((line) => line.includes('"unexpected"')).map((line) => JSON.parse(line) as { err: { code?: string } });
    expect(failures.map(({ err }) => err.code)).toEqual(['22P02', '23505', undefined]);
    expectSilent();
  });

  it('the database does quote it', async () => {
    const client = new pg.Client({ connectionString: app.databaseUrl });
    await client.connect();
    await expect(client.query('select $1::int', [canary])).rejects.toThrow('0661987654');
    await client.end();
  });
});
