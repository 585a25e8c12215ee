import { sql, type SQL } from 'drizzle-orm';
import type { Dimension, ReportRow, ResponseTimes } from '#contract/reports';
import type { StaffActor } from '#db/actor';
import { cases } from '#db/schema/tables';
import { casesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { tellsPercentiles, withheldAlone, withheldOf, type Counts, type Withheld } from './suppression.rules.ts';

/** Where each dimension is read; months are those of receipt in Morocco. */
const expressions: Record<Dimension, SQL> = {
  region: sql`p.region_code`,
  channel: sql`cases.channel`,
  category: sql`cases.category`,
  centre: sql`cases.centre_id`,
  month: sql`to_char(cases.received_on, 'YYYY-MM')`,
};

/** Seconds to a step; a case that has not reached it is longer than any that has. */
const seconds = (column: SQL): SQL => sql`coalesce(extract(epoch from ${column} - cases.received_at), 'Infinity')::float8`;
const percentile = (share: number, column: SQL): SQL =>
  sql`percentile_disc(${sql.raw(share.toFixed(2))}) within group (order by ${seconds(column)})`;

/**
 * The measures of the line: how long people waited for a first human reply and for a resolution, and what share was
 * answered within the legal date. Over the cases received in the period that are not spam or withdrawn: what
 * is merged waits like any other until it is answered with the other;
 * those still waiting count as longer than any answered one. A supervisor is told of the cases in their sight, an observer
 * nothing of few cases.
 */
export const responseTimes = (
  ctx: Context,
  actor: StaffActor,
  asked: { from?: string | undefined; to?: string | undefined; by: readonly Dimension[] },
): Promise<ResponseTimes> =>
  ctx.db.withActor(actor, async (tx) => {
    const today = localDate(ctx.clock.now());
    const to = asked.to ?? today;
    const from = asked.from ?? `${to.slice(0, 4)}-01-01`;
    const by = [...new Set(asked.by)];
    const keys = by.map((dimension) => sql`${expressions[dimension]} as ${sql.raw(dimension)}`);
    const grouping = by.map((dimension) => expressions[dimension]);
    const inTime = sql`cases.resolved_on <= cases.legal_due_date`;
    const late = sql`coalesce(cases.resolved_on, ${today}::date) > cases.legal_due_date`;
    const firstReply = sql`cases.first_reply_at`;
    const resolution = sql`cases.resolved_at`;
    const { rows: all } = await tx.db.execute<Aggregate>(sql`
      select ${sql.join([...keys, sql`grouping(${sql.join(grouping, sql`, `)}) as level`], sql`, `)},
        count(*)::int as count,
        count(cases.first_reply_at)::int as replied, ${percentile(0.5, firstReply)} as reply50,
        ${percentile(0.9, firstReply)} as reply90, ${percentile(0.95, firstReply)} as reply95,
        count(cases.resolved_at)::int as resolved, ${percentile(0.5, resolution)} as resolved50,
        ${percentile(0.9, resolution)} as resolved90, ${percentile(0.95, resolution)} as resolved95,
        count(*) filter (where ${inTime})::int as in_time, count(*) filter (where ${late})::int as late
      from ${cases} left join provinces p on p.code = cases.province
      where cases.received_on between ${from} and ${to}
        and cases.status not in ('spam', 'withdrawn')
        and (${actor.role === 'supervisor' ? casesInSight(actor) : sql`true`})
      group by grouping sets ((${sql.join(grouping, sql`, `)}), ())
      order by ${sql.join(by.map((_, i) => sql.raw(String(i + 1))), sql`, `)}`);
    const everyLevel = 2 ** by.length - 1;
    const total = all.find((row) => row.level === everyLevel);
    const rows = all.filter((row) => row.level !== everyLevel);
    const least = actor.role === 'observer' ? ctx.smallestCell : 1;
    const withheld = withheldOf(rows, rows.map((row) => by.map((dimension) => row[dimension])), least);
    return {
      from,
      to,
      by,
      unit: 'seconds',
      total: total ? toRow(total, [], withheldAlone(total, least), least) : nothing,
      rows: rows.map((row, i) => toRow(row, by, withheld(i), least)),
    };
  });

type Aggregate = Record<string, unknown> & Counts & {
  level: number;
  reply50: number | null; reply90: number | null; reply95: number | null;
  resolved50: number | null; resolved90: number | null; resolved95: number | null;
};

const reached = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : Math.round(value));

const toRow = (row: Aggregate, by: readonly Dimension[], withheld: Withheld, least: number): ReportRow => {
  const step = (count: number, isWithheld: boolean, [p50, p90, p95]: readonly [number | null, number | null, number | null]): ReportRow['firstReply'] => {
    if (withheld.row || (isWithheld && !tellsPercentiles(row.count, least))) return { ...none, count: null };
    return { count: isWithheld ? null : count, p50: reached(p50), p90: reached(p90), p95: reached(p95) };
  };
  return {
    ...Object.fromEntries(by.map((dimension) => [dimension, row[dimension]])),
    count: withheld.row ? null : row.count,
    firstReply: step(row.replied, withheld.firstReply, [row.reply50, row.reply90, row.reply95]),
    resolution: step(row.resolved, withheld.resolution, [row.resolved50, row.resolved90, row.resolved95]),
    legal: withheld.legal
      ? { inTime: null, late: null, share: null }
      : { inTime: row.in_time, late: row.late, share: row.in_time + row.late === 0 ? null : row.in_time / (row.in_time + row.late) },
  };
};

const none = { count: 0, p50: null, p90: null, p95: null };
const nothing: ReportRow = { count: 0, firstReply: none, resolution: none, legal: { inTime: 0, late: 0, share: null } };
