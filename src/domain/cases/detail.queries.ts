import { and, asc, eq, notInArray } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CaseDetail } from '#contract/staff';
import type { Channel, Outcome, Status } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { assignments, cases, deadlines, events, feedback, messages, notes, staff } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { maskName } from '#lib/text';
import { attachmentsOf } from '#domain/attachments/attachments.queries';
import { casesInSight } from '#domain/access/access.queries';
import { legalMoves } from './cases.rules.ts';
import { selectCases, summarise } from './cases.queries.ts';

/** The whole case as an operator reads it. @throws AppError not_found where it is out of the person's sight */
export const detailOf = async (tx: Tx, actor: StaffActor, caseId: string): Promise<CaseDetail> => {
  const [row] = await selectCases(tx, and(eq(cases.id, caseId), casesInSight(actor)));
  if (!row) throw notFound();
  const { case: found } = row;
  return {
    ...summarise(row),
    submitter: found.submitterRelationship === null ? null : { name: found.submitterName === null ? null : maskName(found.submitterName), relationship: found.submitterRelationship },
    commune: found.commune,
    outcome: found.outcome as Outcome | null,
    messages: await messagesOf(tx, caseId),
    attachments: await attachmentsOf(tx, caseId),
    notes: await notesOf(tx, caseId),
    events: await eventsOf(tx, caseId),
    deadlines: await deadlinesOf(tx, caseId),
    assignments: await assignmentsOf(tx, caseId),
    feedback: await feedbackOf(tx, caseId),
    moves: legalMoves(found.status as Status, actor.role),
  };
};

const messagesOf = async (tx: Tx, caseId: string): Promise<CaseDetail['messages']> => {
  const rows = await tx.db
    .select({ message: messages, author: staff.name })
    .from(messages)
    .leftJoin(staff, eq(staff.id, messages.authorId))
    .where(eq(messages.caseId, caseId))
    .orderBy(asc(messages.createdAt), asc(messages.id));
  return rows.map(({ message, author }) => ({
    id: message.id,
    at: message.createdAt.toISOString(),
    direction: message.direction as 'in' | 'out',
    channel: message.channel as Channel,
    kind: message.kind as CaseDetail['messages'][number]['kind'],
    text: message.body,
    state: message.state as CaseDetail['messages'][number]['state'],
    errorCode: message.errorCode,
    author,
  }));
};

const notesOf = async (tx: Tx, caseId: string): Promise<CaseDetail['notes']> => {
  const rows = await tx.db
    .select({ at: notes.at, author: staff.name, text: notes.body })
    .from(notes)
    .leftJoin(staff, eq(staff.id, notes.authorId))
    .where(eq(notes.caseId, caseId))
    .orderBy(asc(notes.at));
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
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

const feedbackOf = async (tx: Tx, caseId: string): Promise<CaseDetail['feedback']> => {
  const [row] = await tx.db.select().from(feedback).where(eq(feedback.caseId, caseId));
  return row ? { rating: row.rating, solved: row.solved, comment: row.comment } : null;
};
