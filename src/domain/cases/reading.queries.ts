import { and, desc, eq, inArray } from 'drizzle-orm';
import { readingReasons, type CaseReadings, type Readings, type Sighting } from '#contract/readings';
import type { StaffActor } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, events, notes, staff } from '#db/schema/tables';
import { notFound } from '#lib/errors';
import { casesInSight } from '#domain/access/access.queries';
import type { Context } from '#domain/context';
import { maskIdentifiers } from '#domain/personal/identifiers.rules';
import { sealedAt } from '#domain/personal/places.rules';
import { opened } from '#domain/personal/texts.rules';
import { selectCases } from './cases.queries.ts';
import type { EventType } from './events.actions.ts';

type Case = { id: string; citizenId: string };
type Keys = Pick<Context, 'keys'>;

/** Every event that says that somebody saw something of the citizen. */
const sightingOf = { 'case.read': 'read', 'attachment.read': 'file', 'case.revealed': 'revealed', 'case.data_given': 'given' } as const satisfies Partial<Record<EventType, Sighting>>;
type Seen = keyof typeof sightingOf;
const seen = Object.keys(sightingOf) as Seen[];

const seenIn = (caseId: string) => and(eq(events.caseId, caseId), inArray(events.type, seen));
const whatOf = (type: string): Sighting => sightingOf[type as Seen];

/** Who saw what of the case, when and why, the latest first. @throws AppError not_found where it is out of the person's sight */
export const listReadings = (ctx: Context, actor: StaffActor, caseId: string): Promise<CaseReadings> =>
  ctx.db.withActor(actor, async (tx) => {
    const [row] = await selectCases(tx, and(eq(cases.id, caseId), casesInSight(actor)));
    if (!row) throw notFound();
    const readings = await tx.db
      .select({ at: events.at, type: events.type, reader: staff.name, data: events.data })
      .from(events)
      .innerJoin(staff, eq(staff.id, events.actorId))
      .where(seenIn(caseId))
      .orderBy(desc(events.id));
    const reasonOf = await reasonsOf(ctx, tx, row.case, readings);
    return readings.map(({ at, type, reader, data }) => ({
      at: at.toISOString(),
      reader,
      what: whatOf(type),
      why: readingReasons.find((one) => one === data['why']) ?? null,
      reason: reasonOf(data),
      ...(typeof data['attachmentId'] === 'string' ? { attachmentId: data['attachmentId'] } : {}),
    }));
  });

/**
 * When somebody of ours saw the case, what of it, and in what role, the latest first, for its citizen. Not by name: staff must
 * be able to work on a complaint against a neighbour.
 */
export const readingsTold = async (ctx: Keys, tx: Tx, found: Case): Promise<Readings> => {
  const rows = await tx.db
    .select({ at: events.at, type: events.type, role: staff.role, data: events.data })
    .from(events)
    .innerJoin(staff, eq(staff.id, events.actorId))
    .where(seenIn(found.id))
    .orderBy(desc(events.id));
  const reasonOf = await reasonsOf(ctx, tx, found, rows);
  return rows.map(({ at, type, role, data }) => ({
    at: at.toISOString(),
    by: role === 'supervisor' || role === 'partner' ? role : 'operator',
    what: whatOf(type),
    reason: reasonOf(data),
  }));
};

type Data = Record<string, unknown>;

/** The notes that sightings name, of whichever case of the citizen. What is out of the asker's sight, or erased, is null. */
const reasonsOf = async (ctx: Keys, tx: Tx, { citizenId }: Case, rows: readonly { data: Data }[]): Promise<(data: Data) => string | null> => {
  const ids = rows.flatMap(({ data }) => (typeof data['noteId'] === 'string' ? [data['noteId']] : []));
  const written = ids.length === 0 ? [] : await tx.db.select({ id: notes.id, body: notes.body, bodySealed: notes.bodySealed }).from(notes).where(inArray(notes.id, ids));
  const key = written.length === 0 ? undefined : (await ctx.keys.read([citizenId])).get(citizenId);
  const texts = new Map(written.map(({ id, body, bodySealed }) => [id, opened(key, sealedAt.note(id), body, bodySealed)]));
  return (data) => {
    const text = texts.get(String(data['noteId']));
    return text ? maskIdentifiers(text) : null;
  };
};
