import { z } from 'zod';

/**
 * Every job, on one page. A job carries ids of rows and nothing else; the row's state says what is to be done, so a job may
 * be lost (the sweep adds it again) or run twice (the second run finds nothing to do).
 */
export const jobs = {
  /** An inbound message (state `received`): join the citizen's open case, or open one. */
  'route-message': { queue: 'triage' },
  /** A case without `triaged_at`: language, category, province, priority, queue; then the acknowledgement. */
  'triage-case': { queue: 'triage' },
  /** An outbound message (state `queued`): hand it to the provider once. */
  'send-message': { queue: 'sending' },
  /** An outbound message (state `sending` for too long): ask the provider what became of it. */
  'settle-message': { queue: 'sending' },
  /** A case into which others are merged (`unsettled` there): what follows for them. */
  'settle-merges': { queue: 'triage' },
  /** An attachment (state `received`, or `quarantined` for a while): scan it, make a picture anew, open it or refuse it. */
  'process-attachment': { queue: 'files' },
  /** A file of a message that lies with its provider (due at `due_at`): attach it to the case, then delete it there. */
  'fetch-file': { queue: 'files' },
  /** A recording that the provider holds (due at `next_at`): attach it to its case, then delete it there. */
  'fetch-recording': { queue: 'calls' },
  /** A call-back that somebody took (due at `next_at`): ring that operator, who then has the citizen rung. */
  'ring-callback': { queue: 'calls' },
} as const;

export type JobName = keyof typeof jobs;
export type QueueName = (typeof jobs)[JobName]['queue'];
export const jobNames = ['route-message', 'triage-case', 'send-message', 'settle-message', 'settle-merges', 'process-attachment', 'fetch-file', 'fetch-recording', 'ring-callback'] as const satisfies readonly JobName[];
export const queueNames = ['triage', 'sending', 'files', 'calls'] as const satisfies readonly QueueName[];

/** One row, or those of a flood that came in together. */
export const JobData = z.strictObject({ ids: z.array(z.uuid()).min(1) });

/** How often a failing job is tried before the sweep starts over: 1 s doubling, about eight minutes in all. */
export const retries = { attempts: 9, backoff: { type: 'exponential', delay: 1000, jitter: 0.5 } } as const;
