import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '#lib/log';
import { openQueue, type JobQueue, type JobStore, type NewJob } from './backend.ts';
import { jobNames, jobs, queueNames, type JobName, type QueueName } from './definitions.ts';

export type Jobs = {
  /**
   * Adds soon, in bulk, and never fails: what cannot be added now is found by the sweep. A row whose job waits already gets
   * no other.
   *
   * @param how.together for rows that have just come in: those of a flood share jobs, because adding one costs PostgreSQL
   *   about as much as storing the case it is for, and takes that from intake
   * @param how.afterMs not before so long from now; the sweep may still find the row sooner
   */
  add(name: JobName, ids: readonly string[], how?: { together?: boolean; afterMs?: number }): void;
  close(): Promise<void>;
};

const bulk = 500;
const rowsPerJob = 50;
/** After each addition, so that a flood gathers. A lone row's job is added at once. */
const pauseMs = 500;
/** Beyond this a flood is left to the sweep. */
const maxWaiting = 10_000;

export const openJobs = (store: JobStore, log: Log): Jobs => {
  const queues = Object.fromEntries(queueNames.map((name) => [name, openQueue(store, name, log)])) as Record<QueueName, JobQueue>;
  const lanes = Object.fromEntries(jobNames.map((name) => [name, openLane(name, queues[jobs[name].queue], log)])) as Record<JobName, Lane>;
  return {
    add: (name, ids, { together = false, afterMs } = {}) => {
      if (afterMs === undefined) lanes[name].add(ids, together ? rowsPerJob : 1);
      else lanes[name].addLater(ids, Math.max(afterMs, 1));
    },
    async close() {
      for (const lane of Object.values(lanes)) await lane.close();
      for (const queue of Object.values(queues)) await queue.close();
    },
  };
};

type Lane = { add(ids: readonly string[], perJob: number): void; addLater(ids: readonly string[], afterMs: number): void; close(): Promise<void> };

/** The rows of one kind of job, on their way to its queue: alone, or together with those that wait beside them. */
const openLane = (name: JobName, queue: JobQueue, log: Log): Lane => {
  const waiting = new Map<number, string[]>([[rowsPerJob, []], [1, []]]);
  const later: NewJob[] = [];
  const closing = Promise.withResolvers<void>();
  let flushing: Promise<void> | null = null;

  const nextBulk = (): NewJob[] => {
    const batch: NewJob[] = later.splice(0, bulk);
    for (const [perJob, ids] of waiting) while (batch.length < bulk && ids.length > 0) batch.push({ name, ids: ids.splice(0, perJob) });
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
    add(ids, perJob) {
      const lane = waiting.get(perJob) ?? [];
      // With nothing to add, `flush` would end before `flushing` is set, and the lane would count as flushing for ever.
      if (ids.length === 0 || lane.length + ids.length > maxWaiting) return;
      for (const id of ids) lane.push(id);
      flushing ??= flush();
    },
    addLater(ids, afterMs) {
      if (ids.length === 0 || later.length + ids.length > maxWaiting) return;
      for (const id of ids) later.push({ name, ids: [id], afterMs });
      flushing ??= flush();
    },
    async close() {
      closing.resolve();
      await flushing;
    },
  };
};
