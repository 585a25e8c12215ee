import { createHash } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysUrlOf } from '#db/migrate-keys';
import { eventually, startApp, type TestApp } from '../support/app.ts';
import { Canaries, Findings } from './canary.ts';
import { openJourney } from './canary-journey.ts';
import { origins, type Origin } from './canary-people.ts';
import { lookThroughDatabase, lookThroughFiles, watchJobs, watchRequests } from './canary-stores.ts';

const canaries = new Canaries();
const lines: string[] = [];
let app: TestApp;
let sql: postgres.Sql;
let journey: ReturnType<typeof openJourney>;
let jobs: string[] = [];
let requests: string[] = [];
let frames: string[] = [];

beforeAll(async () => {
  app = await startApp({ work: true, demo: false, log: (line) => void lines.push(line) });
  sql = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
  const job = await watchJobs(app.deps.jobStore);
  const watched = watchRequests(app.fake.url);
  journey = openJourney(app, canaries, (statement, ...values) => sql.unsafe(statement, values), async () => lines.some((line) => line.includes('job failed')));
  const { people } = journey;
  const { operator, supervisor, others, secret, login, console: screen } = await journey.staff();

  const numbers = {
    page: await journey.filePage(people.page),
    api: await journey.fileApi('api', {}),
    sealed: await journey.fileApi('sealed', { category: 'FAIR.BRIBE' }),
    phone: await journey.fileStaff('phone', operator),
    counter: await journey.fileStaff('counter', operator),
    sms: await journey.fileSms(),
  };
  await eventually(async () => (await sql`select from cases where triaged_at is null`).length === 0);
  await Promise.all((Object.keys(numbers) as (keyof typeof numbers)[]).map((origin) => journey.work(origin, numbers[origin], origin === 'sealed' ? supervisor : operator, others)));
  await journey.mergeAndPart('api', numbers.api, numbers.page, operator);
  await journey.mergeAndPart('sealed', numbers.sealed, numbers.page, supervisor);
  await journey.sendWrongly({ secret, login }, operator, numbers.page);
  await eventually(async () => (await sql`select from messages where state in ('received', 'queued', 'sending')`).length === 0);
  await eventually(async () => (await sql`select from attachments where state in ('received', 'scanning')`).length === 0);
  await eventually(async () => (await sql`select from log_leaves`).length > 40);

  watched.stop();
  [jobs, requests, frames] = [await job.texts(), watched.seen, screen.frames.map((frame) => JSON.stringify(frame))];
  screen.close();
}, 120_000);
afterAll(async () => {
  await sql.end();
  await app.close();
});

const foundIn = (place: string, texts: Iterable<string>): string[] => {
  const findings = new Findings(canaries);
  for (const text of texts) findings.look(place, text);
  return findings.all;
};

it('is in the job store at no moment, also not of a job that failed on a row that the database quotes', () => {
  expect(jobs.length).toBeGreaterThan(100);
  expect(jobs.some((text) => text.includes('failed'))).toBe(true);
  expect(foundIn('job store', jobs)).toEqual([]);
});

it('is in no line that web and workers log, whatever fails', () => {
  expect(lines.length).toBeGreaterThan(100);
  expect(foundIn('log', lines)).toEqual([]);
});

it('is in no address or header: of requests to the provider, of what it is to call back, of our pages and answers; nor in a refusal or a live frame', () => {
  expect(requests.length).toBeGreaterThan(10);
  expect(frames.length).toBeGreaterThan(5);
  const callbacks = origins.flatMap((origin) => app.fake.messagesTo(`+212${journey.people[origin].phone.replace(/\D/g, '').slice(-9)}`)).map(({ statusCallback }) => String(statusCallback));
  expect(foundIn('provider', [...requests, ...callbacks])).toEqual([]);
  expect(foundIn('frames', frames)).toEqual([]);
  expect(journey.answers.flatMap(({ place, text }) => foundIn(place, [text]))).toEqual([]);
});

it('is in no file: neither what is in a photo beside the picture, nor its name', async () => {
  const findings = new Findings(canaries);
  expect(await lookThroughFiles(app.filesDir, findings)).toBeGreaterThan(5);
  expect(findings.all).toEqual([]);
});

const ordinary: readonly Origin[] = ['page', 'api', 'phone', 'counter', 'sms'];
const typed: readonly Origin[] = ['page', 'api', 'phone', 'counter', 'sealed'];
const told = ['told.word', 'told.name', 'told.phone', 'told.cin', 'told.email', 'told.address'];

