import { Readable } from 'node:stream';
import { and, eq, inArray, isNotNull, lte, ne, or } from 'drizzle-orm';
import type { Channel } from '#channels/channel';
import { citizen, system } from '#db/actor';
import type { Tx } from '#db/client';
import { cases, messages, providerFiles } from '#db/schema/tables';
import { AppError } from '#lib/errors';
import type { DataKey } from '#lib/sealing';
import type { Context } from '#domain/context';
import { isErased } from '#domain/personal/erased.queries';
import { maxBytes } from './attachments.rules.ts';
import { attach } from './linking.actions.ts';
import { noteRefused } from './refusing.actions.ts';
import { keepUpload } from './uploads.actions.ts';

/** `waiting` with the provider; `kept` here, and still to be deleted there; then done, or `refused`. */
type State = 'waiting' | 'kept' | 'done' | 'refused';
type Row = typeof providerFiles.$inferSelect;
type Key = DataKey | undefined;
type File = { row: Row & { url: string }; messageId: string; caseId: string; channel: Channel; providerId: string };

/** A provider tells of a file before it has it everywhere. After the last of these it never will. */
const pausesMs = [1000, 3000, 10_000, 60_000];
/** Whoever has it in hand for so long has died, or could not ask. */
const handMs = 120_000;
/** What a provider did not give by then it has deleted, or never will. */
const longestMs = 7 * 86_400_000;

/**
 * Does what is due of a file that came with a message: attaches it to the case, sealed and looked at as every file is, then has
 * the provider delete it. The message itself was kept, routed and answered long before. May run twice.
 *
 * @throws where the provider cannot be asked, or there is no room; it is tried again in a while
 */
export const fetchFile = async (ctx: Context, id: string): Promise<void> => {
  const file = await take(ctx, id);
  if (!file) return;
  const { channel, row } = file;
  const named = { providerId: file.providerId, url: row.url };
  if (row.state === 'waiting') {
    const fetched = await channel.fetchFile?.(named, maxBytes);
    const pause = pausesMs[row.tries];
    if (fetched?.outcome === 'not_yet' && pause !== undefined) return put(ctx, id, { tries: row.tries + 1, dueAt: new Date(ctx.clock.now().getTime() + pause) });
    if (fetched?.outcome !== 'fetched') return refuse(ctx, file, fetched?.outcome === 'refused' ? 'unreadable' : 'lost');
    if (!(await keep(ctx, file, fetched.bytes))) return;
  }
  await channel.removeFile?.(named);
  await put(ctx, id, { state: 'done', url: null });
};

/** Takes it in hand, where its time has come, its message has found its case, and nobody else has. */
const take = (ctx: Context, id: string): Promise<File | null> =>
  ctx.db.withActor(system, async (tx) => {
    const now = ctx.clock.now();
    const [found] = await tx.db
      .select({ row: providerFiles, caseId: messages.caseId, name: messages.channel, account: messages.channelAccount, providerId: messages.providerId })
      .from(providerFiles)
      .innerJoin(messages, eq(messages.id, providerFiles.messageId))
      .where(and(eq(providerFiles.id, id), due(now)))
      .for('update', { of: providerFiles, skipLocked: true });
    const channel = found && ctx.channels.find(({ name, account }) => name === found.name && account === found.account);
    if (!found || !channel || found.caseId === null || found.providerId === null || found.row.url === null) return null;
    await tx.db.update(providerFiles).set({ dueAt: new Date(now.getTime() + handMs) }).where(eq(providerFiles.id, id));
    return { row: { ...found.row, url: found.row.url }, messageId: found.row.messageId, caseId: found.caseId, channel, providerId: found.providerId };
  });

/** @returns whether the provider's copy is to be deleted; it is not while ours is none */
const keep = async (ctx: Context, file: File, bytes: Buffer): Promise<boolean> => {
  try {
    // Ours: it takes no part of the room that networks have.
    const uploadId = await keepUpload(ctx, Readable.from([bytes]), '127.0.0.1');
    await ctx.db.withActor(system, async (tx) => {
      // Kept meanwhile by another: the upload is swept.
      if (!(await isWaiting(tx, file))) return;
      const { messageId } = file;
      const { caseId, key } = await nowIn(ctx, tx, messageId);
      await attach(ctx, tx, citizen, { caseId, messageId, key }, [uploadId], ctx.clock.now());
      await tx.db.update(providerFiles).set({ state: 'kept' satisfies State }).where(eq(providerFiles.id, file.row.id));
    });
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'busy') throw error;
    // The citizen had everything erased meanwhile: the provider's copy goes too.
    if (error.code === 'erased') return true;
    await refuse(ctx, file, 'unreadable');
    return false;
  }
};

