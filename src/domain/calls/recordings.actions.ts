import { Readable } from 'node:stream';
import { and, eq, inArray, lte } from 'drizzle-orm';
import { system } from '#db/actor';
import type { Tx } from '#db/client';
import { callbacks, calls, cases, messages, recordings } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { Voice } from '#channels/voice';
import { attach } from '#domain/attachments/linking.actions';
import { noteRefused } from '#domain/attachments/refusing.actions';
import { keepUpload } from '#domain/attachments/uploads.actions';
import type { Context } from '#domain/context';
import { strayed } from '#domain/callbacks/callbacks.queries';
import { isErased } from '#domain/personal/erased.queries';
import { concludeCalls } from './ending.actions.ts';

/** How long after each time in vain a recording is asked for again: providers need a moment, then something is wrong. */
const pausesMs = [1000, 3000, 10_000, 60_000, 600_000, 3600_000, 6 * 3600_000];
/** Whoever fetches it for so long has died. */
const fetchingMs = 120_000;
/** What the provider could not be asked for by then is not asked for any more. */
const longestMs = 7 * 86_400_000;

type Row = typeof recordings.$inferSelect;
type Spoken = Pick<Row, 'caseId' | 'messageId'>;

/**
 * Does what is due of a recording: attaches it to its case, sealed as every attachment is, then has the provider delete it. A
 * case is never kept waiting for its audio, nor lost with it.
 *
 * @throws where the provider cannot be asked, or storing fails; it is tried again in a while
 */
export const fetchRecording = async (ctx: Context, id: string): Promise<void> => {
  if (ctx.telephone === null) return;
  const { voice } = ctx.telephone;
  const row = await take(ctx, id);
  if (!row) return;
  if (row.state === 'wanted' && !(await store(ctx, voice, row))) return;
  await voice.deleteRecording(row.providerId);
  await ctx.db.withActor(system, (tx) => tx.db.update(recordings).set({ state: 'deleted', nextAt: null }).where(eq(recordings.id, id)));
};

/** Takes it in hand for a while; one that nobody decided about is kept. */
const take = (ctx: Context, id: string): Promise<Row | undefined> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const [row] = await tx.db.select().from(recordings).where(and(eq(recordings.id, id), lte(recordings.nextAt, now))).for('update', { skipLocked: true });
    if (!row) return undefined;
    const state = row.state === 'held' ? 'wanted' : row.state;
    await tx.db.update(recordings).set({ state, nextAt: new Date(now.getTime() + fetchingMs) }).where(eq(recordings.id, id));
    return { ...row, state };
  });

/** @returns whether the provider's copy is to be deleted */
const store = async (ctx: Context, voice: Voice, row: Row): Promise<boolean> => {
  const audio = await voice.fetchRecording(row.providerId);
  if (audio === 'not_yet') {
    return later(ctx, row);
  }
  if (audio === 'refused') return refuse(ctx, row, 'unreadable');
  try {
    // Ours: it takes no part of the room that networks have.
    const uploadId = await keepUpload(ctx, Readable.from([audio]), '127.0.0.1');
    await ctx.db.withActor(system, async (tx) => {
      const [current] = await tx.db.select().from(recordings).where(eq(recordings.id, row.id)).for('update');
      // Done meanwhile by another, or said anew: the upload is swept.
      if (current?.state !== 'wanted') return;
      await attach(ctx, tx, system, await messageOf(ctx, tx, row), [uploadId], ctx.clock.now());
      await tx.db.update(recordings).set({ state: 'stored' }).where(eq(recordings.id, row.id));
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'busy') throw error;
    // The citizen had everything erased meanwhile: the provider's copy goes too.
    return error.code === 'erased' || refuse(ctx, row, 'unreadable');
  }
  return true;
};

/** The provider's copy stays, as ours is none. @returns false, as `store` */
const refuse = (ctx: Context, row: Spoken & Pick<Row, 'id'>, reason: 'unreadable' | 'lost'): Promise<boolean> =>
  ctx.db.withActor(system, async (tx) => {
    const gone = await tx.db.update(recordings).set({ state: 'lost', nextAt: null }).where(and(eq(recordings.id, row.id), inArray(recordings.state, ['held', 'wanted']))).returning({ id: recordings.id });
    if (gone.length > 0 && !(await isErased(tx, row.caseId))) await noteRefused(tx, await messageOf(ctx, tx, row), ctx.clock.now(), reason);
    return false;
  });

/** The message that was spoken. */
const messageOf = async (ctx: Context, tx: Tx, { caseId, messageId }: Spoken) => {
  const [found] = await tx.db
    .select({ citizenId: cases.citizenId, messageId: messages.id })
    .from(cases)
    .innerJoin(messages, and(eq(messages.caseId, cases.id), messageId === null ? eq(messages.kind, 'narrative') : eq(messages.id, messageId)))
    .where(eq(cases.id, caseId));
  if (!found) throw new Error('a recording is of no case');
  return { caseId, messageId: found.messageId, key: (await ctx.keys.read([found.citizenId])).get(found.citizenId) };
};

/** @returns false, as `store` */
const later = async (ctx: Context, row: Row): Promise<boolean> => {
  const pause = pausesMs[row.tries];
  if (pause === undefined) {
    ctx.log.error({ row: row.id }, 'the provider does not have a recording; the case stands without its audio');
    return refuse(ctx, row, 'lost');
  }
  await ctx.db.withActor(system, (tx) =>
    tx.db.update(recordings).set({ tries: row.tries + 1, nextAt: new Date(ctx.clock.now().getTime() + pause) }).where(eq(recordings.id, row.id)),
  );
  return false;
};

/** Also where the line has no telephone any more: whoever works on the case sees that there was a voice. */
const giveUp = async (ctx: Context, now: Date): Promise<void> => {
  const due = await ctx.db.withActor(system, (tx) =>
    tx.db
      .select({ id: recordings.id, caseId: recordings.caseId, messageId: recordings.messageId })
      .from(recordings)
      .innerJoin(calls, eq(calls.id, recordings.callId))
      .where(and(inArray(recordings.state, ['held', 'wanted']), lte(recordings.nextAt, now), lte(calls.startedAt, new Date(now.getTime() - longestMs))))
      .limit(most),
  );
  for (const row of due) {
    await refuse(ctx, row, 'lost');
    ctx.log.error({ row: row.id }, 'a recording was never had of the provider; the case stands without its audio');
  }
};

const most = 200;

/**
 * Decides calls of which nothing more is told, and adds the jobs of recordings and call-backs whose time has come: that is how they
 * are tried again. Also of the call-backs whose taker may not see the case any more: they are free then.
 */
export const sweepCalls = async (ctx: Context): Promise<void> => {
  const now = ctx.clock.now();
  await giveUp(ctx, now);
  await concludeCalls(ctx);
  ctx.jobs.add('ring-callback', await ctx.db.withActor(system, strayed));
  if (ctx.telephone === null) return;
  const [due, ringing] = await ctx.db.withActor(system, async (tx) => [
    await tx.db.select({ id: recordings.id }).from(recordings).where(lte(recordings.nextAt, now)).orderBy(recordings.nextAt).limit(most),
    await tx.db.select({ id: callbacks.id }).from(callbacks).where(lte(callbacks.nextAt, now)).orderBy(callbacks.nextAt).limit(most),
  ]);
  ctx.jobs.add('fetch-recording', (due ?? []).map(({ id }) => id));
  ctx.jobs.add('ring-callback', (ringing ?? []).map(({ id }) => id));
};
