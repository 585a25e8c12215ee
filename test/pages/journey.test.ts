import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { texts } from '#texts/index';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let sql: postgres.Sql;

beforeAll(async () => {
  app = await startApp();
  sql = postgres(app.databaseUrl, { max: 1 });
});

afterAll(async () => {
  await sql.end();
  await app.close();
});

type Answer = { status: number; headers: Headers; body: string };
const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(app.url + path, init);
  return { status: response.status, headers: response.headers, body: await response.text() };
};
const formType = 'application/x-www-form-urlencoded';
const post = (path: string, form: Record<string, string>, type = formType): Promise<Answer> =>
  ask(path, { method: 'POST', headers: { 'content-type': type }, body: new URLSearchParams(form).toString() });

const keyOn = (html: string): string => html.match(/name="idempotencyKey" value="([^"]+)"/)?.[1] ?? 'no key';
const newKey = async (): Promise<string> => keyOn((await ask('/file')).body);
const digitsOn = (html: string): string[] =>
  [...html.matchAll(/class="digits"><bdi dir="ltr">([0-9 ]+)</g)].map((found) => found[1]?.replaceAll(' ', '') ?? '');
const countCases = async (): Promise<number> => Number((await sql`select count(*) from cases`)[0]?.['count']);

const filing = { kind: 'complaint', text: 'توقف الدعم منذ شهرين بدون تفسير.\r\nأنا أرملة.', consent: 'true' };

