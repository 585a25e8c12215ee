import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '#db/actor';
import { fileCase } from '#domain/cases/filing.actions';
import { createIntake } from '#domain/cases/intake.actions';
import type { Context } from '#domain/context';
import { createInbox, receiveMessage } from '#domain/messages/inbound.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { openQueue, openWorker, type JobStore } from '#jobs/backend';
import { JobData } from '#jobs/definitions';
import { newId } from '#lib/id';
import { createLog } from '#lib/log';
import { processors } from '#workers/processors';
import { freshDatabase } from '../support/database.ts';
import { eventually, filing, line, startApp, type TestApp } from '../support/app.ts';
import { freshJobStore, loseJobs, rawQueue } from '../support/job-store.ts';

describe('work whose job was lost', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> =>
    app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
  const file = (ctx: Context, phone: string) =>
    fileCase(ctx, { kind: 'complaint', text: 'توقف الدعم منذ شهرين.', consent: true, contact: { phone } }, { channel: 'web' });
  // Each in a range of its own: more SMS than one range gets in a day are no concern here.
  const phone = (i: number) => `+2126${String(60_000_000 + i * 1009)}`;

  it('is picked up within 10 seconds, at whichever step the process died', async () => {
    const jobs = { add: () => undefined };
    const { ctx } = app.deps;
    // It commits, and dies before it can add the job.
    const dying: Context = { ...ctx, jobs, intake: createIntake({ ...ctx, jobs }), inbox: createInbox({ ...ctx, jobs }) };
    await file(dying, phone(1));
    await file(dying, phone(2));
    const [second] = await rows<{ id: string }>('select id from cases order by received_at desc, id desc limit 1');
    await triageCase(dying, second?.id ?? '');
    const account = ctx.channels[0]?.account ?? '';
    await receiveMessage(dying, { channel: 'sms', account, providerId: `SM${'1'.repeat(32)}`, from: phone(3), to: line, text: 'salam', media: [], raw: {} });
    app.work();
    await eventually(async () => [1, 2, 3].every((i) => app.fake.messagesTo(phone(i)).length === 1), 10);
    expect(await rows('select 1 from cases where triaged_at is null')).toEqual([]);
  });

  it('is never lost when the job store is emptied in the middle of 300 filings', async () => {
    const numbers = Array.from({ length: 300 }, (_, i) => phone(100 + i));
    const left = [...numbers];
    const citizen = async () => {
      for (let next = left.pop(); next; next = left.pop()) {
        expect((await app.post('/api/v1/cases', filing({ contact: { phone: next } }))).status).toBe(201);
        if (left.length === 150) await loseJobs(app.deps.jobStore);
      }
    };
    await Promise.all(Array.from({ length: 8 }, citizen));
    await eventually(async () => numbers.every((number) => app.fake.messagesTo(number).length > 0), 120);
    expect(await rows('select 1 from cases where triaged_at is null')).toEqual([]);
    expect(numbers.filter((number) => app.fake.messagesTo(number).length !== 1)).toEqual([]);
  }, 150_000);

  it('is done for all rows of a job but the one that fails, and the job fails with it', async () => {
    const { ctx } = app.deps;
    const account = ctx.channels[0]?.account ?? '';
    const jobs = { add: () => undefined };
    const inbox = createInbox({ ...ctx, jobs });
    for (const i of [1, 2])
      await receiveMessage({ ...ctx, inbox }, { channel: 'sms', account, providerId: `SM${String(i).repeat(31)}f`, from: phone(700 + i), to: line, text: 'salam', media: [], raw: {} });
    const received = await rows<{ id: string }>("select id from messages where state = 'received' order by id");
    expect(received).toHaveLength(2);
    const ids = received.map(({ id }) => id).toSpliced(1, 0, 'no id at all');
    await expect(processors['route-message'](ctx, ids)).rejects.toThrow();
    expect(await rows("select 1 from messages where state = 'received'")).toEqual([]);
  });

  it('never waits behind a job of many rows that fails again and again', async () => {
    const { ctx } = app.deps;
    const jobs = { add: () => undefined };
    await file({ ...ctx, jobs, intake: createIntake({ ...ctx, jobs }) }, phone(750));
    const [filed] = await rows<{ id: string }>('select id from cases where triaged_at is null');
    ctx.jobs.add('triage-case', [filed?.id ?? '', 'no id at all'], { together: true });
    await eventually(async () => app.fake.messagesTo(phone(750))[0], 10);
  });

  it('is still done after jobs that nobody can do', async () => {
    const queue = rawQueue(app.deps.jobStore, 'triage');
    await queue.add('no-such-job', { id: newId(new Date()) });
    await queue.add('triage-case', { id: 'not an id', more: { and: ['more'] } });
    await queue.add('triage-case', null);
    await queue.add('route-message', { id: newId(new Date()) });
    await queue.close();
    await app.post('/api/v1/cases', filing({ contact: { phone: phone(900) } }));
    await eventually(async () => app.fake.messagesTo(phone(900))[0]);
  });
});

describe('a job', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let store: JobStore;
  beforeAll(async () => {
    database = await freshDatabase();
    store = await freshJobStore(database.url);
  });
  afterAll(() => database.drop());

  it('that is added again while it waits or runs never runs beside itself, and runs again once it has ended', async () => {
    const log = createLog('silent');
    const queue = openQueue(store, 'sending', log);
    const ran: string[] = [];
    let beside = 0;
    let running = 0;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const worker = openWorker(store, 'sending', 8, async (_name, data) => {
      running += 1;
      const id = JobData.parse(data).ids.join();
      if (id === same && running > 1) beside += 1;
      ran.push(id);
      if (id === same) await gate;
      running -= 1;
    }, log);
    const [same, other, last] = [newId(new Date()), newId(new Date()), newId(new Date())];
    const add = (id: string) => queue.add([{ name: 'send-message', ids: [id] }]);
    await Promise.all([add(same), add(same), add(same)]);
    await eventually(async () => ran.includes(same));
    await add(same);
    await add(other);
    await eventually(async () => ran.includes(other));
    open();
    await eventually(async () => running === 0);
    await add(last);
    await eventually(async () => ran.includes(last));
    expect(ran.filter((id) => id === same)).toHaveLength(1);
    expect(beside).toBe(0);
    await eventually(async () => {
      await add(same);
      return ran.filter((id) => id === same).length > 1;
    });
    await worker.close();
    await queue.close();
  });
});
