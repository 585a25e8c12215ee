import type { Status } from '#contract/words';
import { isFinal, isOpen, legalMoves } from '#domain/cases/cases.rules';
import type { Action } from './tracking-form.ts';

/**
 * What the page offers for a case in this state. Conditions that it cannot know (the time to reopen is over, it was
 * rated before) are the domain's to refuse. `late` is whether the legal date has passed.
 */
export function offersFor(status: Status, late: boolean): Readonly<Record<Action, boolean>> {
  const legal = legalMoves(status, 'citizen');
  const open = isOpen(status);
  return {
    message: !isFinal(status),
    feedback: status === 'resolved' || status === 'closed',
    reopen: legal.includes('in_triage'),
    appeal: legal.includes('under_appeal') && (late || !open),
    withdraw: open && legal.includes('withdrawn'),
  };
}
