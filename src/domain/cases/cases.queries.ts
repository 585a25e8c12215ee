import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { LocalDate } from '#contract/common';
import type { CaseList, CaseListQuery, CaseSummary } from '#contract/staff';
import { priorities, type Channel, type Kind, type Language, type Programme, type Status } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, citizens, contactPoints, staff } from '#db/schema/tables';
import { invalid } from '#lib/errors';
import { maskPhone } from '#lib/phone';
import { parseReference } from '#lib/reference';
import { maskName } from '#lib/text';
import { casesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';

/** The citizen still waits. Written out as in the partial indexes, so that the planner can prove that they hold the answer. */
const isOpen = sql`${cases.status} not in ('resolved','closed','inadmissible','duplicate','spam','withdrawn')`;

const columns = {
  case: cases,
  citizenName: citizens.name,
  contactKind: contactPoints.kind,
  contactValue: contactPoints.value,
  holder: staff.name,
};
type Row = {
  case: typeof cases.$inferSelect;
  citizenName: string | null;
  contactKind: string | null;
  contactValue: string | null;
  holder: string | null;
};

/** Cases with what a summary shows; `where` must keep to the person's sight. */
export const selectCases = (tx: Tx, where: SQL | undefined) =>
  tx.db
    .select(columns)
    .from(cases)
    .innerJoin(citizens, eq(citizens.id, cases.citizenId))
    .leftJoin(contactPoints, eq(contactPoints.id, cases.contactPointId))
    .leftJoin(staff, eq(staff.id, cases.assignedTo))
    .where(where);

export const summarise = (row: Row): CaseSummary => {
  const { case: found } = row;
  const phone = row.contactKind === 'phone' ? row.contactValue : null;
  return {
    id: found.id,
    version: found.version,
    reference: found.reference,
    kind: found.kind as Kind,
    status: found.status as Status,
    channel: found.channel as Channel,
    language: found.language as Language | null,
    category: found.category,
    subcategory: found.subcategory,
    programme: found.programme as Programme | null,
    province: found.province,
    centre: found.centreId,
    queue: found.queueId,
    priority: priorities[found.priority - 1] ?? 'normal',
    receivedAt: found.receivedAt.toISOString(),
    legalDueDate: found.legalDueDate,
    operationalDueAt: found.operationalDueAt?.toISOString() ?? null,
    assignedTo: found.assignedTo === null ? null : { id: found.assignedTo, name: row.holder ?? '' },
    citizen: {
      ...(row.citizenName === null ? {} : { name: maskName(row.citizenName) }),
      ...(phone === null ? {} : { phone: maskPhone(phone) }),
    },
    preview: found.preview,
  };
};

const Cursor = z.tuple([z.int().min(1).max(3), LocalDate, z.uuid()]);

const readCursor = (cursor: string): z.infer<typeof Cursor> => {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalid('cursor', 'unknown_cursor');
  }
};

const addDays = (now: Date, days: number): string => localDate(new Date(now.getTime() + days * 86_400_000));

const filters = (query: CaseListQuery, actor: StaffActor, now: Date): (SQL | undefined)[] => {
  const reference = query.q === undefined ? undefined : (parseReference(query.q) ?? '');
  const today = localDate(now);
  return [
    query.state === undefined ? (reference === undefined ? isOpen : undefined) : eq(cases.status, query.state),
    query.queue === undefined ? undefined : eq(cases.queueId, query.queue),
    query.centre === undefined ? undefined : eq(cases.centreId, query.centre),
    query.category === undefined ? undefined : sql`${query.category} in (${cases.category}, ${cases.subcategory})`,
    query.mine === true ? eq(cases.assignedTo, actor.id) : undefined,
    reference === undefined ? undefined : eq(cases.reference, reference),
    query.due === undefined ? undefined : { late: sql`${cases.legalDueDate} < ${today}`, week: sql`${cases.legalDueDate} <= ${addDays(now, 7)}`, fortnight: sql`${cases.legalDueDate} <= ${addDays(now, 14)}` }[query.due],
  ];
};

/** One page of the cases in a person's sight, most urgent first, then by legal date. Open ones unless a state is asked. */
export const listCases = (ctx: Context, actor: StaffActor, query: CaseListQuery): Promise<CaseList> =>
  ctx.db.withActor(actor, async (tx) => {
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    const rows = await selectCases(
      tx,
      and(
        casesInSight(actor),
        ...filters(query, actor, ctx.clock.now()),
        after ? sql`(${cases.priority}, ${cases.legalDueDate}, ${cases.id}) > (${after[0]}, ${after[1]}, ${after[2]})` : undefined,
      ),
    )
      .orderBy(asc(cases.priority), asc(cases.legalDueDate), asc(cases.id))
      .limit(query.limit + 1);
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1)?.case : undefined;
    return {
      items: page.map(summarise),
      nextCursor: last ? Buffer.from(JSON.stringify([last.priority, last.legalDueDate, last.id])).toString('base64url') : null,
    };
  });
