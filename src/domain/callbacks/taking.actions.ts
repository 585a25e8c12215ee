import { and, eq, isNull } from 'drizzle-orm';
import type { Callback } from '#contract/callbacks';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, cases } from '#db/schema/tables';
import { AppError, notFound } from '#lib/errors';
import { casesInSight } from '#domain/access/access.queries';
import { record } from '#domain/cases/events.actions';
import type { Context } from '#domain/context';
import { showCallbacks } from './callbacks.queries.ts';
import { nextOpening } from './hours.rules.ts';
import { noteTalk } from './talking.actions.ts';

type Row = typeof callbacks.$inferSelect;

const change = (ctx: Context, actor: StaffActor, id: string, work: (tx: Tx, row: Row, now: Date) => Promise<void>): Promise<Callback> =>
  ctx.db.withActor(actor, async (tx) => {
    const [found] = await tx.db
      .select({ callback: callbacks })
      .from(callbacks)
      .innerJoin(cases, eq(cases.id, callbacks.caseId))
      .where(and(eq(callbacks.id, id), isNull(callbacks.endedAt), casesInSight(actor)))
      .for('no key update', { of: [cases, callbacks] });
    if (!found) throw notFound();
    await work(tx, found.callback, ctx.clock.now());
    const [shown] = await showCallbacks(ctx, tx, actor, eq(callbacks.id, id), 1);
    if (!shown) throw notFound();
    return shown;
  });

/** Only whoever took it, or a supervisor. */
const assertTheirs = ({ takenBy }: Row, actor: StaffActor): void => {
  if (takenBy !== null && takenBy !== actor.id && actor.role !== 'supervisor') throw new AppError('taken');
};

/**
 * Takes a call-back: the person is rung now, or as soon as the centre opens, and then the citizen. Whoever has it may have it
 * rung again so.
 *
 * @throws AppError not_found for what is over or out of sight; taken
 */
export const takeCallback = (ctx: Context, actor: StaffActor, id: string): Promise<Callback> =>
  change(ctx, actor, id, async (tx, row, now) => {
    assertTheirs(row, actor);
    // Without a telephone of ours they ring by hand, and say when it is done.
    const nextAt = ctx.telephone === null ? null : nextOpening(now);
    await tx.db.update(callbacks).set({ state: 'taken', takenBy: actor.id, nextAt }).where(eq(callbacks.id, id));
    if (row.takenBy !== actor.id) await record(tx, actor, now, { caseId: row.caseId, type: 'callback.taken', data: { callbackId: id } });
    if (nextAt !== null && nextAt <= now) tx.afterCommit(() => ctx.jobs.add('ring-callback', [id]));
  });

/** The citizen was talked to. @throws AppError as `takeCallback` */
export const endCallback = (ctx: Context, actor: StaffActor, id: string): Promise<Callback> =>
  change(ctx, actor, id, async (tx, row, now) => {
    assertTheirs(row, actor);
    await tx.db.update(callbacks).set({ state: 'done', takenBy: row.takenBy ?? actor.id, nextAt: null, endedAt: now }).where(eq(callbacks.id, id));
    await noteTalk(ctx, tx, row, now);
    await record(tx, actor, now, { caseId: row.caseId, type: 'callback.done', data: { callbackId: id } });
  });
