import { z } from 'zod';
import { Id, Problem } from '#contract/common';
import { CaseSummary } from '#contract/staff';

/** What the routes on one case, and those beside them, have in common. */
export const tags = ['staff'];
export const params = z.object({ id: Id });
export const refusals = { '4xx': Problem };
export const answers = { 200: CaseSummary, ...refusals };
