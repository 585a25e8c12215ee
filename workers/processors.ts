import type { Context } from '#domain/context';
import { fetchFile } from '#domain/attachments/fetching.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
import { ringCallback } from '#domain/callbacks/calling.actions';
import { fetchRecording } from '#domain/calls/recordings.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { settleMerges } from '#domain/merging/settling-merges.actions';
import { triageCase } from '#domain/triage/triage.actions';
import type { JobName } from '#jobs/definitions';
import { isDatabaseAway } from '#lib/outage';

type Processor = (ctx: Context, ids: readonly string[]) => Promise<void>;

/**
 * One row after another. One that fails keeps none from being done: the job's next attempt finds the others done. Without
 * a database none can be, and each would wait for it anew.
 *
 * @throws the first failure; each is logged with its row
 */
const each = (work: (ctx: Context, id: string) => Promise<void>): Processor => async (ctx, ids) => {
  const failures: unknown[] = [];
  for (const id of ids)
    try {
      await work(ctx, id);
    } catch (err) {
      ctx.log.error({ err, row: id }, 'a row of a job failed');
      failures.push(err);
      if (isDatabaseAway(err)) break;
    }
  if (failures.length > 0) throw failures[0];
};

/** What each job does: one call of the domain for each of its rows. */
export const processors: Record<JobName, Processor> = {
  'route-message': each(routeMessage),
  'triage-case': each(triageCase),
  'send-message': each(sendMessage),
  'settle-message': each(settleMessage),
  'settle-merges': each(settleMerges),
  'process-attachment': each(processAttachment),
  'fetch-file': each(fetchFile),
  'fetch-recording': each(fetchRecording),
  'ring-callback': each(ringCallback),
};
