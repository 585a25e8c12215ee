import { createHmac } from 'node:crypto';
import { and, asc, eq, isNull, ne } from 'drizzle-orm';
import type { Tracked } from '#contract/filing';
import type { Readings } from '#contract/readings';
import { statuses, type Kind, type Status } from '#contract/words';
import type { Tx } from '#db/client';
import { cases, events, feedback, messages } from '#db/schema/tables';
import { codeMatches, parseCode } from '#lib/code';
import { AppError } from '#lib/errors';
import { receiptToken } from '#lib/receipt';
import { parseReference } from '#lib/reference';
import type { Caller } from '#domain/challenge/admission.actions';
import { readingsTold } from '#domain/cases/reading.queries';
import type { Context } from '#domain/context';
import { isErased } from '#domain/personal/erased.queries';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';
import { guess, type Shared } from '#domain/guessing/guessing.actions';

const nextStepOf: Record<Status, Tracked['nextStep']> = {
  received: 'we_read',
  in_triage: 'we_read',
  assigned: 'we_read',
  in_progress: 'we_work',
  awaiting_citizen: 'you_answer',
  referred: 'other_body',
  resolved: 'nothing',
  under_appeal: 'appeal_runs',
  closed: 'nothing',
  inadmissible: 'nothing',
  duplicate: 'nothing',
  spam: 'nothing',
  withdrawn: 'nothing',
};

/**
 * A reference bears twenty wrong codes a day. Somebody who knows many references would still guess one in a million, so the
 * wrong codes of one network, and of everybody, are counted too: 20,000 a day are a chance of one in fifty, for whoever
 * knows as many references. Behind a carrier's address are thousands who mistype theirs: they are asked for a challenge at
 * most, and not even that at a reference where nobody has guessed wrongly today.
 */
const sharedBudgets = (ctx: Context, { network, solved, once }: Caller): Shared => ({
  all: { subject: 'codes', quarterHour: 2000, day: 20_000 },
  place: { subject: `codes:${createHmac('sha256', ctx.codeKey).update(`insat/code-place/1\0${network}`).digest('hex')}`, quarterHour: 100, day: 1000 },
  solved,
  once,
});

/** In place of the hash of a code that no case has: to compare with it takes as long, and is never right. */
const noHash = Buffer.alloc(32);

/**
 * Finds the case that a citizen names and proves by its code.
 *
 * @returns the case's id
 * @throws AppError not_found_or_wrong_code, the same for an unknown reference, a wrong code and what is neither;
 *   too_many_attempts once the reference is locked, known or not; challenge_needed after many wrong codes from one network
 */
export const openByCode = async (ctx: Context, typed: { reference: string; code: string }, caller: Caller): Promise<string> => {
  const reference = parseReference(typed.reference);
  const code = parseCode(typed.code);
  // A number with a wrong check digit is no reference: refusing it tells nothing that a calculator would not.
  if (reference === null) throw new AppError('not_found_or_wrong_code');
  const tryIt = async (): Promise<string | null> => {
    const [found] = await ctx.db.withActor({ kind: 'citizen', reference }, (tx) =>
      tx.db.select({ id: cases.id, codeHash: cases.codeHash }).from(cases).where(eq(cases.reference, reference)),
    );
    return code !== null && codeMatches(ctx.codeKey, reference, code, found?.codeHash ?? noHash) && found ? found.id : null;
  };
  const caseId = await guess(ctx, [{ subject: `code:${reference}`, quarterHour: 5, day: 20 }], 'too_many_attempts', tryIt, sharedBudgets(ctx, caller));
  if (caseId === null) throw new AppError('not_found_or_wrong_code');
  return caseId;
};

/** What a citizen sees of their case: where it stands, what comes next, and every message on either side. */
export const track = async (ctx: Context, typed: { reference: string; code: string }, caller: Caller): Promise<Tracked> =>
  trackedOf(ctx, await openByCode(ctx, typed, caller));

/** The same, of a case whose code was proved. */
export const trackedOf = (ctx: Context, caseId: string): Promise<Tracked> =>
  ctx.db.withActor({ kind: 'citizen', caseId }, async (tx) => {
    const [found] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
    if (!found) throw new AppError('not_found_or_wrong_code');
    const status = found.status as Status;
    return {
      reference: found.reference,
      kind: found.kind as Kind,
      status,
      receivedAt: found.receivedAt.toISOString(),
      legalDueDate: found.legalDueDate,
      proof: receiptToken(ctx.codeKey, caseId),
      nextStep: await nextStepFor(tx, found),
      timeline: await timelineOf(tx, caseId),
      messages: await messagesOf(ctx, tx, found),
    };
  });

/** A merged case is worked on with the other until it is answered. */
const nextStepFor = async (tx: Tx, found: { id: string; status: string; resolvedAt: Date | null }): Promise<Tracked['nextStep']> => {
  const status = found.status as Status;
  if (status === 'duplicate' && found.resolvedAt === null) return 'we_work';
  const rates = status === 'resolved' || status === 'closed' || status === 'duplicate';
  return rates && !(await isRated(tx, found.id)) && !(await isErased(tx, found.id)) ? 'you_rate' : nextStepOf[status];
};

const isRated = async (tx: Tx, caseId: string): Promise<boolean> => {
  const rows = await tx.db.select({ caseId: feedback.caseId }).from(feedback).where(eq(feedback.caseId, caseId));
  return rows.length > 0;
};

/** The statuses a case went through; steps between our own hands (claim, release) that change none are left out. */
const timelineOf = async (tx: Tx, caseId: string): Promise<Tracked['timeline']> => {
  const rows = await tx.db.select({ at: events.at, data: events.data }).from(events).where(eq(events.caseId, caseId)).orderBy(asc(events.id));
  const steps: Tracked['timeline'] = [];
  for (const { at, data } of rows) {
    const status = statuses.find((one) => one === (data['to'] ?? data['status']));
    if (status !== undefined && steps.at(-1)?.status !== status) steps.push({ at: at.toISOString(), status });
  }
  return steps;
};

const messagesOf = async (ctx: Context, tx: Tx, { id: caseId, citizenId }: { id: string; citizenId: string }): Promise<Tracked['messages']> => {
  const rows = await tx.db
    .select({ id: messages.id, at: messages.createdAt, direction: messages.direction, body: messages.body, bodySealed: messages.bodySealed })
    .from(messages)
    // What was sent again because it did not arrive says nothing new.
    .where(and(eq(messages.caseId, caseId), ne(messages.kind, 'acknowledgement'), isNull(messages.repeats)))
    .orderBy(asc(messages.createdAt), asc(messages.id));
  const key = (await ctx.keys.read([citizenId])).get(citizenId);
  return rows.flatMap(({ id, at, direction, body, bodySealed }) => {
    const text = opened(key, sealedAt.message(id), body, bodySealed);
    return text === null ? [] : [{ at: at.toISOString(), from: direction === 'in' ? ('citizen' as const) : ('insat' as const), text }];
  });
};

/** Who saw what of the case, as `readingsTold` says. @throws AppError as `openByCode` */
export const readingsForCitizen = async (ctx: Context, typed: { reference: string; code: string }, caller: Caller): Promise<Readings> => {
  const caseId = await openByCode(ctx, typed, caller);
  return ctx.db.withActor({ kind: 'citizen', caseId }, async (tx) => {
    const [found] = await tx.db.select({ id: cases.id, citizenId: cases.citizenId }).from(cases).where(eq(cases.id, caseId));
    if (!found) throw new AppError('not_found_or_wrong_code');
    return readingsTold(ctx, tx, found);
  });
};
