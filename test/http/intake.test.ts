import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Receipt, Tracked } from '#contract/filing';
import { system } from '#db/actor';
import { fileCase } from '#domain/cases/filing.actions';
import { createIntake } from '#domain/cases/intake.actions';
import { personOf } from '#domain/personal/people.queries';
import { parseReference } from '#lib/reference';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

const morning = new Date('2026-11-22T10:00:00Z');
const clock = testClock(morning);
let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ clock, sms: false });
  sql = postgres(app.databaseUrl, { max: 1 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(() => clock.set(morning));

const person = (citizenId: string) => app.deps.ctx.db.withActor(system, (tx) => personOf(app.deps.ctx, tx, citizenId));
const file = async (more: Record<string, unknown> = {}): Promise<Receipt> => {
  const filed = await app.post('/api/v1/cases', filing(more));
  expect(filed.text).toContain('"reference"');
  return Receipt.parse(filed.json);
};

const Count = z.tuple([z.object({ rows: z.coerce.number() })]);
const casesAbout = async (text: string): Promise<number> =>
  Count.parse(await sql`select count(*) as rows from messages m join cases c on c.id = m.case_id where m.body = ${text}`)[0].rows;

describe('one submission', () => {
  it('sent fifty times at once under one key is one case with one receipt', async () => {
    const body = filing({ text: 'خمسون مرة' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.post('/api/v1/cases', body, { 'idempotency-key': 'fifty' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 49 }, () => 200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.json['code']).toMatch(/^\d{6}$/);
    expect(await casesAbout('خمسون مرة')).toBe(1);
  });

  it('gets the same receipt a day later, whatever order its fields come in', async () => {
    const first = await app.post('/api/v1/cases', filing({ text: 'غدا' }), { 'idempotency-key': 'later' });
    clock.advance(86_400_000);
    const { consent, ...rest } = filing({ text: 'غدا' });
    const second = await app.post('/api/v1/cases', { consent, ...rest }, { 'idempotency-key': 'later' });
    expect([second.status, second.text]).toEqual([200, first.text]);
  });

  it('never passes for another one under the same key', async () => {
    const headers = { 'idempotency-key': 'two bodies' };
    await app.post('/api/v1/cases', filing({ text: 'الأولى' }), headers);
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.post('/api/v1/cases', filing({ text: 'الثانية' }), headers)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 422, json: { code: 'key_reused' } });
    expect(await casesAbout('الثانية')).toBe(0);
  });

  it('without a key is a case each time', async () => {
    const [one, two] = [await file({ text: 'مرتين' }), await file({ text: 'مرتين' })];
    expect(one.reference).not.toBe(two.reference);
    expect(await casesAbout('مرتين')).toBe(2);
  });
});

describe('a receipt', () => {
  it('dates the answer sixty days after the Moroccan day on which the case came', async () => {
    for (const [at, due] of [
      ['2026-11-22T23:30:00Z', '2027-01-21'],
      ['2026-11-23T00:00:00Z', '2027-01-22'],
      // Before Morocco left GMT+1 the next day began at 23:00 UTC.
      ['2026-09-10T23:30:00Z', '2026-11-10'],
      ['2028-01-01T12:00:00Z', '2028-03-01'],
    ] as const) {
      clock.set(new Date(at));
      expect(await file()).toMatchObject({ receivedAt: new Date(at).toISOString(), legalDueDate: due, status: 'received' });
    }
  });

  it('carries a reference that a slip of the finger never turns into another', async () => {
    const { reference } = await file();
    expect(parseReference(reference)).toBe(reference);
    for (let at = 0; at < 10; at += 1)
      for (let digit = 0; digit < 10; digit += 1) {
        const slipped = reference.slice(0, at) + String(digit) + reference.slice(at + 1);
        if (slipped !== reference) expect(parseReference(slipped)).toBeNull();
      }
  });

  it('is never given for less than citizen, narrative, legal deadline and event', async () => {
    const { reference, legalDueDate } = await file({ contact: { name: 'فاطمة', phone: '0661000777' } });
    const [row] = await sql`
      select c.id, c.status, c.legal_due_date::text as due, p.id as citizen,
        (select count(*)::int from messages m where m.case_id = c.id and m.kind = 'narrative') as messages,
        (select array_agg(d.kind || ' ' || d.due_date) from deadlines d where d.case_id = c.id) as deadlines,
        (select array_agg(e.type) from events e where e.case_id = c.id) as events
      from cases c join citizens p on p.id = c.citizen_id join citizen_contacts k on k.contact_point_id = c.contact_point_id and k.citizen_id = p.id
      where c.reference = ${reference}`;
    expect(row).toMatchObject({
      status: 'received', due: legalDueDate, messages: 1, deadlines: [`legal ${legalDueDate}`], events: ['case.received'],
    });
    expect(await person(String(row?.['citizen']))).toEqual({ name: 'فاطمة', phone: '+212661000777', email: null });
  });
});

describe('honest input, however unusual', () => {
  const words: Record<string, string> = {
    'Arabic with all its vowel signs': 'تَوَقَّفَ الدَّعْمُ مُنْذُ شَهْرَيْنِ بِدُونِ تَفْسِيرٍ',
    'pasted direction marks': '\u202bفاس\u202c \u200fRSU 12\u200e \u2067x\u2069',
    'emoji of several people': '👩‍👧‍👦 🇲🇦 😢',
    'an apostrophe and quotes': `O'Connor said "l'aide" \\ '';--`,
    'five thousand letters': 'م'.repeat(5000),
    'as much as is allowed': 'ا'.repeat(10_000),
    'as much as is allowed, in two units a letter': '😢'.repeat(5000),
    'the word null': 'null',
    'what looks like a page': '<script>alert(1)</script><b>&amp;</b>',
    'space at both ends': '  \n\tشكاية\t\n  ',
    'line ends of both kinds': 'سطر\r\nسطر\nسطر',
    Tifinagh: 'ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ',
    'zero-width joiners': 'می\u200cخواهم لا\u200dإله',
    'letters not composed': 'e\u0301 et é',
    'words of JSON and SQL': '{"__proto__": 1} $1 %s ${x} \\u0000',
    'the last sign there is': '\u{10ffff} \ufdd0 \ufffd',
    'a byte order mark': '\ufeffسلام',
  };
  for (const [name, text] of Object.entries(words))
    it(`${name}: is read back byte for byte`, async () => {
      const { reference, code } = await file({ text });
      const tracked = Tracked.parse((await app.post('/api/v1/track', { reference, code })).json);
      expect(Buffer.from(tracked.messages[0]?.text ?? '').equals(Buffer.from(text))).toBe(true);
    });

  it('digits of any script are taken in phone, reference and code', async () => {
    const { reference, code } = await file({ text: 'أرقام', contact: { phone: '\u200f٠٦٦١-٢٣ ٤٥ ٦٧' } });
    const [row] = await sql`select citizen_id as citizen from cases where reference = ${reference}`;
    expect(await person(String(row?.['citizen']))).toMatchObject({ phone: '+212661234567' });
    const arabic = (digits: string) => digits.replace(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit)));
    const persian = (digits: string) => digits.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
    for (const write of [arabic, persian, (digits: string) => ` ${digits.slice(0, 3)} - ${digits.slice(3)}\u200e`])
      expect((await app.post('/api/v1/track', { reference: write(reference), code: write(code) })).status).toBe(200);
  });

  it('a body with a byte order mark, or of another letter case in its type, is read like any other', async () => {
    const body = JSON.stringify(filing());
    for (const [type, sent] of [['application/json', `\ufeff${body}`], ['Application/JSON; charset=UTF-8', body]] as const)
      expect((await fetch(`${app.url}/api/v1/cases`, { method: 'POST', headers: { 'content-type': type }, body: sent })).status).toBe(201);
  });

  it('people who share a phone are never one citizen', async () => {
    const contact = { phone: '0662 11 22 33' };
    const filed = [await file({ contact: { ...contact, name: 'خديجة' } }), await file({ contact: { ...contact, name: 'محمد' } })];
    const rows = await sql`select citizen_id, contact_point_id from cases where reference in ${sql(filed.map(({ reference }) => reference))}`;
    expect(new Set(rows.map((row) => row['citizen_id'])).size).toBe(2);
    expect(new Set(rows.map((row) => row['contact_point_id'])).size).toBe(1);
  });

  it('a hundred people who file at once, some from one phone, are all heard', async () => {
    const filed = await Promise.all(
      Array.from({ length: 100 }, (_, i) => file({ text: `معا ${i}`, contact: { phone: `06630000${String(i % 7).padStart(2, '0')}` } })),
    );
    expect(new Set(filed.map(({ reference }) => reference)).size).toBe(100);
    const answers = await Promise.all(filed.map(({ reference, code }) => app.post('/api/v1/track', { reference, code })));
    expect(answers.map(({ json }) => Tracked.parse(json).messages[0]?.text)).toEqual(filed.map((_, i) => `معا ${i}`));
  });
});

