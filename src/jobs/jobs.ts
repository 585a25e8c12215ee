import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '#lib/log';
import { openQueue, type JobStore, type NewJob } from './backend.ts';
import { jobs, queueNames, type JobName, type QueueName } from './definitions.ts';

export type Jobs = {
  /** Adds soon, in bulk, and never fails: what cannot be added now is found by the sweep. */
  add(name: JobName, ids: readonly string[]): void;
  close(): Promise<void>;
};

const bulk = 500;
/**
 * After each addition, so that a flood goes in large bulks: PostgreSQL works up to three times as long on a job that is added
 * among thirty as on one among five hundred, and takes that from intake. A lone job is added at once.
 */
const pauseMs = 500;
/** Beyond this a flood is left to the sweep, so that adding jobs never slows intake down. */
const maxWaiting = 5000;

export const openJobs = (store: JobStore, log: Log): Jobs => {
  const open = (name: QueueName) => ({ queue: openQueue(store, name, log), waiting: [] as NewJob[], flushing: null as Promise<void> | null });
  const lanes = Object.fromEntries(queueNames.map((name) => [name, open(name)])) as Record<QueueName, ReturnType<typeof open>>;

  const closing = Promise.withResolvers<void>();

  const flush = async (lane: ReturnType<typeof open>): Promise<void> => {
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, bulk);
      try {
        await lane.queue.add(batch);
      } catch (err) {
        log.warn({ err, jobs: batch.length }, 'jobs left to the sweep');
      }
      await Promise.race([pause(pauseMs, undefined, { ref: false }), closing.promise]);
    }
    lane.flushing = null;
  };

  return {
    add(name, ids) {
      const lane = lanes[jobs[name].queue];
      // With nothing to add, `flush` would end before `flushing` is set, and the lane would count as flushing for ever.
      if (ids.length === 0 || lane.waiting.length + ids.length > maxWaiting) return;
      for (const id of ids) lane.waiting.push({ name, id });
      lane.flushing ??= flush(lane);
    },
    async close() {
      closing.resolve();
      for (const lane of Object.values(lanes)) {
        await lane.flushing;
        await lane.queue.close();
      }
    },
  };
};
