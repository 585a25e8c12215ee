import type { Tracked } from '#contract/filing';
import { isOpen, legalMoves } from '#domain/cases/cases.rules';
import type { Action } from './tracking-form.ts';

/**
 * What the page offers for a case in this state. Conditions that it cannot know (the time to reopen is over) are the
 * domain's to refuse. `late` is whether the legal date has passed.
 */
export function offersFor({ status, nextStep }: Pick<Tracked, 'status' | 'nextStep'>, late: boolean): Readonly<Record<Action, boolean>> {
  const legal = legalMoves(status, 'citizen');
  // A merged case is read with the other, until that is answered.
  const open = isOpen(status) || (status === 'duplicate' && nextStep === 'we_work');
  return {
    message: open || status === 'duplicate',
    feedback: nextStep === 'you_rate',
    reopen: legal.includes('in_triage') && !open,
    appeal: legal.includes('under_appeal') && (late || !open),
    withdraw: open && legal.includes('withdrawn'),
  };
}
