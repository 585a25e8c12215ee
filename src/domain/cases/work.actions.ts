import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Assign, CaseSummary, Move, Reply } from '#contract/staff';
import type { Status } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { queues } from '#db/schema/tables';
import { AppError, invalid, notFound } from '#lib/errors';
import { placeOf, whoMay } from '#domain/access/places.queries';
import { queueMessage } from '#domain/messages/outbound.actions';
import { bindToLaw, setLegalMet } from '#domain/deadlines/deadlines.actions';
import { localDate } from '#domain/deadlines/deadlines.rules';
import { findCategory } from '#domain/triage/category.rules';
import type { Context } from '#domain/context';
import { isFinal, isRouted } from './cases.rules.ts';
import { record } from './events.actions.ts';
import { lockActor, lockHolder } from './holder.actions.ts';
import {
  assertHeld, assertHeldOrFree, assertMove, change, endHolding, lockCase, noteReason, startHolding, type Case, type CasePatch,
} from './holding.actions.ts';
import { afterMove } from './reopening.actions.ts';
import { reopeningFacts } from './reopening.queries.ts';

/** Sends the citizen a reply, on the channel they used; a question that can reach them makes the case wait. */
export const replyToCitizen = (ctx: Context, actor: StaffActor, caseId: string, input: z.infer<typeof Reply>): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    assertHeld(found, actor);
    if (isFinal(found.status as Status)) throw new AppError('illegal_move', { legal: [] });
    const now = ctx.clock.now();
    const asks = input.question === true;
    const { reaches } = await queueMessage(ctx, tx, actor, found, { kind: asks ? 'question' : 'reply', text: input.text });
    const waits = asks && reaches && found.status === 'in_progress';
    if (waits) assertMove(found, 'awaiting_citizen', actor, { question: true });
    if (waits) await record(tx, actor, now, { caseId, type: 'case.moved', data: { from: found.status, to: 'awaiting_citizen', reason: 'question' } });
    return change(ctx, tx, found, {
      firstReplyAt: found.firstReplyAt ?? (reaches ? now : null),
      ...(waits ? { status: 'awaiting_citizen' } : {}),
    });
  });

/** An internal note; the citizen never sees it. */
export const addNote = (ctx: Context, actor: StaffActor, caseId: string, input: { version: number; text: string }): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    const found = await lockCase(tx, actor, caseId, input.version);
    const now = ctx.clock.now();
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.text);
    await record(tx, actor, now, { caseId, type: 'note.added', data: { noteId } });
    return change(ctx, tx, found, {});
  });

/**
 * Moves a case along the table of legal moves. To resolve needs an outcome and the text that the citizen is told; one that
 * comes back goes on to its queue.
 *
 * @throws AppError illegal_move, condition_unmet (both name the legal moves), taken, stale, not_found; invalid where a text
 *   or an outcome is given to a move that answers nothing
 */
export const moveCase = (ctx: Context, actor: StaffActor, caseId: string, input: z.infer<typeof Move>): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    // Whoever moves it into work holds it.
    if (input.to === 'in_progress') await lockActor(tx, actor);
    const found = await lockCase(tx, actor, caseId, input.version);
    const now = ctx.clock.now();
    assertMove(found, input.to, actor, {
      ...(await reopeningFacts(tx, found, now)),
      reason: input.reason !== undefined,
      outcome: input.outcome !== undefined,
      told: input.text !== undefined,
      inquiry: found.kind === 'inquiry',
      routed: isRouted(found),
      released: true,
      // Whoever acts for the citizen says so in the reason; it is kept as a note.
      citizen_asked: input.reason !== undefined,
    });
    assertHeldOrFree(found, actor);
    assertFits(input);
    const noteId = input.reason === undefined ? undefined : await noteReason(ctx, tx, actor, caseId, now, input.reason);
    const told = input.text === undefined ? null : await queueMessage(ctx, tx, actor, found, { kind: 'resolution', text: input.text });
    await record(tx, actor, now, {
      caseId,
      type: 'case.moved',
      data: { from: found.status, to: input.to, ...(input.outcome ? { outcome: input.outcome } : {}), ...(noteId ? { noteId } : {}) },
    });
    return change(ctx, tx, found, {
      ...(await consequences(tx, found, actor, input, now)),
      status: await afterMove(tx, found, input.to, now),
      ...(told?.reaches && found.firstReplyAt === null ? { firstReplyAt: now } : {}),
    });
  });

