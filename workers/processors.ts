import type { Context } from '#domain/context';
import { routeMessage } from '#domain/messages/routing.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { triageCase } from '#domain/triage/triage.actions';
import type { JobName } from '#jobs/definitions';

/** What each job does: one call of the domain, with the id of its row. */
export const processors: Record<JobName, (ctx: Context, id: string) => Promise<void>> = {
  'route-message': routeMessage,
  'triage-case': triageCase,
  'send-message': sendMessage,
  'settle-message': settleMessage,
};
