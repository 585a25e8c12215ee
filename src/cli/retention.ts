import { parseArgs } from 'node:util';
import { retain, type Retention } from '#domain/rights/retention.actions';

export const retentionUsage = 'retention [--dry-run]';

/**
 * Erases now what the worker would erase within the hour; `--dry-run` only counts it.
 *
 * @param args as typed after `retention`
 * @returns what was, or would be, erased
 */
export const runRetention = async (ctx: Parameters<typeof retain>[0], retention: Retention, args: string[]): Promise<string> => {
  const { values } = parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false } } });
  const { cases, held, raw } = await retain(ctx, retention, { dryRun: values['dry-run'] });
  const done = values['dry-run'] ? 'would be erased' : 'erased';
  return [
    `${cases} cases ${done}: over for ${retention.narrative} days`,
    `${held} cases kept by a legal hold`,
    `${raw} requests of providers and keys of clients ${done}: older than ${retention.raw} days`,
  ].join('\n');
};
