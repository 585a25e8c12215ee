import type { Context } from '#domain/context';
import { sweep } from '#domain/sweep/sweep.actions';
import { openWorker, type JobStore } from '#jobs/backend';
import { JobData, jobs, queueNames, type JobName } from '#jobs/definitions';
import { processors } from './processors.ts';

const concurrency = { triage: 8, sending: 8 } as const;
const sweepEveryMs = 4000;

const isJobName = (name: string): name is JobName => name in jobs;

/** Starts one BullMQ worker per queue, and the sweep. `close` lets running jobs end. */
export const startWork = (ctx: Context, store: JobStore): { close(): Promise<void> } => {
  const run = async (name: string, data: unknown): Promise<void> => {
    if (!isJobName(name)) throw new Error('a job of an unknown name');
    await processors[name](ctx, JobData.parse(data).ids);
  };
  const workers = queueNames.map((name) => openWorker(store, name, concurrency[name], run, ctx.log));

  // A timer of our own, not a scheduler in the job store: the store may be what was lost.
  let sweeping: Promise<void> | null = null;
  const timer = setInterval(() => {
    sweeping ??= sweep(ctx)
      .catch((err: unknown) => ctx.log.error({ err }, 'the sweep failed; it runs again in a moment'))
      .finally(() => (sweeping = null));
  }, sweepEveryMs);

  return {
    async close() {
      clearInterval(timer);
      await sweeping;
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
};
