import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channels, languages, statuses } from '#contract/words';
import { system } from '#db/actor';
import { openDatabase } from '#db/client';
import { assignments, cases, deadlines, events, feedback, messages, notes, provinces, sendAttempts } from '#db/schema/tables';
import { holdsDemo, isEmpty, seedDemo, type DemoLogin } from '#dev/demo';
import { partsOf } from '#contract/sms';
import { fileCase } from '#domain/cases/filing.actions';
import { takeNext } from '#domain/cases/holding.actions';
import { createIntake } from '#domain/cases/intake.actions';
import { createAdmission } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { createInbox } from '#domain/messages/inbound.actions';
import { actorOf, sessionOf } from '#domain/staff/session.actions';
import { signIn } from '#domain/staff/sign-in.actions';
import { sweep } from '#domain/sweep/sweep.actions';
import { createLog } from '#lib/log';
import { smsAt } from '../support/twilio-line.ts';
import { freshDatabase } from '../support/database.ts';
import { noFiles } from '../support/files.ts';
import { keysFor } from '../support/keys.ts';

const now = new Date('2026-10-07T14:20:00Z');

/** An Insat at a fixed time that writes down the jobs it is asked for. */
const openLine = async () => {
  const { url, drop } = await freshDatabase();
  const db = openDatabase(url, createLog('silent'));
  const jobs: string[] = [];
  const base = {
    db,
    clock: { now: () => now },
    log: createLog('silent'),
    jobs: { add: (name: string, ids: readonly string[]) => void jobs.push(...ids.map((id) => `${name} ${id}`)) },
    live: { publish: () => undefined },
    codeKey: randomBytes(32), witnesses: [],
    secondFactor: { required: false, rpId: 'localhost', origins: [] },
    ...keysFor(url),
    // Nobody listens there: what is sent would fail.
    channels: [smsAt('http://127.0.0.1:9')], smsDailyCap: 10_000, smallestCell: 10,
    sso: null,
    ...noFiles,
  };
  const ctx: Context = { ...base, intake: createIntake(base), admission: createAdmission(base), inbox: createInbox(base) };
  return { ctx, url, jobs, close: async () => (await base.keys.close(), await db.close(), drop()) };
};

let line: Awaited<ReturnType<typeof openLine>>;
let logins: DemoLogin[];
let week: Awaited<ReturnType<typeof readWeek>>;

const readWeek = (ctx: Context) =>
  ctx.db.withActor(system, async (tx) => ({
    cases: await tx.db.select().from(cases),
    messages: await tx.db.select().from(messages),
    attempts: new Map((await tx.db.select().from(sendAttempts)).map(({ id, beganAt }) => [id, beganAt])),
    events: await tx.db.select().from(events).orderBy(events.id),
    assignments: await tx.db.select().from(assignments),
    deadlines: await tx.db.select().from(deadlines),
    notes: await tx.db.select().from(notes),
    feedback: await tx.db.select().from(feedback),
    provinces: await tx.db.select().from(provinces),
  }));

beforeAll(async () => {
  line = await openLine();
  logins = await seedDemo(line.ctx, 'a password of the demo');
  week = await readWeek(line.ctx);
});
afterAll(() => line.close());

const time = (at: Date | null): number | null => at && at.getTime();
const eventsOf = (caseId: string) => week.events.filter((event) => event.caseId === caseId);
const messagesOf = (caseId: string) => week.messages.filter((message) => message.caseId === caseId);

