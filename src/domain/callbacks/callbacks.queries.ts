import { and, asc, count, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { callbackStates, type Callback, type CallbackList, type CallbackListQuery } from '#contract/callbacks';
import type { Kind, Language } from '#contract/words';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, cases, citizenContacts, contactPoints, staff } from '#db/schema/tables';
import { invalid } from '#lib/errors';
import { maskPhone } from '#lib/phone';
import { unsealText } from '#lib/sealing';
import { casePlace, casesInSight } from '#domain/access/access.queries';
import { may } from '#domain/access/access.rules';
import type { Context } from '#domain/context';
import { sealedAt } from '#domain/personal/places.rules';
import { actorOf } from '#domain/staff/session.actions';

/** The call-backs of cases in a person's sight, as they are shown. */
export const showCallbacks = async (ctx: Pick<Context, 'keys'>, tx: Tx, actor: StaffActor, where: SQL | undefined, limit: number): Promise<Callback[]> => {
  const rows = await tx.db
    .select({
      callback: callbacks, reference: cases.reference, kind: cases.kind, language: cases.language, citizenId: cases.citizenId,
      index: contactPoints.index, number: citizenContacts.value, holder: staff.name,
    })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .leftJoin(contactPoints, eq(contactPoints.id, callbacks.contactPointId))
    .leftJoin(citizenContacts, and(eq(citizenContacts.citizenId, cases.citizenId), eq(citizenContacts.contactPointId, callbacks.contactPointId)))
    .leftJoin(staff, eq(staff.id, callbacks.takenBy))
    .where(and(casesInSight(actor), where))
    .orderBy(asc(callbacks.requestedAt), asc(callbacks.id))
    .limit(limit);
  const keys = await ctx.keys.read(rows.map(({ citizenId }) => citizenId));
  return rows.map(({ callback, index, number, ...row }) => {
    const phone = index === null ? null : unsealText(keys.get(row.citizenId), sealedAt.contact(row.citizenId, index), number);
    return {
      id: callback.id,
      caseId: callback.caseId,
      reference: row.reference,
      kind: row.kind as Kind,
      language: row.language as Language | null,
      state: callbackStates.find((state) => state === callback.state) ?? 'open',
      requestedAt: callback.requestedAt.toISOString(),
      attempts: callback.attempts,
      nextAt: callback.nextAt?.toISOString() ?? null,
      takenBy: callback.takenBy === null ? null : { id: callback.takenBy, name: row.holder ?? '' },
      phone: phone === null ? null : maskPhone(phone),
    };
  });
};

/** As `LocalDate`: PostgreSQL has no year 0. */
const Cursor = z.tuple([z.iso.datetime().refine((at) => at >= '1900'), z.uuid()]);

const readCursor = (cursor: string): z.infer<typeof Cursor> => {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalid('cursor', 'unknown_cursor');
  }
};

/** One page of those who wait to be called, the longest wait first. */
export const listCallbacks = (ctx: Context, actor: StaffActor, { cursor, limit }: CallbackListQuery): Promise<CallbackList> => {
  const after = cursor === undefined ? null : readCursor(cursor);
  return ctx.db.withActor(actor, async (tx) => {
    const rows = await showCallbacks(ctx, tx, actor, and(isNull(callbacks.endedAt), after ? sql`(${callbacks.requestedAt}, ${callbacks.id}) > (${after[0]}, ${after[1]})` : undefined), limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const nextCursor = rows.length > limit && last ? Buffer.from(JSON.stringify([last.requestedAt, last.id])).toString('base64url') : null;
    return { items, nextCursor, waiting: await countWaiting(tx, actor) };
  });
};

const countWaiting = async (tx: Tx, actor: StaffActor): Promise<number> => {
  const [row] = await tx.db
    .select({ waiting: count() })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .where(and(casesInSight(actor), isNull(callbacks.endedAt), isNull(callbacks.takenBy)));
  return row?.waiting ?? 0;
};

/** The call-backs about a case that somebody has taken. */
export const takenOf = async (tx: Tx, caseId: string): Promise<string[]> => {
  const rows = await tx.db.select({ id: callbacks.id }).from(callbacks).where(and(eq(callbacks.caseId, caseId), isNull(callbacks.endedAt), isNotNull(callbacks.takenBy)));
  return rows.map(({ id }) => id);
};

/** The call-backs that somebody has taken who may not see their case any more, wherever it went and whatever became of them. */
export const strayed = async (tx: Tx): Promise<string[]> => {
  const taken = await tx.db
    .select({ id: callbacks.id, place: casePlace, taker: { id: staff.id, role: staff.role, centreId: staff.centreId, active: staff.active } })
    .from(callbacks)
    .innerJoin(cases, eq(cases.id, callbacks.caseId))
    .innerJoin(staff, eq(staff.id, callbacks.takenBy))
    .where(isNull(callbacks.endedAt));
  return taken.filter(({ place, taker }) => !taker.active || !may(actorOf(taker), 'callback.take', place)).map(({ id }) => id);
};
