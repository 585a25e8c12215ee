import { and, asc, eq, inArray, isNull, notInArray } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { ConflictReason } from '#contract/access';
import type { CaseDetail } from '#contract/staff';
import type { Channel, Outcome, Status } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { assignments, cases, conflictBlocks, deadlines, events, feedback, messages, notes, staff } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { unsealText, type DataKey } from '#lib/sealing';
import { maskName } from '#lib/text';
import { attachmentsOf } from '#domain/attachments/attachments.queries';
import { casesInSight } from '#domain/access/access.queries';
import { may } from '#domain/access/access.rules';
import { placeOf } from '#domain/access/places.queries';
import type { Context } from '#domain/context';
import { maskIdentifiers } from '#domain/personal/identifiers.rules';
import { attemptsOf } from '#domain/messages/attempts.queries';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';
import { mergesOf } from '#domain/merging/merges.queries';
import { referralOf } from '#domain/referrals/referrals.queries';
import { legalMoves } from './cases.rules.ts';
import { selectCases, summarise } from './cases.queries.ts';

/** The whole case as an operator reads it. @throws AppError not_found where it is out of the person's sight */
export const detailOf = async (ctx: Pick<Context, 'keys'>, tx: Tx, actor: StaffActor, caseId: string): Promise<CaseDetail> => {
  const [row] = await selectCases(tx, and(eq(cases.id, caseId), casesInSight(actor)));
  if (!row) throw notFound();
  const { case: found } = row;
  const key = (await ctx.keys.read([found.citizenId])).get(found.citizenId);
  const submitterName = unsealText(key, sealedAt.submitter(caseId), found.submitterName);
  return {
    ...summarise(row, key),
    submitter: found.submitterRelationship === null ? null : { name: submitterName === null ? null : maskName(submitterName), relationship: found.submitterRelationship },
    commune: found.commune,
    outcome: found.outcome as Outcome | null,
    messages: await messagesOf(tx, key, caseId),
    attachments: await attachmentsOf(tx, caseId),
    notes: await notesOf(tx, key, caseId),
    events: await eventsOf(tx, caseId),
    deadlines: await deadlinesOf(tx, caseId),
    assignments: await assignmentsOf(tx, caseId),
    feedback: await feedbackOf(tx, key, caseId),
    readers: found.readers && (await namesOf(tx, found.readers)),
    restricted: (await placeOf(tx, caseId)).restricted,
    blocks: may(actor, 'case.unblock') ? await blocksOf(tx, actor, caseId) : [],
    moves: legalMoves(found.status as Status, actor.role),
    referral: await referralOf(tx, caseId),
    ...(await mergesOf(tx, actor, caseId)),
  };
};

const masked = (text: string | null): string | null => (text === null ? null : maskIdentifiers(text));

const messagesOf = async (tx: Tx, key: DataKey | undefined, caseId: string): Promise<CaseDetail['messages']> => {
  const rows = await tx.db
    .select({ message: messages, author: staff.name })
    .from(messages)
    .leftJoin(staff, eq(staff.id, messages.authorId))
    .where(eq(messages.caseId, caseId))
    .orderBy(asc(messages.createdAt), asc(messages.id));
  const attempts = await attemptsOf(tx, rows.map(({ message }) => message.id));
  return rows.map(({ message, author }) => {
    const text = opened(key, sealedAt.message(message.id), message.body, message.bodySealed);
    return {
      id: message.id,
      at: message.createdAt.toISOString(),
      direction: message.direction as 'in' | 'out',
      channel: message.channel as Channel,
      kind: message.kind as CaseDetail['messages'][number]['kind'],
      // What a machine of ours wrote names nobody but the case itself.
      text: message.kind === 'acknowledgement' ? text : masked(text),
      state: message.state as CaseDetail['messages'][number]['state'],
      errorCode: message.errorCode,
      attempts: attempts.get(message.id) ?? [],
      nextTryAt: message.state === 'queued' ? (message.nextTryAt?.toISOString() ?? null) : null,
      author,
    };
  });
};

