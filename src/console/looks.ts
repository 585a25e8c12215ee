import type { CaseDetail } from '#contract/staff';
import type { Priority, Status } from '#contract/words';
import type { Due } from './due.ts';

/** Colours say nothing that the words beside them do not. */
const statusColours: Partial<Record<Status, string>> = {
  received: 'blue', in_triage: 'blue', assigned: 'blue', in_progress: 'teal', awaiting_citizen: 'yellow', referred: 'grape',
  under_appeal: 'orange',
};
export const statusColour = (status: Status): string => statusColours[status] ?? 'gray';

export const priorityColour: Record<Priority, string> = { urgent: 'red', high: 'orange', normal: 'gray' };
export const dueColour: Record<Due['level'], string> = { late: 'red', soon: 'orange', calm: 'gray', answered: 'gray' };

export function deliveryColour(state: CaseDetail['messages'][number]['state']): string {
  if (state === 'failed' || state === 'unknown' || state === 'withheld') return 'red';
  return state === 'delivered' || state === 'read' || state === 'shown' ? 'teal' : 'gray';
}
