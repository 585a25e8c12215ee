import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorker, type JobStore } from '#jobs/backend';
import { JobData } from '#jobs/definitions';
import { openJobs } from '#jobs/jobs';
import { eventually } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';
import { freshJobStore } from '../support/job-store.ts';

const log = pino({ level: 'silent' });
let database: Awaited<ReturnType<typeof freshDatabase>>;
let store: JobStore;
beforeAll(async () => {
  database = await freshDatabase();
  store = await freshJobStore(database.url);
});
afterAll(() => database.drop());

it('a sweep that finds nothing never closes the way for the work that comes after it', async () => {
  const ran: unknown[] = [];
  const jobs = openJobs(store, log);
  const worker = openWorker(store, 'triage', 1, async (_name, data) => void ran.push(data), log);
  const id = randomUUID();
  jobs.add('triage-case', []);
  jobs.add('triage-case', [id]);
  await eventually(async () => ran.length > 0);
  expect(ran).toEqual([{ ids: [id] }]);
  await worker.close();
  await jobs.close();
});

it('a flood goes as few jobs, each of many rows, and every row is in one of them', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const ran: string[][] = [];
  const jobs = openJobs(store, log);
  const worker = openWorker(store, 'triage', 8, async (_name, data) => {
    ran.push(JobData.parse(data).ids);
    await gate;
  }, log);
  const first = randomUUID();
  const flood = Array.from({ length: 230 }, () => randomUUID());
  jobs.add('triage-case', [first], { together: true });
  for (const id of flood) jobs.add('triage-case', [id], { together: true });
  await eventually(async () => ran.flat().length === 231);
  open();
  expect(ran.flat().toSorted()).toEqual([first, ...flood].toSorted());
  expect(ran.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([1, 30, 50, 50, 50, 50]);
  await worker.close();
  await jobs.close();
});

it('a job for later runs then, and keeps none for the same row from running now', async () => {
  const ran: number[] = [];
  const began = performance.now();
  const jobs = openJobs(store, log);
  const worker = openWorker(store, 'sending', 1, async () => void ran.push(performance.now() - began), log);
  const id = randomUUID();
  jobs.add('send-message', [id], { afterMs: 1500 });
  jobs.add('send-message', [id]);
  await eventually(async () => ran.length === 2);
  expect(ran[0]).toBeLessThan(1400);
  expect(ran[1]).toBeGreaterThanOrEqual(1500);
  await worker.close();
  await jobs.close();
});
