import { Redis } from 'ioredis';
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
