import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import type { JobStore } from '#jobs/backend';

/**
 * Where the jobs of this test file go. Files named `*.jobs.test.ts` run twice: in the project `postgres` their jobs
 * are in the file's own database, in the project `redis` in an emptied Redis database that only this worker uses.
 */
export const freshJobStore = async (databaseUrl: string): Promise<JobStore> => {
  if (process.env['INSAT_TEST_JOBS'] !== 'redis') return { databaseUrl };
  const redisUrl = `${process.env['TEST_REDIS_URL']}/${process.env['VITEST_POOL_ID']}`;
  const redis = new Redis(redisUrl);
  await redis.flushdb();
  await redis.quit();
  return { redisUrl };
};

/** Every job is lost at once: what FLUSHALL does to Redis (here for the part of one test file), or a truncated table. */
export const loseJobs = async (store: JobStore): Promise<void> => {
  if ('redisUrl' in store) {
    const redis = new Redis(store.redisUrl);
    await redis.flushdb();
    await redis.quit();
    return;
  }
  const sql = postgres(store.databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`truncate bullmq.job cascade`;
  await sql.end();
};

/** A producer that checks nothing, as a bug or another program would be. */
export const rawQueue = (store: JobStore, name: string) =>
  'redisUrl' in store
    ? new (withBackend(createRedisBackend).Queue)(name, { connection: { url: store.redisUrl } })
    : new (withBackend(createPostgresBackend).Queue)(name, { connection: { connectionString: store.databaseUrl, skipMigrations: true } });

/** How many jobs wait in a queue, and are in nobody's hands. */
export const waitingJobs = async (store: JobStore, name: string): Promise<number> => {
  const queue = rawQueue(store, name);
  return queue.getJobCountByTypes('waiting').finally(() => queue.close());
};
