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