const notesOf = async (tx: Tx, key: DataKey | undefined, caseId: string): Promise<CaseDetail['notes']> => {
  const rows = await tx.db
    .select({ id: notes.id, at: notes.at, author: staff.name, body: notes.body, bodySealed: notes.bodySealed })
    .from(notes)
    .leftJoin(staff, eq(staff.id, notes.authorId))
    .where(eq(notes.caseId, caseId))
    .orderBy(asc(notes.at));
  return rows.map(({ id, at, author, body, bodySealed }) => ({ at: at.toISOString(), author, text: masked(opened(key, sealedAt.note(id), body, bodySealed)) }));
};

/** Who read it stands in the read log, not in the case's life. */
const eventsOf = async (tx: Tx, caseId: string): Promise<CaseDetail['events']> => {
  const by = alias(staff, 'by');
  const rows = await tx.db
    .select({ at: events.at, type: events.type, kind: events.actorKind, name: by.name, data: events.data })
    .from(events)
    .leftJoin(by, eq(by.id, events.actorId))
    .where(and(eq(events.caseId, caseId), notInArray(events.type, ['case.read', 'attachment.read'])))
    .orderBy(asc(events.id));
  return rows.map(({ at, type, kind, name, data }) => ({ at: at.toISOString(), type, actor: name ?? kind, data }));
};

const deadlinesOf = async (tx: Tx, caseId: string): Promise<CaseDetail['deadlines']> => {
  const rows = await tx.db.select().from(deadlines).where(eq(deadlines.caseId, caseId));
  return rows.map((row) => ({
    kind: row.kind as 'legal' | 'operational',
    basis: row.basis,
    dueDate: row.dueDate,
    dueAt: row.dueAt?.toISOString() ?? null,
    metAt: row.metAt?.toISOString() ?? null,
  }));
};

const assignmentsOf = async (tx: Tx, caseId: string): Promise<CaseDetail['assignments']> => {
  const rows = await tx.db
    .select({ operator: staff.name, from: assignments.fromAt, to: assignments.toAt })
    .from(assignments)
    .innerJoin(staff, eq(staff.id, assignments.staffId))
    .where(eq(assignments.caseId, caseId))
    .orderBy(asc(assignments.fromAt));
  return rows.map((row) => ({ ...row, from: row.from.toISOString(), to: row.to?.toISOString() ?? null }));
};

const feedbackOf = async (tx: Tx, key: DataKey | undefined, caseId: string): Promise<CaseDetail['feedback']> => {
  const [row] = await tx.db.select().from(feedback).where(eq(feedback.caseId, caseId));
  return row ? { rating: row.rating, solved: row.solved, comment: masked(opened(key, sealedAt.comment(caseId), row.comment, row.commentSealed)) } : null;
};

const namesOf = (tx: Tx, people: readonly string[]): Promise<{ id: string; name: string }[]> =>
  tx.db.select({ id: staff.id, name: staff.name }).from(staff).where(inArray(staff.id, [...people])).orderBy(asc(staff.name));

const blocksOf = async (tx: Tx, actor: StaffActor, caseId: string): Promise<CaseDetail['blocks']> => {
  const by = alias(staff, 'by');
  const rows = await tx.db
    .select({ staff: staff.id, name: staff.name, reason: conflictBlocks.reason, by: by.name, byId: by.id, at: conflictBlocks.blockedAt })
    .from(conflictBlocks)
    .innerJoin(staff, eq(staff.id, conflictBlocks.staffId))
    .innerJoin(by, eq(by.id, conflictBlocks.blockedBy))
    .where(and(eq(conflictBlocks.caseId, caseId), isNull(conflictBlocks.liftedAt)))
    .orderBy(asc(conflictBlocks.blockedAt));
  return rows.map(({ reason, at, byId, ...row }) => ({ ...row, reason: reason as ConflictReason, at: at.toISOString(), mine: byId === actor.id }));
};
