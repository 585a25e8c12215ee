import { z } from 'zod';

/** What a citizen may do with a case on the tracking page. */
const actions = ['message', 'feedback', 'reopen', 'appeal', 'withdraw'] as const;
export type Action = (typeof actions)[number];

const typed = z.string().optional();

/** What the tracking page posts: the two numbers, each time, because neither address nor cookie may hold the code. */
export const TrackingForm = z.strictObject({
  reference: typed,
  code: typed,
  action: z.enum(actions).optional(),
  text: typed,
  rating: typed,
  solved: typed,
  comment: typed,
  reason: typed,
  solution: typed,
});
export type TrackingForm = z.infer<typeof TrackingForm>;
