import type { CaseDetail } from '#contract/staff';
import { finalStatuses } from '#contract/words';

/** How a case stands to the citizen's rights, as its story tells. The server decides; this only says beforehand what it would. */
export type Standing = { erased: boolean; held: boolean; over: boolean };

export function standingOf({ status, events }: Pick<CaseDetail, 'status'> & { events: readonly Pick<CaseDetail['events'][number], 'type'>[] }): Standing {
  const last = events.findLast(({ type }) => type === 'case.held' || type === 'case.hold_lifted');
  return {
    erased: events.some(({ type }) => type === 'case.erased'),
    held: last?.type === 'case.held',
    over: status === 'resolved' || finalStatuses.some((final) => final === status),
  };
}

/** Whether no message reaches the citizen, as far as anybody knows: since it was found out, nothing arrived and they did not write. */
export function isUnreached({ events, messages }: { events: readonly Pick<CaseDetail['events'][number], 'type' | 'at'>[]; messages: readonly Pick<CaseDetail['messages'][number], 'at' | 'direction' | 'state'>[] }): boolean {
  const found = events.findLast(({ type }) => type === 'citizen.unreachable');
  if (found === undefined) return false;
  return !messages.some(({ at, direction, state }) => Date.parse(at) >= Date.parse(found.at) && (direction === 'in' || state === 'delivered' || state === 'read'));
}
