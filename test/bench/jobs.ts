import { openQueue, openWorker, type JobStore } from '#jobs/backend';
import { newId } from '#lib/id';
import { createLog } from '#lib/log';
import { findRedisServer } from '../support/redis-server.ts';
import { rounded, type Verdict } from './figures.ts';
import { onGround } from './ground.ts';

/** As one worker process runs the triage queue. */
const concurrency = 8;
const bulk = 500;
/** Jobs that wait at most: enough to keep the worker busy, too few to make the last tenth, when none is added any more, look fast. */
const maxWaiting = 2 * bulk;
const leastShare = 0.7;

/**
 * Whether the job stores keep their speed: as many jobs as are measured have been through the same database before.
 * The processor does nothing, so that only the store is measured. Redis is measured where there is a redis-server.
 *
 * @param count jobs of each of the two passes
 */
export const benchJobs = (count: number): Promise<Verdict> =>
  onGround(async (ground) => {
    const redisServer = findRedisServer();
    const stores: Record<string, JobStore> = {
      postgres: { databaseUrl: await ground.database() },
      ...(redisServer === undefined ? {} : { redis: { redisUrl: await ground.redis(redisServer) } }),
    };
    const figures: Record<string, { rate: number; tenths: number[]; share: number }> = {};
    const broken: string[] = [];
    for (const [name, store] of Object.entries(stores)) {
      console.log(`${name}, new:  ${(await push(store, count)).map((rate) => rounded(rate)).join(' ')} jobs/s by tenth`);
      const tenths = await push(store, count);
      const share = (tenths.at(-1) ?? 0) / (tenths[0] ?? Number.NaN);
      console.log(`${name}, used: ${tenths.map((rate) => rounded(rate)).join(' ')} jobs/s by tenth; the last is ${share.toFixed(2)} of the first (at least ${leastShare})`);
      if (!(share >= leastShare)) broken.push(`On ${name} the last tenth ran at ${share.toFixed(2)} of the rate of the first; ${leastShare} is the least.`);
      figures[name] = {
        rate: rounded(tenths.length / tenths.reduce((sum, rate) => sum + 1 / rate, 0)),
        tenths: tenths.map((rate) => rounded(rate)),
        share: rounded(share, 2),
      };
    }
    return { figures: { jobs: figures }, broken };
  });

/** Adds and runs `count` jobs, adding in bulk while others run; gives the rate of each tenth, in jobs per second. */
const push = async (store: JobStore, count: number): Promise<number[]> => {
  const log = createLog('warn');
  const tenth = Math.ceil(count / 10);
  const marks = [performance.now()];
  let done = 0;
  let room = Promise.withResolvers<void>();
  const queue = openQueue(store, 'triage', log);
  const worker = openWorker(store, 'triage', concurrency, async () => {
    done += 1;
    if (done % tenth === 0 || done === count) marks.push(performance.now());
    if (done % bulk === 0 || done === count) room.resolve();
  }, log);
  try {
    for (let added = 0; done < count; ) {
      room = Promise.withResolvers<void>();
      const next = Math.min(bulk, count - added);
      if (next === 0 || added - done + next > maxWaiting) await room.promise;
      else {
        await queue.add(Array.from({ length: next }, () => ({ name: 'triage-case', ids: [newId(new Date())] })));
        added += next;
      }
    }
  } finally {
    await worker.close();
    await queue.close();
  }
  return marks.slice(1).map((mark, i) => tenth / ((mark - (marks[i] ?? Number.NaN)) / 1000));
};
