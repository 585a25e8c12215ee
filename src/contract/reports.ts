import { z } from 'zod';
import { LocalDate, shown } from './common.ts';

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

/**
 * Times are seconds from receipt, over every case received in the period. A case still waiting counts as longer than
 * any answered one, so a percentile is null when fewer than that share have been answered: silence never looks fast.
 */
const Percentiles = z.object({
  count: z.int().meta({ description: 'Cases that have reached this step.' }),
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
  count: z.int().meta({ description: 'Cases received.' }),
  firstReply: Percentiles,
  resolution: Percentiles,
  legal: z.object({
    inTime: z.int().meta({ description: 'Resolved on or before the legal date.' }),
    late: z.int().meta({ description: 'Resolved after it, or still open past it.' }),
    share: z.number().nullable().meta({ description: 'inTime / (inTime + late); null when neither.' }),
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
