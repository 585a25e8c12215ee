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

export const Instant = z.iso.datetime().meta({ examples: ['2026-11-22T10:00:00.000Z'] });
/** PostgreSQL's calendar has no year 0. */
export const LocalDate = z.iso.date().refine((date) => date >= '1900' && date < '3000', 'invalid_date').meta({ examples: ['2027-01-21'] });
export const Id = z.uuid().meta({ examples: ['019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d55'] });
/** A string that we write; the example says what it looks like. */
export const shown = (example: string) => z.string().meta({ examples: [example] });
/** What a thing is called, by language. */
export const Names = z.record(z.string(), z.string()).meta({ examples: [{ ar: 'العامة', fr: 'Générale' }] });

/** RFC 9457 problem details. `errors` names what is wrong and where, never the value that was sent. */
export const Problem = z.object({
  type: shown('/api/docs#error-invalid'),
  title: shown('Some fields are not valid.'),
  status: z.int(),
  code: shown('invalid'),
  detail: shown('…').optional(),
  errors: z.array(z.object({ path: shown('contact.phone'), code: shown('invalid_phone') })).optional(),
  legal: z.array(shown('resolved')).optional(),
});
export type Problem = z.infer<typeof Problem>;
