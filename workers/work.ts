import { sweepCalls } from '#domain/calls/recordings.actions';
import type { Context } from '#domain/context';
import { checkChannels } from '#domain/channels/checking.actions';
import { reconcile } from '#domain/channels/reconciling.actions';
import { seal } from '#domain/proof/sealing.actions';
import { retain, type Retention } from '#domain/rights/retention.actions';
import { prune } from '#domain/sweep/prune.actions';
import { sweep, sweepFiles } from '#domain/sweep/sweep.actions';
import { openWorker, type JobStore } from '#jobs/backend';
import { JobData, jobs, queueNames, type JobName } from '#jobs/definitions';
import type { Log } from '#lib/log';
import type { Signer } from '#lib/note';
import { processors } from './processors.ts';

// A picture of 50 million pixels takes 200 MB while it is made anew.
const concurrency = { triage: 8, sending: 8, files: 2, calls: 4 } as const;
const sweepEveryMs = 4000;
const sealEveryMs = 2000;
const pruneEveryMs = 60_000;
/** Who has the turn for a channel, and when, is decided in the database. */
const channelsEveryMs = 30_000;
const retainEveryMs = 3600_000;

/** Not `in`: every object has a `toString`. */
const isJobName = (name: string): name is JobName => Object.hasOwn(jobs, name);

/** Starts one BullMQ worker per queue, the sweep, what erases in time, and the sealer of the log. `close` lets what runs end. */
export const startWork = (deps: { ctx: Context; jobStore: JobStore; logSigner: Signer; retention: Retention }): { close(): Promise<void> } => {
  const { ctx } = deps;
  const run = async (name: string, data: unknown): Promise<void> => {
    if (!isJobName(name)) throw new Error('a job of an unknown name');
    await processors[name](ctx, JobData.parse(data).ids);
  };
  const workers = queueNames.map((name) => openWorker(deps.jobStore, name, concurrency[name], run, ctx.log));
  const repeated = [
    repeat(sweepEveryMs, () => sweep(ctx), ctx.log, 'the sweep failed; it runs again in a moment'),
    repeat(sweepEveryMs, () => sweepFiles(ctx), ctx.log, 'files were not swept; it is tried again in a moment'),
    repeat(sweepEveryMs, () => sweepCalls(ctx), ctx.log, 'calls were not swept; it is tried again in a moment'),
    repeat(pruneEveryMs, () => prune(ctx), ctx.log, 'old counts were not deleted; it is tried again in a minute'),
    repeat(retainEveryMs, () => retain(ctx, deps.retention, { dryRun: false }).then(() => undefined), ctx.log, 'what is due was not erased; it is tried again in an hour'),
    // At once: after a night without a worker the line is not to seem down any longer.
    repeat(channelsEveryMs, () => checkChannels(ctx), ctx.log, 'the channels were not checked; it is tried again in a moment', true),
    repeat(channelsEveryMs, () => reconcile(ctx).then(() => undefined), ctx.log, 'providers were not asked for what they hold; it is tried again in a moment'),
    repeat(sealEveryMs, () => seal(ctx, deps.logSigner), ctx.log, 'the log was not sealed; it is tried again in a moment'),
  ];

  return {
    async close() {
      await Promise.all(repeated.map((one) => one.close()));
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
};

/** A timer of our own, not a scheduler in the job store: the store may be what was lost. Never two runs at once. */
const repeat = (everyMs: number, work: () => Promise<void>, log: Log, failure: string, atOnce = false): { close(): Promise<void> } => {
  let running: Promise<void> | null = null;
  const run = (): void => {
    running ??= work()
      .catch((err: unknown) => log.error({ err }, failure))
      .finally(() => (running = null));
  };
  const timer = setInterval(run, everyMs);
  if (atOnce) run();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
};