const isWaiting = async (tx: Tx, { row }: { row: Pick<Row, 'id'> }): Promise<boolean> => {
  const [current] = await tx.db.select({ state: providerFiles.state }).from(providerFiles).where(eq(providerFiles.id, row.id)).for('update');
  return current?.state === 'waiting';
};

/** The case that the message is of now, and stays of while this transaction lasts: it may have been parted from the first while its file was fetched. */
const nowIn = async (ctx: Context, tx: Tx, messageId: string): Promise<{ caseId: string; key: Key }> => {
  const caseId = await caseOf(tx, messageId);
  // Whoever parts texts from a case holds it.
  const key = await keyOf(ctx, tx, caseId);
  return (await caseOf(tx, messageId)) === caseId ? { caseId, key } : nowIn(ctx, tx, messageId);
};

const caseOf = async (tx: Tx, messageId: string): Promise<string> => {
  const [found] = await tx.db.select({ caseId: messages.caseId }).from(messages).where(eq(messages.id, messageId));
  if (!found || found.caseId === null) throw new Error('the message of a file is of no case');
  return found.caseId;
};

const keyOf = async (ctx: Context, tx: Tx, caseId: string): Promise<Key> => {
  const [found] = await tx.db.select({ citizenId: cases.citizenId }).from(cases).where(eq(cases.id, caseId)).for('key share');
  if (!found || (await isErased(tx, caseId))) return undefined;
  return (await ctx.keys.read([found.citizenId])).get(found.citizenId);
};

/** A file that is not kept (of a type that is not taken, too large, gone): whoever works on the case sees that there was one. */
const refuse = (ctx: Context, file: Pick<File, 'messageId'> & { row: Pick<Row, 'id'>; caseId: string | null }, reason: 'unreadable' | 'lost'): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    if (!(await isWaiting(tx, file))) return;
    await tx.db.update(providerFiles).set({ state: 'refused' satisfies State, url: null }).where(eq(providerFiles.id, file.row.id));
    const { messageId } = file;
    if (file.caseId === null) return;
    const { caseId, key } = await nowIn(ctx, tx, messageId);
    if (key === undefined) return;
    await noteRefused(tx, { caseId, messageId }, ctx.clock.now(), reason);
  });

const put = (ctx: Context, id: string, set: Partial<Row>): Promise<void> =>
  ctx.db.withActor(system, async (tx) => {
    await tx.db.update(providerFiles).set(set).where(eq(providerFiles.id, id));
  });

const due = (now: Date) => and(inArray(providerFiles.state, ['waiting', 'kept']), lte(providerFiles.dueAt, now));

const giveUp = async (ctx: Context, now: Date): Promise<void> => {
  // From when we had it, however long the provider did before: it was asked for since.
  const tooOld = and(ne(messages.state, 'received'), lte(messages.stateAt, new Date(now.getTime() - longestMs)));
  const over = await ctx.db.withActor(system, (tx) =>
    tx.db
      .select({ id: providerFiles.id, state: providerFiles.state, messageId: messages.id, caseId: messages.caseId })
      .from(providerFiles)
      .innerJoin(messages, eq(messages.id, providerFiles.messageId))
      .where(and(due(now), or(tooOld, eq(messages.state, 'handled'))))
      .limit(200),
  );
  for (const { id, state, messageId, caseId } of over) {
    // Of one that is kept here, the provider's copy cannot be deleted.
    if (state === ('kept' satisfies State)) {
      await put(ctx, id, { state: 'done', url: null });
      ctx.log.error({ row: id }, 'a file could not be deleted at the provider; delete it there');
    } else {
      await refuse(ctx, { row: { id }, messageId, caseId }, 'lost');
      ctx.log.error({ row: id }, 'the provider did not give a file');
    }
  }
};

/**
 * Adds the jobs of files whose time has come: that is how they are begun, and tried again. Those of a message without a case wait
 * for it. None waits for ever: not of a message that was for the line itself, nor of a provider that is away, or ours no more.
 */
export const sweepProviderFiles = async (ctx: Context, now: Date): Promise<void> => {
  await giveUp(ctx, now);
  const rows = await ctx.db.withActor(system, (tx) =>
    tx.db
      .select({ id: providerFiles.id })
      .from(providerFiles)
      .innerJoin(messages, eq(messages.id, providerFiles.messageId))
      .where(and(due(now), isNotNull(messages.caseId), inArray(messages.channelAccount, ctx.channels.map(({ account }) => account))))
      .orderBy(providerFiles.dueAt)
      .limit(200),
  );
  ctx.jobs.add('fetch-file', rows.map(({ id }) => id));
};