describe('the demo week', () => {
  it('shows every status, channel in use, language and region', () => {
    const seen = <K extends 'status' | 'channel' | 'language'>(what: K) => new Set(week.cases.map((one) => one[what]));
    expect(seen('status')).toEqual(new Set(statuses));
    expect(seen('channel')).toEqual(new Set(channels.filter((channel) => channel !== 'whatsapp')));
    expect(seen('language')).toEqual(new Set(languages));
    const regions = new Map(week.provinces.map(({ code, regionCode }) => [code, regionCode]));
    expect(new Set(week.cases.map(({ province }) => regions.get(province ?? ''))).size).toBe(13);
    expect(new Set(week.messages.map(({ state }) => state))).toEqual(new Set(['routed', 'delivered', 'sent', 'failed', 'shown']));
  });

  it('lies in the eight days before now, but for a few cases whose legal date nears or has passed', () => {
    const daysAgo = ({ receivedAt }: { receivedAt: Date }) => (now.getTime() - receivedAt.getTime()) / 86_400_000;
    const old = week.cases.filter((one) => daysAgo(one) > 8);
    expect(week.cases.length).toBeGreaterThan(115);
    expect(old.length).toBeLessThan(8);
    expect(old.every((one) => daysAgo(one) >= 50 && daysAgo(one) <= 70)).toBe(true);
    expect(old.some((one) => one.resolvedOn === null && one.legalDueDate < localDate(now))).toBe(true);
    const instants = [...week.events.map(({ at }) => at), ...week.messages.flatMap(({ createdAt, stateAt }) => [createdAt, stateAt])];
    expect(Math.max(...instants.map(Number))).toBeLessThan(now.getTime());
  });

  it('never tells a response time that cannot be recomputed from messages and timeline', () => {
    for (const one of week.cases) {
      const replies = messagesOf(one.id).filter(({ direction, authorId, state }) => direction === 'out' && authorId && state !== 'failed');
      const first = replies.length === 0 ? null : Math.min(...replies.map(({ attemptId, createdAt }) => (week.attempts.get(attemptId ?? '') ?? createdAt).getTime()));
      expect(time(one.firstReplyAt)).toBe(first);

      let resolvedAt: Date | null = null;
      for (const { data, at } of eventsOf(one.id)) {
        if (data['to'] === 'resolved' || data['to'] === 'inadmissible') resolvedAt = at;
        if (data['to'] === 'in_triage' || data['to'] === 'in_progress') resolvedAt = null;
      }
      expect(time(one.resolvedAt)).toBe(time(resolvedAt));
      expect(one.resolvedOn).toBe(resolvedAt && localDate(resolvedAt));
      const legal = week.deadlines.filter(({ caseId }) => caseId === one.id);
      expect(legal).toMatchObject([{ kind: 'legal', dueDate: one.legalDueDate, metAt: resolvedAt }]);
    }
  });

  it('never has a case whose timeline breaks off, runs backwards or ends elsewhere', () => {
    for (const one of week.cases) {
      const told = eventsOf(one.id);
      expect(told[0]).toMatchObject({ type: 'case.received', at: one.receivedAt });
      let status: unknown = 'received';
      for (const { data } of told) {
        if (data['to'] === undefined) continue;
        expect(data['from']).toBe(status);
        status = data['to'];
      }
      expect(status).toBe(one.status);
      expect(told.map(({ at }) => at.getTime())).toEqual(told.map(({ at }) => at.getTime()).toSorted((a, b) => a - b));
      const holders = week.assignments.filter(({ caseId, toAt }) => caseId === one.id && toAt === null);
      expect(holders.map(({ staffId }) => staffId)).toEqual(one.assignedTo === null ? [] : [one.assignedTo]);
    }
  });

  it('never answers by SMS in more than two parts', () => {
    const answers = week.messages.filter(({ authorId, channel }) => authorId !== null && channel === 'sms');
    expect(answers.filter(({ body }) => body !== null && partsOf(body) > 2).map(({ body }) => body)).toEqual([]);
  });

  it('never leaves anything for the workers to send, route or triage', async () => {
    await sweep(line.ctx);
    expect(line.jobs).toEqual([]);
  });
});

describe('the demo logins', () => {
  const from = { address: '127.0.0.1', token: null };
  it('are announced, sign in, and find a case to take', async () => {
    expect(logins.map(({ login }) => login)).toEqual(['operator', 'operator2', 'supervisor', 'operator3', 'administrator', 'observer', 'partner']);
    for (const [login, queue] of [['operator', 'general-04'], ['operator2', 'general-04'], ['operator3', 'general-06']] as const) {
      const { token } = await signIn(line.ctx, { login, password: 'a password of the demo' }, from);
      const person = (await sessionOf(line.ctx, token))?.person;
      expect(person && (await takeNext(line.ctx, actorOf(person), queue))).toMatchObject({ status: 'in_progress', assignedTo: { id: person?.id } });
    }
  });

  it('get a new password at the next start, while the cases stay as they are', async () => {
    const before = await readWeek(line.ctx);
    const [again] = await seedDemo(line.ctx, undefined);
    expect((await readWeek(line.ctx)).cases).toEqual(before.cases);
    expect(again?.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    await expect(signIn(line.ctx, { login: 'operator-07', password: 'a password of the demo' }, from)).rejects.toMatchObject({ code: 'wrong_login' });
    await expect(signIn(line.ctx, { login: 'operator', password: again?.password ?? '' }, from)).resolves.toMatchObject({ me: { login: 'operator' } });
  });

  it('are never put into a database that others use', async () => {
    const other = await openLine();
    try {
      expect([await isEmpty(other.url), await holdsDemo(other.url)]).toEqual([true, false]);
      await fileCase(other.ctx, { kind: 'inquiry', text: 'كيف أستفيد؟', consent: true }, { channel: 'web' });
      expect([await isEmpty(other.url), await holdsDemo(other.url)]).toEqual([false, false]);
      await expect(seedDemo(other.ctx, undefined)).rejects.toThrow('in use');
      expect(await other.ctx.db.withActor(system, (tx) => tx.db.execute(sql`select from staff`))).toMatchObject({ rowCount: 0 });
      expect([await isEmpty(line.url), await holdsDemo(line.url)]).toEqual([false, true]);
    } finally {
      await other.close();
    }
  });
});
