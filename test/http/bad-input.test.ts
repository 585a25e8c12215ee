import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '#contract/common';
import { errorTable } from '#lib/errors';
import { filing, startApp, type TestApp } from '../support/app.ts';

/** Stands in every bad request; no answer may repeat it. */
const canary = 'canary7f3a';

let app: TestApp;
let sql: postgres.Sql;
let operator: { cookie: string };
beforeAll(async () => {
  app = await startApp({ sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
  operator = await app.as('operator', 'centre-04');
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const rowsStored = async (): Promise<Record<string, unknown>> => {
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'sessions' order by 1`;
  expect(tables.length).toBeGreaterThan(15);
  const counts = await Promise.all(tables.map(async ({ name }) => [String(name), (await sql`select count(*) from ${sql(String(name))}`)[0]?.['count']]));
  return Object.fromEntries(counts);
};

type Answer = { status: number; type: string | undefined; text: string };

/** Says exactly what it is told: fetch would tidy the headers and the address. */
const send = (method: string, path: string, headers: Record<string, string> = {}, body: string | Buffer = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(app.url);
    const length = String(Buffer.byteLength(body));
    const asked = request({ hostname, port, method, path, headers: { ...(body === '' || 'transfer-encoding' in headers ? {} : { 'content-length': length }), ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], text: Buffer.concat(parts).toString() }));
    });
    asked.on('error', reject);
    asked.end(body);
  });

/** A refusal as RFC 9457 has it, in our table's words, silent about what was sent. */
const expectProblem = (answer: Answer, code: keyof typeof errorTable): Problem => {
  expect(answer.text).not.toContain(canary);
  expect(answer.type).toMatch(/^application\/problem\+json/);
  const problem = Problem.strict().parse(JSON.parse(answer.text));
  const [status, title] = errorTable[code];
  expect({ ...problem, type: '', errors: [] }).toEqual({ type: '', title, status, code, errors: [] });
  expect(answer.status).toBe(status);
  return problem;
};

const json = { 'content-type': 'application/json' };
const postJson = (path: string, body: unknown, headers = {}) => send('POST', path, { ...json, ...headers }, JSON.stringify(body));

describe('a filing with a fault is refused, the fault named by its place, and nothing stored:', () => {
  const faults: [name: string, more: Record<string, unknown>, path: string, code: string][] = [
    ['no words', { text: '' }, 'text', 'empty'],
    ['white space only', { text: ' \n\t\u00a0\u3000 ' }, 'text', 'empty'],
    ['invisible marks only', { text: '\u200f\u202b\u202c\u2066\u2069\ufeff' }, 'text', 'empty'],
    ['NUL', { text: `${canary}\0` }, 'text', 'not_text'],
    ['a lone surrogate', { text: `${canary}\ud800` }, 'text', 'not_text'],
    ['a lone surrogate in a name', { contact: { name: `${canary}\udc00` } }, 'contact.name', 'not_text'],
    ['NUL in the commune', { territory: { commune: `${canary}\0` } }, 'territory.commune', 'not_text'],
    ['too many words', { text: `${canary}${'x'.repeat(10_000)}` }, 'text', 'too_long'],
    ['text that is a number', { text: 12 }, 'text', 'invalid_type'],
    ['text that is a list', { text: [canary] }, 'text', 'invalid_type'],
    ['text that is an object', { text: { toString: canary } }, 'text', 'invalid_type'],
    ['no kind', { kind: undefined }, 'kind', 'invalid_value'],
    ['a kind of its own', { kind: canary }, 'kind', 'invalid_value'],
    ['a language of its own', { language: canary }, 'language', 'invalid_value'],
    ['a programme of its own', { programme: canary }, 'programme', 'invalid_value'],
    ['no consent', { consent: undefined }, 'consent', 'invalid_value'],
    ['consent refused', { consent: false }, 'consent', 'invalid_value'],
    ['consent as a word', { consent: 'true' }, 'consent', 'invalid_value'],
    ['a province that is none', { territory: { province: 'MA-XXX' } }, 'territory.province', 'unknown_province'],
    ['a province of every object', { territory: { province: 'toString' } }, 'territory.province', 'unknown_province'],
    ['a province too long to be one', { territory: { province: canary.repeat(9) } }, 'territory.province', 'too_big'],
    ['a region for a province', { territory: { province: 'MA-04' } }, 'territory.province', 'unknown_province'],
    ['a category that is none', { category: canary }, 'category', 'unknown_category'],
    ['a category of every object', { category: 'constructor' }, 'category', 'unknown_category'],
    ['a category of nowhere', { category: '__proto__' }, 'category', 'unknown_category'],
    ['a lone surrogate for a category', { category: '\ud800' }, 'category', 'unknown_category'],
    ['a French phone', { contact: { phone: '+33 6 12 34 56 78' } }, 'contact.phone', 'foreign_phone'],
    ['an impossible Moroccan phone', { contact: { phone: '0123456789' } }, 'contact.phone', 'invalid_phone'],
    ['a phone too short', { contact: { phone: '06612345' } }, 'contact.phone', 'invalid_phone'],
    ['words for a phone', { contact: { phone: canary } }, 'contact.phone', 'invalid_phone'],
    ['a phone and more', { contact: { phone: '0661234567;ext=1' } }, 'contact.phone', 'invalid_phone'],
    ['a phone without end', { contact: { phone: '0'.repeat(41) } }, 'contact.phone', 'too_long'],
    ['a phone that is a number', { contact: { phone: 661234567 } }, 'contact.phone', 'invalid_type'],
    ['an address without a place', { contact: { email: `${canary}@` } }, 'contact.email', 'invalid_format'],
    ['an address with a full-width sign', { contact: { email: `${canary}\uff20example.ma` } }, 'contact.email', 'invalid_format'],
    ['a name without letters', { contact: { name: '\u200f ' } }, 'contact.name', 'empty'],
    ['a contact that is a list', { contact: [canary] }, 'contact', 'invalid_type'],
    ['anonymous with a phone', { anonymous: true, contact: { phone: '0661234567' } }, 'anonymous', 'anonymous_with_contact'],
    ['for somebody without a name', { onBehalfOf: { relationship: canary } }, 'onBehalfOf.name', 'invalid_type'],
    ['an unknown field', { [canary]: 1 }, '', 'unrecognized_keys'],
    ['an unknown field of the contact', { contact: { [canary]: 1 } }, 'contact', 'unrecognized_keys'],
    ['an unknown field of the territory', { territory: { region: canary } }, 'territory', 'unrecognized_keys'],
    ['a field that only staff has', { channel: 'phone', text: canary }, '', 'unrecognized_keys'],
    ['a reference of its own', { reference: '1234567897', text: canary }, '', 'unrecognized_keys'],
  ];
  for (const [name, more, path, code] of faults)
    it(name, async () => {
      const before = await rowsStored();
      const { errors } = expectProblem(await postJson('/api/v1/cases', filing(more)), 'invalid');
      expect(errors).toContainEqual({ path, code });
      expect(await rowsStored()).toEqual(before);
    });

  it('several faults are told at once', async () => {
    const { errors } = expectProblem(await postJson('/api/v1/cases', { text: '', kind: canary }), 'invalid');
    expect(errors?.map(({ path }) => path).toSorted()).toEqual(['consent', 'kind', 'text']);
  });
});

describe('a body that is none of ours is refused, and nothing stored:', () => {
  const valid = JSON.stringify(filing({ text: canary }));
  const deep = `${'{"contact":'.repeat(5000)}"${canary}"${'}'.repeat(5000)}`;
  const bodies: [name: string, body: string | Buffer, code: keyof typeof errorTable][] = [
    ['nothing', '', 'invalid_json'],
    ['half a body', valid.slice(0, -5), 'invalid_json'],
    ['two bodies', valid + valid, 'invalid_json'],
    ['single quotes', valid.replaceAll('"', "'"), 'invalid_json'],
    ['a comment', `/* ${canary} */${valid}`, 'invalid_json'],
    ['NaN', '{"text": NaN}', 'invalid_json'],
    ['null', 'null', 'invalid'],
    ['a number', '1e999', 'invalid'],
    ['a text', `"${canary}"`, 'invalid'],
    ['a list', `[${valid}]`, 'invalid'],
    ['__proto__', valid.replace('{', `{"__proto__":{"text":"${canary}"},`), 'invalid_json'],
    ['__proto__ further in', valid.replace('{', `{"contact":{"__proto__":{"phone":"${canary}"}},`), 'invalid_json'],
    ['__proto__ in disguise', valid.replace('{', String.raw`{"\u005f\u005fproto__":{},`), 'invalid_json'],
    ['constructor', valid.replace('{', `{"constructor":{"prototype":{"text":"${canary}"}},`), 'invalid_json'],
    ['constructor as a word', valid.replace('{', `{"constructor":"${canary}",`), 'invalid'],
    ['nested without end', deep, 'invalid'],
    ['nested lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'invalid'],
    ['more than 64 KiB', valid.replace(canary, canary + ' '.repeat(65_536)), 'too_large'],
    ['a fault in the encoding', Buffer.concat([Buffer.from(valid.slice(0, -1)), Buffer.from([0xff, 0xc0])]), 'invalid_json'],
    ['UTF-16', Buffer.from(valid, 'utf16le'), 'invalid_json'],
  ];
  for (const [name, body, code] of bodies)
    it(name, async () => {
      const before = await rowsStored();
      expectProblem(await send('POST', '/api/v1/cases', json, body), code);
      expect(await rowsStored()).toEqual(before);
    });

  it('a body announced as larger than it may be', async () => {
    expectProblem(await send('POST', '/api/v1/cases', { ...json, 'content-length': '99999999' }, valid), 'too_large');
  });

  it('a body in pieces, without an announced length, larger than it may be', async () => {
    expectProblem(await send('POST', '/api/v1/cases', { ...json, 'transfer-encoding': 'chunked' }, valid.replace(canary, 'x'.repeat(70_000))), 'too_large');
  });
});

describe('a content type', () => {
  const bodies = [JSON.stringify(filing({ consent: false })), JSON.stringify({ [canary]: 1 }), '{', '', '[]', 'null', `text=${canary}&kind=complaint`];
  const types = [
    ' application/json', '\tapplication/json', 'application/json\t', 'application/json\t;charset=utf-8', 'application/json ; charset=utf-8',
    'APPLICATION/JSON', 'Application/Json', 'application/json;', 'application/json; charset=utf-8; x=y', 'application/json; charset=utf-16',
    'application/json garbage', 'application/jsonx', 'application/json,text/plain', 'application/json/', 'application/ json', 'application/problem+json',
    'application/vnd.api+json', 'text/json', 'text/plain', 'text/html', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
    'multipart/form-data', 'application/xml', '*/*', 'json', '/', ';', '__proto__',
  ];
  it('in no spelling lets a faulty body past its schema', async () => {
    const before = await rowsStored();
    for (const path of ['/api/v1/cases', '/api/v1/track', '/api/v1/track/messages', '/api/v1/staff/session'])
      for (const type of types)
        for (const body of bodies) {
          const answer = await send('POST', path, { 'content-type': type }, body);
          expect(answer.status, `${path} ${JSON.stringify(type)} ${body}`).toBeOneOf([400, 415]);
          expect(answer.type).toMatch(/^application\/problem\+json/);
          expect(answer.text).not.toContain(canary);
        }
    expect(await rowsStored()).toEqual(before);
  });

  it('other than JSON never reaches a route, be the body right or wrong', async () => {
    for (const type of types.filter((one) => !/^\s*application\/json\s*$/i.test(one)))
      expectProblem(await send('POST', '/api/v1/cases', { 'content-type': type }, JSON.stringify(filing({ text: canary }))), 'unsupported_media_type');
  });

  it('left out is refused as another one', async () => {
    expectProblem(await send('POST', '/api/v1/cases', {}, JSON.stringify(filing({ text: canary }))), 'unsupported_media_type');
  });
});

describe('an address or a header that is none of ours:', () => {
  const addresses: [name: string, method: string, path: string, code: keyof typeof errorTable][] = [
    ['another method', 'GET', '/api/v1/cases', 'not_found'],
    ['another method for tracking', 'GET', `/api/v1/track?code=${canary}`, 'not_found'],
    ['a method of its own', 'PATCH', '/api/v1/cases', 'not_found'],
    ['an unknown address', 'GET', `/api/v1/${canary}`, 'not_found'],
    ['a faulty percent encoding', 'GET', `/api/v1/${canary}%zz`, 'not_found'],
    ['an encoding of half a letter', 'GET', `/api/v1/categories/${canary}%e0%a4%a`, 'not_found'],
    ['a long id', 'GET', `/api/v1/staff/cases/${canary.repeat(50)}`, 'not_found'],
    ['a cursor before time', 'GET', `/api/v1/staff/cases?cursor=${Buffer.from('[1,"0000-01-01","00000000-0000-4000-8000-000000000000"]').toString('base64url')}`, 'invalid'],
    ['a cursor past all time', 'GET', `/api/v1/staff/cases?cursor=${Buffer.from('[1,"9999-12-31","00000000-0000-4000-8000-000000000000"]').toString('base64url')}`, 'invalid'],
    ['a doubled slash', 'GET', '//api/v1/staff/cases', 'not_found'],
    ['a doubled slash inside', 'GET', '/api/v1//staff/cases', 'not_found'],
    ['a climb', 'GET', `/api/v1/categories/../../../${canary}`, 'not_found'],
    ['a long address', 'GET', `/api/v1/${canary.repeat(700)}`, 'not_found'],
    ['an id that is none', 'GET', `/api/v1/staff/cases/${canary}`, 'invalid'],
    ['NUL for a queue of its own', 'POST', '/api/v1/staff/queues/%00/next', 'invalid'],
    ['an unknown queue', 'POST', `/api/v1/staff/queues/${canary}/next`, 'not_found'],
    ['an unknown question', 'GET', `/api/v1/staff/cases?${canary}=1`, 'invalid'],
    ['an operator of SQL', 'GET', '/api/v1/staff/cases?sort=id%22;drop--', 'invalid'],
    ['SQL for a state', 'GET', "/api/v1/staff/cases?state='%20or%201=1", 'invalid'],
    ['no cases a page', 'GET', '/api/v1/staff/cases?limit=0', 'invalid'],
    ['all cases on a page', 'GET', '/api/v1/staff/cases?limit=1e9', 'invalid'],
    ['half a case a page', 'GET', '/api/v1/staff/cases?limit=1.5', 'invalid'],
    ['two limits', 'GET', '/api/v1/staff/cases?limit=1&limit=2', 'invalid'],
    ['two queues', 'GET', '/api/v1/staff/cases?queue=a&queue=b', 'invalid'],
    ['a made-up cursor', 'GET', `/api/v1/staff/cases?cursor=${canary}`, 'invalid'],
    ['a cursor of other things', 'GET', `/api/v1/staff/cases?cursor=${Buffer.from(`["${canary}"]`).toString('base64url')}`, 'invalid'],
    ['a cursor of no day', 'GET', `/api/v1/staff/cases?cursor=${Buffer.from('[1,"2026-02-30","00000000-0000-4000-8000-000000000000"]').toString('base64url')}`, 'invalid'],
    ['NUL for a queue', 'GET', '/api/v1/staff/cases?queue=%00', 'invalid'],
    ['NUL for a centre', 'GET', '/api/v1/staff/cases?centre=%00', 'invalid'],
    ['NUL for a category', 'GET', '/api/v1/staff/cases?category=%00', 'invalid'],
    ['NUL in a search', 'GET', '/api/v1/staff/cases?q=%00', 'invalid'],
  ];
  for (const [name, method, path, code] of addresses)
    it(name, async () => {
      expectProblem(await send(method, path, operator), code);
    });

  it('a form whose boundary is longer than any may be', async () => {
    for (const path of ['/api/v1/uploads', '/track', '/fr/file']) {
      const { status } = await send('POST', path, { 'content-type': `multipart/form-data; boundary=${'a'.repeat(500)}`, origin: app.url }, 'x');
      expect([path, status]).toEqual([path, 415]);
    }
  });

  it('NUL or too large a number in what staff send', async () => {
    const filed = await app.post('/api/v1/cases', filing());
    expect(filed.status).toBe(201);
    const id = '00000000-0000-4000-8000-000000000000';
    for (const [path, body] of [
      [`/cases/${id}/claim`, { version: 1e300 }],
      [`/cases/${id}/claim`, { version: 1.5 }],
      [`/cases/${id}/claim`, { version: `${canary}` }],
      [`/cases/${id}/note`, { version: 1, text: `${canary}\0` }],
      [`/cases/${id}/assign`, { version: 1, queue: `${canary}\0`, reason: 'x' }],
      [`/cases/${id}/assign`, { version: 1, category: `${canary}\0`, queue: 'general-04', reason: 'x' }],
      [`/cases/${id}/move`, { version: 1, to: canary }],
      ['/cases', filing({ channel: 'sms', text: canary })],
      ['/session', { login: `${canary}\0`, password: 'x' }],
      ['/session', { login: canary, password: 'x'.repeat(129) }],
      ['/session', { login: canary, password: 'x', role: 'administrator' }],
    ] as const)
      expectProblem(await postJson(`/api/v1/staff${path}`, body, operator), 'invalid');
  });

  it('an Idempotency-Key of nothing, or without end', async () => {
    const before = await rowsStored();
    for (const key of ['', canary.repeat(30)]) {
      const { errors } = expectProblem(await postJson('/api/v1/cases', filing(), { 'idempotency-key': key }), 'invalid');
      expect(errors?.map(({ path }) => path)).toEqual(['idempotency-key']);
    }
    expect(await rowsStored()).toEqual(before);
  });

  /** What is no HTTP at all reaches no route; still it gets a problem, and says nothing back. */
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(app.url);
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let answer = '';
      socket.on('data', (part: Buffer) => (answer += part.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  it('a header block without end, and what is no HTTP', async () => {
    for (const [bytes, status, code] of [
      [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'too_large'],
      [`${canary}\r\n\r\n`, 400, 'invalid'],
    ] as const) {
      const answer = await raw(bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(/content-type: application\/problem\+json/i);
      expect(Problem.strict().parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''))).toMatchObject({ status, code });
      expect(answer).not.toContain(canary);
    }
  });
});

describe('whatever JSON comes', () => {
  const anything = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>;
  const word = fc.string({ unit: 'binary', maxLength: 60 });
  const almost = (fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(Object.fromEntries(Object.entries(fields).map(([name, right]) => [name, fc.oneof({ weight: 4, arbitrary: right }, anything, word)])), { requiredKeys: [] });
  const body = almost({
    kind: fc.constantFrom('complaint', 'inquiry'),
    text: word,
    language: fc.constantFrom('ar', 'fr'),
    category: fc.constantFrom('PAY', 'FAIR.BRIBE', '__proto__'),
    territory: almost({ province: fc.constantFrom('MA-SAL', 'MA-XXX'), commune: word }),
    contact: almost({ name: word, phone: fc.oneof(word, fc.constantFrom('0661234567', '٠٦٦١٢٣٤٥٦٧')), email: fc.emailAddress() }),
    onBehalfOf: almost({ name: word, relationship: word }),
    anonymous: fc.boolean(),
    consent: fc.constant(true),
  });
  const tracking = almost({ reference: fc.constantFrom('2648391756', '٢٦٤٨٣٩١٧٥٦'), code: fc.constantFrom('123456', '١٢٣٤٥٦') });

  for (const [path, sent, expected] of [
    ['/api/v1/cases', body, [201, 400]],
    ['/api/v1/track', tracking, [400, 404, 429]],
  ] as const)
    it(`POST ${path} never fails on our side`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(sent, anything), async (value) => {
          const { status } = await postJson(path, value);
          expect(status).toBeOneOf([...expected]);
        }),
        { numRuns: 300 },
      );
    });
});
