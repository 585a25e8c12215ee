import { randomInt } from 'node:crypto';
import { system } from '#db/actor';
import { createLog } from '#lib/log';
import { openDatabase, type Database, type Tx } from '#db/client';
import { cases, staff } from '#db/schema/tables';
import type { Context } from '#domain/context';
import { hasCast, leading, putCast, readCast } from './demo/cast.ts';
import { play } from './demo/story.ts';
import { told } from './demo/told.ts';

export type DemoLogin = { login: string; password: string };

/** Whether nobody works here and nobody has filed. The database must be migrated. */
export const isEmpty = (databaseUrl: string): Promise<boolean> => ask(databaseUrl, isUnused);

/** Whether the demo was put here by an earlier start. The database must be migrated. */
export const holdsDemo = (databaseUrl: string): Promise<boolean> => ask(databaseUrl, hasCast);

const ask = async (databaseUrl: string, question: (db: Database) => Promise<boolean>): Promise<boolean> => {
  const db = openDatabase(databaseUrl, createLog('warn'));
  try {
    return await question(db);
  } finally {
    await db.close();
  }
};

const isUnused = async (db: Database): Promise<boolean> => (await hasNo(db, staff)) && (await hasNo(db, cases));

const hasNo = (db: Database, table: typeof staff | typeof cases): Promise<boolean> =>
  db.withActor(system, async (tx) => (await tx.db.select({ id: table.id }).from(table).limit(1)).length === 0);

/**
 * Puts the demo's accounts in an empty database, or gives them this password again, and plays the week once: some 120
 * invented cases of the eight days before now, by the real actions at the times they would have had. Nothing leaves.
 *
 * @param password for all of them; a random one where none is given
 * @throws Error with a sentence for the person at the terminal, where the database is in use by others
 */
export const seedDemo = async (ctx: Context, password: string | undefined): Promise<DemoLogin[]> => {
  if (!(await hasCast(ctx.db)) && !(await isUnused(ctx.db)))
    throw new Error('This database is in use, and the demo would mix with it. Start without DEMO, or give the demo a database of its own.');
  const shared = password ?? readablePassword();
  await putCast(ctx, shared);
  if (await hasNo(ctx.db, cases)) await playWeek(ctx);
  return leading.map(({ login }) => ({ login, password: shared }));
};

/** In one transaction: the week is there whole or not at all, however the start ends. */
const playWeek = async (ctx: Context): Promise<void> => {
  const cast = await readCast(ctx.db);
  const now = ctx.clock.now();
  await ctx.db.withActor(system, async (tx) => {
    const joined = { ...ctx, db: joining(ctx.db, tx) };
    for (const [turn, story] of told.entries()) await play(joined, story, turn, cast, now);
  });
};

/** A database whose every transaction is part of `tx`, in the name of whoever began that. */
const joining = (db: Database, tx: Tx): Database => ({
  ...db,
  async withActor(_actor, work) {
    const afterwards: (() => void)[] = [];
    const result = await work({ ...tx, afterCommit: (later) => void afterwards.push(later) });
    for (const later of afterwards) later();
    return result;
  },
});

/** Four groups of letters and digits that are not taken for each other: 16 of 31, or 79 bits. */
const readablePassword = (): string => {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
};
