import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '#lib/log';
import { openQueue, type JobQueue, type JobStore, type NewJob } from './backend.ts';
import { jobNames, jobs, queueNames, type JobName, type QueueName } from './definitions.ts';

export type Jobs = {
  /** Adds soon, in bulk, and never fails: what cannot be added now is found by the sweep. */
  add(name: JobName, ids: readonly string[]): void;
  close(): Promise<void>;
};

const bulk = 200;
/**
 * After each addition, so that a flood goes as few jobs of many rows: adding one costs PostgreSQL about as much as storing
 * the case it is for, and takes that from intake. A lone row's job is added at once.
 */
const pauseMs = 500;
/** Beyond this a flood is left to the sweep. */
const maxWaiting = 10_000;

export const openJobs = (store: JobStore, log: Log): Jobs => {
  const queues = Object.fromEntries(queueNames.map((name) => [name, openQueue(store, name, log)])) as Record<QueueName, JobQueue>;
  const lanes = Object.fromEntries(jobNames.map((name) => [name, openLane(name, queues[jobs[name].queue], log)])) as Record<JobName, Lane>;
  return {
    add: (name, ids) => lanes[name].add(ids),
    async close() {
      for (const lane of Object.values(lanes)) await lane.close();
      for (const queue of Object.values(queues)) await queue.close();
    },
  };
};

type Lane = { add(ids: readonly string[]): void; close(): Promise<void> };

/** The rows of one kind of job, on their way to its queue. */
const openLane = (name: JobName, queue: JobQueue, log: Log): Lane => {
  const { most } = jobs[name];
  const waiting: string[] = [];
  const closing = Promise.withResolvers<void>();
  let flushing: Promise<void> | null = null;

  const nextBulk = (): NewJob[] => {
    const batch: NewJob[] = [];
    while (batch.length < bulk && waiting.length > 0) batch.push({ name, ids: waiting.splice(0, most) });
    return batch;
  };

  const flush = async (): Promise<void> => {
    for (let batch = nextBulk(); batch.length > 0; batch = nextBulk()) {
      try {
        await queue.add(batch);
      } catch (err) {
        log.warn({ err, jobs: batch.length }, 'jobs left to the sweep');
      }
      await Promise.race([pause(pauseMs, undefined, { ref: false }), closing.promise]);
    }
    flushing = null;
  };

  return {
    add(ids) {
      // With nothing to add, `flush` would end before `flushing` is set, and the lane would count as flushing for ever.
      if (ids.length === 0 || waiting.length + ids.length > maxWaiting) return;
      for (const id of ids) waiting.push(id);
      flushing ??= flush();
    },
    async close() {
      closing.resolve();
      await flushing;
    },
  };
};
