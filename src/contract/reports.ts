import { z } from 'zod';
import { Id, LocalDate, Names, shown } from './common.ts';
import { Role } from './words.ts';

export const dimensions = ['region', 'channel', 'category', 'centre', 'month'] as const;
export type Dimension = (typeof dimensions)[number];

export const ReportQuery = z.strictObject({
  from: LocalDate.optional(),
  to: LocalDate.optional(),
  by: z
    .string()
    .max(60)
    .meta({ examples: ['region,month'] })
    .default('region')
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(dimensions)).min(1).max(5)),
}).refine(({ from, to }) => from === undefined || to === undefined || from <= to, { path: ['to'], message: 'before_from' });
export type ReportQuery = z.infer<typeof ReportQuery>;

/** Null where an observer is not told, because it is of few cases or such a figure would follow from it. */
const Told = z.int().nullable();

/**
 * Times are seconds from receipt, over every case received in the period. A case still waiting counts as longer than
 * any answered one, so a percentile is null when fewer than that share have been answered: silence never looks fast.
 */
const Percentiles = z.object({
  count: Told.meta({ description: 'Cases that have reached this step.' }),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
});

export const ReportRow = z.object({
  region: shown('MA-06').nullable().optional(),
  channel: shown('sms').optional(),
  category: shown('REG').nullable().optional(),
  centre: shown('centre-06').nullable().optional(),
  month: shown('2026-11').optional().meta({ description: 'YYYY-MM of receipt, Africa/Casablanca.' }),
  count: Told.meta({ description: 'Cases received. Null: nothing of the row is told.' }),
  firstReply: Percentiles,
  resolution: Percentiles,
  legal: z.object({
    inTime: Told.meta({ description: 'Resolved on or before the legal date.' }),
    late: Told.meta({ description: 'Resolved after it, or still open past it.' }),
    share: z.number().nullable().meta({ description: 'inTime / (inTime + late); null when neither, or when these are not told.' }),
  }),
});
export type ReportRow = z.infer<typeof ReportRow>;

export const ResponseTimes = z.object({
  from: LocalDate,
  to: LocalDate,
  by: z.array(z.enum(dimensions)),
  unit: z.literal('seconds'),
  total: ReportRow,
  rows: z.array(ReportRow),
});
export type ResponseTimes = z.infer<typeof ResponseTimes>;

/** From how many on a row of the report of reveals is worth a question. `many` and `numbers` also take more than `times` what colleagues did. */
export const revealSigns = { many: 10, times: 3, oddHours: 3, othersCases: 10, numbers: 30 } as const;
const signs = ['many', 'odd_hours', 'others_cases', 'full_days', 'many_searches'] as const;
export type Sign = (typeof signs)[number];

/** A quarter of a year at most. Without `to`, until today; without `from`, thirty days. */
export const RevealQuery = z.strictObject({ from: LocalDate.optional(), to: LocalDate.optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, { path: ['to'], message: 'before_from' })
  .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(to) - Date.parse(from) <= 92 * 86_400_000, { path: ['from'], message: 'too_long' });
export type RevealQuery = z.infer<typeof RevealQuery>;

export const RevealRow = z.object({
  person: z.object({ id: Id, name: shown('سلمى بنعيسى'), role: Role, centre: z.object({ id: shown('centre-06'), names: Names }).nullable() }),
  reveals: z.int(),
  givings: z.int().meta({ description: 'Times that all that is held of a citizen was given.' }),
  colleagues: z.number().meta({ description: 'Of reveals and givings together: median of all others with the same role and an open account.' }),
  citizens: z.int().meta({ description: 'Different citizens.' }),
  others: z.int().meta({ description: 'Citizens of whom the person was never given the case.' }),
  oddHours: z.int().meta({ description: 'Between 20:00 and 7:00, on a Saturday or a Sunday, by the clock of Morocco.' }),
  fullDays: z.int().meta({ description: 'Days on which all that a day allows was revealed, or given, or searched.' }),
  numbers: z.int().meta({ description: 'Different phone numbers by which the person searched.' }),
  unfound: z.int().meta({ description: 'Searches by a phone number that found no case.' }),
  colleaguesNumbers: z.number().meta({ description: 'Of those numbers: median of all others with the same role and an open account.' }),
  signs: z.array(z.enum(signs)).meta({ description: 'What is worth a question.' }),
});
export type RevealRow = z.infer<typeof RevealRow>;

export const RevealReport = z.object({ from: LocalDate, to: LocalDate, rows: z.array(RevealRow) });
export type RevealReport = z.infer<typeof RevealReport>;