describe('a citizen without JavaScript', () => {
  let reference = '';
  let code = '';
  const act = (form: Record<string, string>) => post('/track', { reference, code, ...form });

  it('files in Arabic, with Arabic digits, and is told reference, code and legal date', async () => {
    const answer = await post('/file', {
      ...filing, idempotencyKey: await newKey(), category: 'PAY.STOPPED', 'territory.province': 'MA-CHE',
      'contact.name': 'فاطمة', 'contact.phone': '٠٦٦١ ٢٣ ٤٥ ٦٧', 'contact.email': '', 'onBehalfOf.name': '', 'onBehalfOf.relationship': '',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
    [reference = '', code = ''] = digitsOn(answer.body);
    expect(reference).toMatch(/^[1-9][0-9]{9}$/);
    expect(code).toMatch(/^[0-9]{6}$/);
    expect(answer.body).toMatch(/class="date"><bdi dir="ltr">\d\d\/\d\d\/\d{4}</);
  });

  it('finds the case again, typed as it was copied, and reads back what was written', async () => {
    const answer = await post('/fr/track', {
      reference: ` ${reference.slice(0, 3)}-${reference.slice(3)}`,
      code: code.replace(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit))),
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('توقف الدعم منذ شهرين بدون تفسير.\nأنا أرملة.');
    expect(answer.body).toContain(texts.fr.words.kinds.complaint);
  });

  it('adds a message, and an empty one changes nothing', async () => {
    const added = await act({ action: 'message', text: 'عندي وثيقة جديدة' });
    expect(added.status).toBe(200);
    expect(added.body).toContain(texts.ar.pages.tracked.done.message);
    expect(added.body).toContain('عندي وثيقة جديدة');
    const empty = await act({ action: 'message', text: ' \u200f ' });
    expect(empty.status).toBe(422);
    expect(empty.body).toContain(texts.ar.fieldErrors.empty);
    expect((empty.body.match(/class="said"/g) ?? []).length).toBe(2);
  });

  it('rates an answered case once, and may have it opened again', async () => {
    await sql`update cases set status = 'resolved', resolved_at = now() where reference = ${reference}`;
    const incomplete = await act({ action: 'feedback', solved: 'no' });
    expect(incomplete.status).toBe(422);
    expect(incomplete.body).toContain(texts.ar.fieldErrors.required);
    const rated = await act({ action: 'feedback', rating: '2', solved: 'no', comment: '' });
    expect(rated.body).toContain(texts.ar.pages.tracked.done.feedback);
    const again = await act({ action: 'feedback', rating: '5', solved: 'yes', comment: '' });
    expect(again.status).toBe(409);
    expect(again.body).toContain(texts.ar.errors.already_rated);
    const reopened = await act({ action: 'reopen', reason: 'لم يصل شيء' });
    expect(reopened.body).toContain(texts.ar.pages.tracked.done.reopen);
    expect((await sql`select status from cases where reference = ${reference}`)[0]?.['status']).toBe('in_triage');
  });

  it('withdraws, and is then offered no more than reading', async () => {
    const answer = await act({ action: 'withdraw' });
    expect(answer.body).toContain(texts.ar.words.statuses.withdrawn);
    expect(answer.body).not.toContain('name="action"');
    expect((await act({ action: 'withdraw' })).status).toBe(409);
  });

  it('hears one and the same sentence for a wrong code and an unknown reference, then has to wait', async () => {
    const wrong = code === '000000' ? '000001' : '000000';
    const first = await act({ code: wrong });
    const unknown = await post('/track', { reference: '1000000001', code });
    expect([first.status, unknown.status]).toEqual([404, 404]);
    for (const { body } of [first, unknown]) {
      expect(body).toContain(texts.ar.errors.not_found_or_wrong_code);
      expect(body).not.toContain(`value="${code}"`);
    }
    for (let guess = 0; guess < 4; guess++) await act({ code: wrong });
    const locked = await act({});
    expect(locked.status).toBe(429);
    expect(locked.body).toContain(texts.ar.errors.too_many_attempts);
  });
});

describe('the form', () => {
  it('makes one case of a double click, and gives the same receipt', async () => {
    const form = { ...filing, idempotencyKey: await newKey() };
    const before = await countCases();
    const answers = await Promise.all([post('/file', form), post('/file', form), post('/file', form)]);
    expect(new Set(answers.map(({ body }) => digitsOn(body).join())).size).toBe(1);
    expect(await countCases()).toBe(before + 1);
  });

  it('keeps what was typed when another text is sent under a spent key, with a key to send it', async () => {
    const form = { ...filing, idempotencyKey: await newKey() };
    await post('/file', form);
    const other = await post('/file', { ...form, text: 'رسالة أخرى' });
    expect(other.status).toBe(422);
    expect(other.body).toContain('رسالة أخرى</textarea>');
    expect(keyOn(other.body)).not.toBe(form.idempotencyKey);
    expect((await post('/file', { ...form, text: 'رسالة أخرى', idempotencyKey: keyOn(other.body) })).status).toBe(201);
  });

  it('names every fault at its field, in the language of the page, and stores nothing', async () => {
    const before = await countCases();
    const answer = await post('/fr/file', {
      text: '  ', 'contact.phone': '+33 6 12 34 56 78', 'contact.email': 'nom@', 'onBehalfOf.name': 'Ali', idempotencyKey: await newKey(),
    });
    expect(answer.status).toBe(422);
    const { empty, required, invalid_email, consent_required } = texts.fr.fieldErrors;
    for (const sentence of [empty, required, invalid_email, consent_required]) expect(answer.body).toContain(sentence);
    expect(answer.body).toContain('value="+33 6 12 34 56 78"');
    const later = await post('/fr/file', { ...filing, 'contact.phone': '+33 6 12 34 56 78', category: 'NOPE', 'territory.province': 'MA-XXX' });
    expect(later.status).toBe(422);
    const { foreign_phone, unknown_category, unknown_province } = texts.fr.fieldErrors;
    for (const sentence of [foreign_phone, unknown_category, unknown_province]) expect(later.body).toContain(sentence);
    const anonymous = await post('/fr/file', { ...filing, anonymous: 'true', 'contact.name': 'Ali' });
    expect(anonymous.body).toContain(texts.fr.fieldErrors.anonymous_with_contact);
    expect(await countCases()).toBe(before);
  });

  it('takes ten thousand letters of any alphabet', async () => {
    const answer = await post('/zgh/file', { ...filing, text: 'ⵣ'.repeat(10_000) });
    expect(answer.status).toBe(201);
  });

  it('answers what no browser sends with a page, never with a fault of ours, and stores nothing', async () => {
    const before = await countCases();
    const answers = [
      await post('/fr/file', { ...filing, unknown: '1' }),
      await post('/fr/file', { ...filing, __proto__x: '1', constructor: 'x' }),
      await post('/fr/file', { ...filing, idempotencyKey: 'x' }),
      await post('/fr/file', { ...filing, text: 'a\0b' }),
      await post('/fr/file', { ...filing, text: 'a'.repeat(1_000_000) }),
      await post('/fr/file', {}),
      await post('/fr/file', filing, 'application/json'),
      await post('/fr/track', {}),
      await post('/fr/track', { reference: '1', code: '1', action: 'destroy' }),
      await ask('/fr/file', { method: 'POST' }),
      await ask('/fr/file', { method: 'POST', headers: { 'content-type': formType }, body: 'text=a&text=b' }),
      await ask('/fr/file', { method: 'POST', headers: { 'content-type': formType }, body: 'text=%FF%ED%A0%80' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.body).toContain('<html lang="fr" dir="ltr">');
    }
    expect(await countCases()).toBe(before);
  });
});

describe('an address that leads nowhere', () => {
  it('is answered with a page, in the language of the address', async () => {
    const answer = await ask('/fr/rien', { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('<html lang="fr" dir="ltr">');
    expect(answer.body).toContain(texts.fr.errors.not_found);
  });
});

describe('the stylesheet', () => {
  it('may be kept for ever, and is the one that pages ask for', async () => {
    const path = (await ask('/en')).body.match(/rel="stylesheet" href="([^"]+)"/)?.[1] ?? '';
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/css');
    expect(answer.headers.get('cache-control')).toContain('immutable');
  });
});
