import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorker, type JobStore } from '#jobs/backend';
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
  expect(ran).toEqual([{ id }]);
  await worker.close();
  await jobs.close();
});
