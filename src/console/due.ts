import { finalStatuses, type Status } from '#contract/words';

export type Due = { level: 'late' | 'soon' | 'calm' | 'answered'; days: number };

const answered: readonly Status[] = [...finalStatuses, 'resolved'];
const soonDays = 7;

/** How a case stands to its legal date, on a given day; both dates are `YYYY-MM-DD`. `days` is negative once late. */
export function dueOf(one: { status: Status; legalDueDate: string }, today: string): Due {
  const days = Math.round((Date.parse(one.legalDueDate) - Date.parse(today)) / 86_400_000);
  if (answered.includes(one.status)) return { level: 'answered', days };
  return { level: days < 0 ? 'late' : days <= soonDays ? 'soon' : 'calm', days };
}
