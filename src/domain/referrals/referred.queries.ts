import { and, asc, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import { referralFields, type ReferralField } from '#contract/referrals';
import type { CaseDetail, CaseList, CaseListQuery, CaseSummary } from '#contract/staff';
import type { Channel } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages, notes, organisations, referrals, staff } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { maskPhone } from '#lib/phone';
import { parseReference } from '#lib/reference';
import type { DataKey } from '#lib/sealing';
import { maskName, preview } from '#lib/text';
import { casesInSight } from '#domain/access/access.queries';
import { factsOf, cursorAfter, filters, listOrder } from '#domain/cases/cases.queries';
import type { Context } from '#domain/context';
import { maskIdentifiers } from '#domain/personal/identifiers.rules';
import { nobody, peopleOf, type Person } from '#domain/personal/people.queries';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';
import { organisationView } from './organisations.queries.ts';

type Keys = Pick<Context, 'keys'>;

/** What every body needs to know of a case: nothing that was said, and nobody's name. A partner is granted no more columns. */
const columns = {
  id: cases.id, version: cases.version, reference: cases.reference, kind: cases.kind, status: cases.status, channel: cases.channel,
  language: cases.language, category: cases.category, subcategory: cases.subcategory, programme: cases.programme, province: cases.province,
  centreId: cases.centreId, priority: cases.priority, receivedAt: cases.receivedAt, legalDueDate: cases.legalDueDate,
  operationalDueAt: cases.operationalDueAt, citizenId: cases.citizenId,
  fields: referrals.fields, noteId: referrals.noteId, since: referrals.referredAt, organisation: organisations,
};

/** The cases that a partner's organisation has; the policies show no other, and of these no more than the referral names. */
const selectReferred = (tx: Tx, where: SQL | undefined) =>
  tx.db
    .select(columns)
    .from(cases)
    .innerJoin(referrals, and(eq(referrals.caseId, cases.id), isNull(referrals.endedAt)))
    .innerJoin(organisations, eq(organisations.id, referrals.organisationId))
    .where(where);
type Row = Awaited<ReturnType<typeof selectReferred>>[number];

const shares = ({ fields }: Row, field: ReferralField): boolean => fields.includes(field);

/** Of each case's citizen what its referral shares; of whom it shares nothing, nothing is even read. */
const sharedPeople = async (ctx: Keys, tx: Tx, rows: readonly Row[]): Promise<(row: Row) => Person> => {
  const people = await peopleOf(ctx, tx, rows.filter((row) => shares(row, 'name') || shares(row, 'contact')).map(({ citizenId }) => citizenId));
  return (row) => {
    const { name, phone, email } = people.get(row.citizenId) ?? nobody;
    return { name: shares(row, 'name') ? name : null, phone: shares(row, 'contact') ? phone : null, email: shares(row, 'contact') ? email : null };
  };
};

const wordsOf = async (tx: Tx, caseIds: readonly string[]) =>
  tx.db
    .select()
    .from(messages)
    .where(and(inArray(messages.caseId, [...caseIds]), eq(messages.direction, 'in')))
    .orderBy(asc(messages.createdAt), asc(messages.id));
type Word = Awaited<ReturnType<typeof wordsOf>>[number];

const readable = (key: DataKey | undefined, { id, body, bodySealed }: Word): string | null => {
  const text = opened(key, sealedAt.message(id), body, bodySealed);
  return text === null ? null : maskIdentifiers(text);
};

const summarise = (row: Row, person: Person, narrative: string | null): CaseSummary => ({
  ...factsOf(row),
  queue: null,
  assignedTo: null,
  citizen: { ...(person.name === null ? {} : { name: person.name }), ...(person.phone === null ? {} : { phone: person.phone }) },
  preview: narrative === null ? null : preview(narrative, 160),
});

const masked = ({ name, phone }: Person): Person => ({ name: name === null ? null : maskName(name), phone: phone === null ? null : maskPhone(phone), email: null });

const summariseAll = async (ctx: Keys, tx: Tx, rows: readonly Row[]): Promise<CaseSummary[]> => {
  const sharing = rows.filter((row) => shares(row, 'narrative')).map(({ id }) => id);
  const narratives = new Map((await wordsOf(tx, sharing)).filter(({ kind }) => kind === 'narrative').map((word) => [word.caseId, word]));
  const keys = await ctx.keys.read(rows.map(({ citizenId }) => citizenId));
  const personOf = await sharedPeople(ctx, tx, rows);
  return rows.map((row) => {
    const narrative = narratives.get(row.id);
    return summarise(row, masked(personOf(row)), narrative === undefined ? null : readable(keys.get(row.citizenId), narrative));
  });
};

