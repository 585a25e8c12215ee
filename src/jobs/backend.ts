import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import type { Log } from '#lib/log';
import { retries, type JobName, type QueueName } from './definitions.ts';

/** Where jobs live: Redis in production, PostgreSQL where there is no Redis. Nothing else in Insat knows which. */
export type JobStore = { redisUrl: string } | { databaseUrl: string };

/**
 * Of one row, the job's own id derives from the row's: a second add while the first waits changes nothing. Of many, it
 * also says how many, so that it never passes for the job of its first row and is left out with all its others. One that is to run
 * later has an id of its own: the row may be due sooner after all.
 */
export type NewJob = { name: JobName; ids: string[]; afterMs?: number };

export type JobQueue = { add(jobs: NewJob[]): Promise<void>; close(): Promise<void> };
export type JobWorker = { close(): Promise<void> };
export type Run = (name: string, data: unknown) => Promise<void>;

const onRedis = withBackend(createRedisBackend);
const onPostgres = withBackend(createPostgresBackend);

/** A producer fails at once when its store is away (the sweep adds the job later); a worker waits for it for ever. */
const redis = (url: string, side: 'producer' | 'worker') =>
  side === 'worker' ? { url, maxRetriesPerRequest: null } : { url, maxRetriesPerRequest: 1, enableOfflineQueue: false };

const postgres = (url: string, side: 'producer' | 'worker') => ({
  connectionString: url,
  max: side === 'worker' ? 4 : 2,
  skipMigrations: true,
});

/** What a killed worker held goes to another within twenty seconds; a call to a provider ends after eight. */
const takeover = { lockDuration: 15_000, stalledInterval: 5000 } as const;

const idOf = ({ name, ids }: NewJob): string => (ids.length === 1 ? `${name}-${ids[0]}` : `${name}-${ids[0]}-and-${ids.length - 1}`);

export const openQueue = (store: JobStore, name: QueueName, log: Log): JobQueue => {
  const queue =
    'redisUrl' in store
      ? new onRedis.Queue<{ ids: string[] }>(name, { connection: redis(store.redisUrl, 'producer') })
      : new onPostgres.Queue<{ ids: string[] }>(name, { connection: postgres(store.databaseUrl, 'producer') });
  queue.on('error', (err: Error) => log.warn({ err, queue: name }, 'the job store is away'));
  return {
    async add(jobs) {
      await queue.addBulk(
        jobs.map((job) => ({
          name: job.name,
          data: { ids: job.ids },
          opts: { ...(job.afterMs === undefined ? { jobId: idOf(job) } : { delay: job.afterMs }), removeOnComplete: true, removeOnFail: true, ...retries },
        })),
      );
    },
    close: () => queue.close(),
  };
};

/**
 * All that the job store is told of a failure: it keeps an error's message and stack, and a failed statement's hold every
 * value that was in it. The error itself is for the log.
 */
class JobFailed extends Error {
  constructor(cause: unknown) {
    super('see the log', { cause });
  }
}

/**
 * Runs one queue's jobs, `concurrency` at a time. A job that has failed for the last time is removed: its row still
 * says what is to be done, and the sweep starts over.
 */
export const openWorker = (store: JobStore, name: QueueName, concurrency: number, run: Run, log: Log): JobWorker => {
  const process = (job: { name: string; data: unknown }) =>
    run(job.name, job.data).catch((err: unknown) => {
      throw new JobFailed(err);
    });
  const worker =
    'redisUrl' in store
      ? new onRedis.Worker(name, process, { connection: redis(store.redisUrl, 'worker'), concurrency, ...takeover })
      : new onPostgres.Worker(name, process, { connection: postgres(store.databaseUrl, 'worker'), concurrency, ...takeover });
  worker.on('error', (err: Error) => log.warn({ err, queue: name }, 'the job store is away'));
  worker.on('failed', (job, err) => log.error({ err: err instanceof JobFailed ? err.cause : err, job: job?.name, id: job?.id, attempt: job?.attemptsMade }, 'job failed'));
  return { close: () => worker.close() };
};
