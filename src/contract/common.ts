import { z } from 'zod';

/**
 * Text as a person may send it: kept byte for byte, so only what PostgreSQL or UTF-8 cannot hold is refused
 * (NUL, lone surrogates). `max` counts UTF-16 units.
 */
export const text = (max: number) =>
  z.string().max(max, 'too_long').refine((value) => value.isWellFormed() && !value.includes('\0'), 'not_text');

/** Text that must say something: white space and invisible marks alone do not. */
export const saying = (max: number) => text(max).refine((value) => /[^\s\p{Cf}]/u.test(value), 'empty');

/** A number that a person types: digits of any script, spaces, dashes, pasted direction marks. */
export const typedNumber = text(40);

export const Instant = z.iso.datetime();
/** PostgreSQL's calendar has no year 0. */
export const LocalDate = z.iso.date().refine((date) => !date.startsWith('0000'), 'invalid_date');
export const Id = z.uuid();

/** RFC 9457 problem details. `errors` names what is wrong and where, never the value that was sent. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), code: z.string() })).optional(),
  legal: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof Problem>;
