import type { Status } from '#contract/words';
import { isFinal } from '#domain/cases/cases.rules';

/** Whether nobody is called about a case in this state. One that is handled with another is not over for its citizen. */
export const isOver = (status: Status): boolean => isFinal(status) && status !== 'duplicate';