/** Where what a person gave is meant to stand in clear, and why. Nothing of a restricted case's words is among it, and no contact. */
const meant: { place: string; of: readonly string[]; fields: readonly string[]; why: string }[] = [
  { place: 'messages.body', of: ordinary, fields: [...told, 'followUp', 'reply', 'question', 'resolution'], why: 'ordinary texts are searched; whoever reads them sees identifiers masked (ADR 11)' },
  { place: 'cases.preview', of: ordinary, fields: ['told.word', 'told.name', 'told.address'], why: 'the beginning of the narrative, its identifiers masked' },
  { place: 'notes.body', of: ordinary, fields: ['note', 'reason', 'referral', 'partner', 'conflict', 'sealing', 'unsealing'], why: 'what staff write for each other, as searchable as what it is about' },
  { place: 'notes.body', of: ['api'], fields: ['merging', 'unmerging'], why: 'the same, of the one ordinary case that is merged' },
  { place: 'feedback.comment', of: ordinary, fields: ['comment'], why: 'as the narrative' },
  { place: 'cases.commune', of: typed, fields: ['commune'], why: 'a place, not an address: reports count by it' },
  { place: 'cases.submitter_relationship', of: typed, fields: ['relationship'], why: 'a word such as daughter, without a name' },
  { place: 'staff.login', of: ['staff'], fields: ['login', 'supervisor', 'colleague', 'deputy'], why: 'accounts are not citizens' },
  { place: 'staff.name', of: ['staff'], fields: ['login', 'supervisor', 'colleague', 'deputy'], why: 'the test names its staff by their logins' },
  { place: 'pg_stats of staff.login', of: ['staff'], fields: ['login', 'supervisor', 'colleague', 'deputy'], why: 'what PostgreSQL knows of how logins are spread' },
  { place: 'pg_stats of staff.name', of: ['staff'], fields: ['login', 'supervisor', 'colleague', 'deputy'], why: 'the same of names of staff' },
  ...['sessions.id_hash', 'pg_stats of sessions.id_hash'].map((place) => ({ place, of: ['staff.session'], fields: ['operator', 'supervisor'], why: 'SHA-256 of 256 random bits: nobody can try those out' })),
];

describe('in a dump of both databases', () => {
  it('stands in the columns that are meant for it, and in no other, nor in a statistic, comment or statement that PostgreSQL keeps', async () => {
    const findings = new Findings(canaries);
    await lookThroughDatabase(app.databaseUrl, findings);
    await lookThroughDatabase(keysUrlOf(app.databaseUrl, undefined), findings, 'keys: ');
    expect(findings.all).toEqual(meant.flatMap(({ place, of, fields }) => of.flatMap((one) => fields.map((field) => `${place}: ${one}.${field}`))).toSorted());
  });

  it('and all of it is there, for whoever gives a reason', () => {
    for (const [origin, text] of journey.revealed) {
      const { name, phone, email, submitter, narrative } = journey.people[origin];
      const digits = phone.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace(/\D/g, '').slice(-9);
      const all = origin === 'sms' ? [digits, narrative] : [digits, name, email, submitter, narrative];
      expect(all.filter((one) => !text.includes(one))).toEqual([]);
    }
    expect(journey.revealed.size).toBe(6);
  });
});

it('would be found in whatever form it stood', () => {
  const [name, phone] = ['Nomessaiqz', '661980001'];
  const own = new Canaries();
  own.plant('name', name, 'نومقز عيسى');
  own.plantNumber('phone', phone, '٠٦٦١ ٩٨ ٠٠ ٠١');
  const sha = (text: string) => createHash('sha256').update(text).digest();
  const hidden = [
    `x${name}x`, 'q=%D9%86%D9%88%D9%85%D9%82%D8%B2%20%D8%B9%D9%8A%D8%B3%D9%89&', 'From=%D9%86%D9%88%D9%85%D9%82%D8%B2+%D8%B9%D9%8A%D8%B3%D9%89', '"\\u0646\\u0648\\u0645\\u0642\\u0632 \\u0639\\u064a\\u0633\\u0649"', `\\x00${Buffer.from(name).toString('hex')}ff`,
    ...['', 'a', 'ab'].map((before) => Buffer.from(`${before}${name} and more`).toString('base64')), sha(name).toString('hex'), sha(name).toString('base64'),
  ];
  expect(hidden.filter((text) => !own.in(text).includes('name'))).toEqual([]);
  const numbers = ['+212661980001', '0661 98 00 01', '(0661)98-00-01', '٠٦٦١٩٨٠٠٠١', '%D9%A0%D9%A6%D9%A6%D9%A1%20%D9%A9%D9%A8%20%D9%A0%D9%A0%20%D9%A0%D9%A1', Buffer.from(phone).toString('hex'), sha('+212661980001').toString('hex'), sha('0661980001').toString('hex')];
  expect(numbers.filter((text) => !own.in(text).includes('phone'))).toEqual([]);
  expect(own.in('+2126****0001 and ********')).toEqual([]);
});