it('whose connection broke just after the commit is one case, and its reference is still told', async () => {
  const { ctx } = app.deps;
  let breaks = 1;
  const db: typeof ctx.db = {
    ...ctx.db,
    async single(actor, statement, parameters) {
      const rows = await ctx.db.single<never>(actor, statement, parameters);
      if (breaks-- > 0) throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
      return rows;
    },
  };
  const intake = createIntake({ ...ctx, db });
  const filings = ['وحدي', 'مع غيري', 'بمفتاح'].map((text, i) =>
    fileCase({ ...ctx, intake }, { kind: 'complaint', text, consent: true, contact: { phone: '0661000999' } }, { channel: 'web', ...(i === 2 ? { idempotencyKey: 'broken' } : {}) }));
  const receipts = await Promise.all(filings);
  for (const [i, text] of ['وحدي', 'مع غيري', 'بمفتاح'].entries()) {
    expect(await casesAbout(text)).toBe(1);
    const { reference = '', code = '' } = receipts[i] ?? {};
    expect((await app.post('/api/v1/track', { reference, code })).json['messages']).toMatchObject([{ text }]);
  }
});

it('whatever was filed, every row names what there is: the constraints that are not looked up at intake hold', async () => {
  const unenforced = await sql<{ tab: string; name: string }[]>`
    select conrelid::regclass::text as tab, conname as name from pg_constraint where contype = 'f' and not conenforced order by name`;
  expect(unenforced).toHaveLength(8);
  for (const { tab, name } of unenforced) await sql`alter table ${sql(tab)} alter constraint ${sql(name)} enforced`;
  expect(await sql`select 1 from pg_constraint where contype = 'f' and not (conenforced and convalidated)`).toHaveLength(0);
});

it('a process that could keep nothing, as the key store is away, says that it is not ready', async () => {
  const ready = async () => (await app.get('/health/ready')).status;
  expect(await ready()).toBe(200);
  const store = `${new URL(app.databaseUrl).pathname.slice(1)}_keys`;
  await sql.unsafe(`alter database "${store}" with allow_connections false`);
  try {
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${store}`;
    expect(await ready()).toBe(503);
  } finally {
    await sql.unsafe(`alter database "${store}" with allow_connections true`);
  }
  expect(await ready()).toBe(200);
});
