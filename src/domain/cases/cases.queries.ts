import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { LocalDate } from '#contract/common';
import type { CaseList, CaseListQuery, CaseSummary } from '#contract/staff';
import { priorities, type Channel, type Kind, type Language, type Programme, type Status } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, citizenContacts, citizens, contactPoints, staff } from '#db/schema/tables';
import { invalid } from '#lib/errors';
import { maskPhone, parsePhone } from '#lib/phone';
import { parseReference } from '#lib/reference';
import { blindIndex, unsealText, type DataKey } from '#lib/sealing';
import { maskName } from '#lib/text';
import { casesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';

/** The citizen still waits. Written out as in the partial indexes, so that the planner can prove that they hold the answer. */
export const isOpen = sql`${cases.status} not in ('resolved','closed','inadmissible','duplicate','spam','withdrawn')`;

const columns = {
  case: cases,
  citizenName: citizens.name,
  contactKind: contactPoints.kind,
  contactIndex: contactPoints.index,
  contactValue: citizenContacts.value,
  holder: staff.name,
};
type Row = {
  case: typeof cases.$inferSelect;
  citizenName: Buffer | null;
  contactKind: string | null;
  contactIndex: Buffer | null;
  contactValue: Buffer | null;
  holder: string | null;
};

/** Cases with what a summary shows; `where` must keep to the person's sight. */
export const selectCases = (tx: Tx, where: SQL | undefined) =>
  tx.db
    .select(columns)
    .from(cases)
    .innerJoin(citizens, eq(citizens.id, cases.citizenId))
    .leftJoin(contactPoints, eq(contactPoints.id, cases.contactPointId))
    .leftJoin(citizenContacts, and(eq(citizenContacts.citizenId, cases.citizenId), eq(citizenContacts.contactPointId, cases.contactPointId)))
    .leftJoin(staff, eq(staff.id, cases.assignedTo))
    .where(where);

/** The rows as staff may see them: opened, and masked. What was erased is left out. */
export const summariseAll = async (ctx: Pick<Context, 'keys'>, rows: readonly Row[]): Promise<CaseSummary[]> => {
  const keys = await ctx.keys.read(rows.map((row) => row.case.citizenId));
  return rows.map((row) => summarise(row, keys.get(row.case.citizenId)));
};

type Facts = Pick<typeof cases.$inferSelect,
  'id' | 'version' | 'reference' | 'kind' | 'status' | 'channel' | 'language' | 'category' | 'subcategory' | 'programme' | 'province' | 'centreId' | 'priority' | 'receivedAt' | 'legalDueDate' | 'operationalDueAt'>;

/** What a case is, without anything that was said, anybody's name, or who has it in the centre. */
export const factsOf = (found: Facts): Omit<CaseSummary, 'queue' | 'assignedTo' | 'citizen' | 'preview'> => ({
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
  priority: priorities[found.priority - 1] ?? 'normal',
  receivedAt: found.receivedAt.toISOString(),
  legalDueDate: found.legalDueDate,
  operationalDueAt: found.operationalDueAt?.toISOString() ?? null,
});

export const summarise = (row: Row, key: DataKey | undefined): CaseSummary => {
  const { case: found } = row;
  const name = unsealText(key, sealedAt.name(found.citizenId), row.citizenName);
  const phone = row.contactKind === 'phone' && row.contactIndex ? unsealText(key, sealedAt.contact(found.citizenId, row.contactIndex), row.contactValue) : null;
  return {
    ...factsOf(found),
    queue: found.queueId,
    assignedTo: found.assignedTo === null ? null : { id: found.assignedTo, name: row.holder ?? '' },
    citizen: {
      ...(name === null ? {} : { name: maskName(name) }),
      ...(phone === null ? {} : { phone: maskPhone(phone) }),
    },
    preview: opened(key, sealedAt.preview(found.id), found.preview, found.previewSealed),
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

/** Most urgent first, then by legal date: the order of the indexes, and of the cursor. */
export const listOrder = [asc(cases.priority), asc(cases.legalDueDate), asc(cases.id)];
export const cursorAfter = (last: Pick<Row['case'], 'priority' | 'legalDueDate' | 'id'> | undefined): string | null =>
  last ? Buffer.from(JSON.stringify([last.priority, last.legalDueDate, last.id])).toString('base64url') : null;

const addDays = (now: Date, days: number): string => localDate(new Date(now.getTime() + days * 86_400_000));

/** The citizen's number that a search is for, in E.164; null for a reference, and for what is neither. */
export const soughtPhone = (q: string): string | null => (parseReference(q) === null ? (parsePhone(q)?.e164 ?? null) : null);

/** What was typed is a reference, or the phone number that a case came from or answers to; anything else names no case. */
const named = (ctx: Pick<Context, 'indexKey'>, q: string): SQL => {
  const reference = parseReference(q);
  if (reference !== null) return eq(cases.reference, reference);
  const phone = soughtPhone(q);
  if (phone === null) return sql`false`;
  return sql`${cases.contactPointId} = (select p.id from ${contactPoints} p where p.kind = 'phone' and p.index = ${blindIndex(ctx.indexKey, 'phone', phone)})`;
};

/** What a list was asked for, as conditions on `cases`; the person's sight is another. */
export const filters = (ctx: Pick<Context, 'indexKey'>, query: CaseListQuery, actor: StaffActor, now: Date): (SQL | undefined)[] => {
  const today = localDate(now);
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  return [
    query.state === undefined ? (query.q === undefined ? isOpen : undefined) : eq(cases.status, query.state),
    query.queue === undefined ? undefined : eq(cases.queueId, query.queue),
    query.centre === undefined ? undefined : eq(cases.centreId, query.centre),
    query.category === undefined ? undefined : sql`${query.category} in (${cases.category}, ${cases.subcategory})`,
    query.mine === true ? eq(cases.assignedTo, actor.id) : undefined,
    query.q === undefined ? undefined : named(ctx, query.q),
    after ? sql`(${cases.priority}, ${cases.legalDueDate}, ${cases.id}) > (${after[0]}, ${after[1]}, ${after[2]})` : undefined,
    query.due === undefined ? undefined : { late: sql`${cases.legalDueDate} < ${today}`, week: sql`${cases.legalDueDate} <= ${addDays(now, 7)}`, fortnight: sql`${cases.legalDueDate} <= ${addDays(now, 14)}` }[query.due],
  ];
};

/** One page of the cases in a person's sight, most urgent first, then by legal date. Open ones unless a state is asked. */
export const listCases = async (ctx: Context, tx: Tx, actor: StaffActor, query: CaseListQuery): Promise<CaseList> => {
  const rows = await selectCases(tx, and(casesInSight(actor), ...filters(ctx, query, actor, ctx.clock.now())))
    .orderBy(...listOrder)
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  return { items: await summariseAll(ctx, page), nextCursor: rows.length > query.limit ? cursorAfter(page.at(-1)?.case) : null };
};
