import type { Context } from '#domain/context';
import { routeMessage } from '#domain/messages/routing.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { triageCase, untriaged } from '#domain/triage/triage.actions';
import type { JobName } from '#jobs/definitions';

type Processor = (ctx: Context, ids: readonly string[]) => Promise<void>;

/** One row after another. One that fails keeps none from being done: the job's next attempt finds the others done. */
const each = (work: (ctx: Context, id: string) => Promise<void>): Processor => async (ctx, ids) => {
  const failures: unknown[] = [];
  for (const id of ids) await work(ctx, id).catch((err: unknown) => failures.push(err));
  if (failures.length > 0) throw failures[0];
};

/** What each job does: one call of the domain for each of its rows. */
export const processors: Record<JobName, Processor> = {
  'route-message': each(routeMessage),
  // During a flood the sweep adds what waits in other jobs already: those are told apart by one question for all.
  'triage-case': async (ctx, ids) => each(triageCase)(ctx, ids.length === 1 ? ids : await untriaged(ctx, ids)),
  'send-message': each(sendMessage),
  'settle-message': each(settleMessage),
};