const answers = (to: Status): boolean => to === 'resolved' || to === 'inadmissible';

/** Words to the citizen and an outcome belong to an answer: elsewhere they would tell of one that was not given. */
const assertFits = (input: z.infer<typeof Move>): void => {
  const stray = (['text', 'outcome'] as const).filter((path) => input[path] !== undefined);
  if (!answers(input.to) && stray.length > 0) throw new AppError('invalid', { errors: stray.map((path) => ({ path, code: 'unexpected' })) });
};

const holdingStates: readonly Status[] = ['in_progress', 'awaiting_citizen', 'referred'];

const consequences = async (tx: Tx, found: Case, actor: StaffActor, input: z.infer<typeof Move>, now: Date): Promise<CasePatch> => {
  const patch: CasePatch = {};
  if (!holdingStates.includes(input.to) && found.assignedTo !== null) {
    await endHolding(tx, found.id, now);
    patch.assignedTo = null;
  }
  if (input.to === 'in_progress' && found.assignedTo === null) {
    await startHolding(tx, found.id, actor.id, now);
    patch.assignedTo = actor.id;
  }
  // Back to work means not resolved: the time to resolution runs on from receipt.
  if ((input.to === 'in_triage' || input.to === 'in_progress') && found.resolvedAt !== null) {
    patch.resolvedAt = patch.resolvedOn = patch.outcome = null;
    await setLegalMet(tx, found.id, null);
  }
  if (answers(input.to)) {
    patch.resolvedAt = now;
    patch.resolvedOn = localDate(now);
    patch.outcome = input.outcome ?? null;
    await setLegalMet(tx, found.id, now);
  }
  return patch;
};

/** Sends a case to another queue (and so perhaps another centre), or hands it to a colleague; supervisors do the latter. */
export const assignCase = (ctx: Context, actor: StaffActor, caseId: string, input: z.infer<typeof Assign>): Promise<CaseSummary> =>
  ctx.db.withActor(actor, async (tx) => {
    if ((input.operator === undefined) === (input.queue === undefined)) throw invalid('queue', 'one_of_queue_operator');
    if (input.operator !== undefined) await lockHolder(tx, input.operator);
    const found = await lockCase(tx, actor, caseId, input.version);
    assertHeldOrFree(found, actor);
    const now = ctx.clock.now();
    const patch = { ...(await destination(tx, actor, found, input)), ...(await categoryPatch(tx, found, input.category)) };
    if (found.assignedTo !== null) await endHolding(tx, caseId, now);
    if (patch.assignedTo) await startHolding(tx, caseId, patch.assignedTo, now);
    const noteId = await noteReason(ctx, tx, actor, caseId, now, input.reason);
    await record(tx, actor, now, {
      caseId,
      type: 'case.assigned',
      data: { from: found.status, to: patch.status, queue: patch.queueId ?? found.queueId, operator: patch.assignedTo ?? null, noteId, ...(patch.legalDueDate ? { legalDueDate: patch.legalDueDate } : {}) },
    });
    return change(ctx, tx, found, patch);
  });

const destination = async (tx: Tx, actor: StaffActor, found: Case, input: z.infer<typeof Assign>): Promise<CasePatch> => {
  if (input.queue !== undefined) {
    const [queue] = await tx.db.select().from(queues).where(eq(queues.id, input.queue));
    if (!queue) throw invalid('queue', 'unknown_queue');
    if (found.status !== 'assigned') assertMove(found, 'assigned', actor, { released: true, routed: true });
    return { status: 'assigned', assignedTo: null, queueId: queue.id, centreId: queue.centreId };
  }
  if (actor.role !== 'supervisor') throw new AppError('forbidden');
  // A case is never put into hands that may not touch it, or out of its holder's own sight.
  const [colleague] = await whoMay(tx, [input.operator ?? ''], 'case.claim', await placeOf(tx, found.id));
  if (colleague === undefined) throw notFound();
  if (found.status !== 'in_progress') assertMove(found, 'in_progress', actor, {});
  return { status: 'in_progress', assignedTo: colleague };
};

const categoryPatch = async (tx: Tx, found: Case, code: string | undefined): Promise<CasePatch> => {
  if (code === undefined) return {};
  const category = findCategory(code);
  if (!category) throw invalid('category', 'unknown_category');
  return { ...category, legalDueDate: await bindToLaw(tx, found, category.subcategory) };
};