/** One page of the cases referred to the partner's organisation, in the order of every list. Nobody there holds a case. */
export const listReferred = async (ctx: Context, tx: Tx, actor: StaffActor, { mine, ...query }: CaseListQuery): Promise<CaseList> => {
  if (mine === true) return { items: [], nextCursor: null };
  // Who has a phone number must not learn from the search whose case it is, where no number was shared.
  const byPhone = query.q !== undefined && parseReference(query.q) === null;
  const shared = byPhone ? sql`'contact' = any(${referrals.fields})` : undefined;
  const rows = await selectReferred(tx, and(casesInSight(actor), shared, ...filters(ctx, query, actor, ctx.clock.now())))
    .orderBy(...listOrder)
    .limit(query.limit + 1);
  const page = rows.slice(0, query.limit);
  return { items: await summariseAll(ctx, tx, page), nextCursor: rows.length > query.limit ? cursorAfter(page.at(-1)) : null };
};

const referred = async (tx: Tx, actor: StaffActor, caseId: string): Promise<Row> => {
  const [row] = await selectReferred(tx, and(eq(cases.id, caseId), casesInSight(actor)));
  if (!row) throw notFound();
  return row;
};

/** A referred case as lists give it. @throws AppError not_found */
export const referredSummary = async (ctx: Keys, tx: Tx, actor: StaffActor, caseId: string): Promise<CaseSummary> => {
  const [summary] = await summariseAll(ctx, tx, [await referred(tx, actor, caseId)]);
  if (!summary) throw notFound();
  return summary;
};

/** A referred case as its partner reads it: shared names and numbers in clear, as they were shared to be used. @throws AppError not_found */
export const referredDetail = async (ctx: Keys, tx: Tx, actor: StaffActor, caseId: string): Promise<CaseDetail> => {
  const row = await referred(tx, actor, caseId);
  const key = (await ctx.keys.read([row.citizenId])).get(row.citizenId);
  const words = shares(row, 'narrative') ? (await wordsOf(tx, [caseId])).map((word) => ({ word, text: readable(key, word) })) : [];
  const narrative = words.find(({ word }) => word.kind === 'narrative')?.text ?? null;
  return {
    ...summarise(row, (await sharedPeople(ctx, tx, [row]))(row), narrative),
    submitter: null,
    commune: null,
    outcome: null,
    messages: words.map(({ word, text }) => ({
      id: word.id,
      at: word.createdAt.toISOString(),
      direction: 'in',
      channel: word.channel as Channel,
      kind: word.kind === 'narrative' ? 'narrative' : 'follow_up',
      text,
      state: 'routed',
      errorCode: null,
      attempts: [],
      nextTryAt: null,
      author: null,
    })),
    attachments: [],
    notes: await notesFor(tx, actor, row, key),
    events: [],
    deadlines: [],
    assignments: [],
    feedback: null,
    readers: null,
    restricted: false,
    blocks: [],
    moves: [],
    mergedInto: null,
    contests: null,
    contestedBy: [],
    merged: [],
    referral: { organisation: organisationView(row.organisation), fields: referralFields.filter((one) => shares(row, one)), since: row.since.toISOString() },
  };
};

/** What is asked of the organisation, and what its own people wrote; the centre's other notes are its own. */
const notesFor = async (tx: Tx, { organisationId }: StaffActor, row: Row, key: DataKey | undefined): Promise<CaseDetail['notes']> => {
  const written = await tx.db
    .select({ id: notes.id, at: notes.at, author: staff.name, body: notes.body, bodySealed: notes.bodySealed, of: staff.organisationId })
    .from(notes)
    .leftJoin(staff, eq(staff.id, notes.authorId))
    .where(eq(notes.caseId, row.id))
    .orderBy(asc(notes.at));
  return written
    .filter(({ id, of }) => id === row.noteId || (of !== null && of === organisationId))
    .map(({ id, at, author, body, bodySealed }) => {
      const text = opened(key, sealedAt.note(id), body, bodySealed);
      return { at: at.toISOString(), author, text: text === null ? null : maskIdentifiers(text) };
    });
};
