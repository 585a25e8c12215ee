import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { citizen, system, type Actor } from '#db/actor';
import { openDatabase, type Database } from '#db/client';
import { roleOf } from '#db/roles';
import { createLog } from '#lib/log';
import { freshDatabase } from '../support/database.ts';

/** Drizzle issue #594: a work-around set role and claims for the session, and the next borrower of the connection had them. */
let database: Awaited<ReturnType<typeof freshDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDatabase(database.url, createLog('silent'));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const actors: readonly Actor[] = [
  citizen,
  system,
  ...(['operator', 'supervisor', 'administrator', 'observer', 'partner'] as const).map((role) => ({ kind: 'staff' as const, id: randomUUID(), role, centreId: 'centre-04' })),
  { kind: 'citizen', caseId: randomUUID() },
];
const whoAmI = "select current_user as role, current_setting('insat.actor') as actor, coalesce(current_setting('insat.handed', true), '') as handed";
type Me = { role: string; actor: string; handed: string };
const mine = (actor: Actor): Me => ({ role: roleOf(actor), actor: JSON.stringify(actor), handed: '' });
const inTurn = (turn: number): Actor => actors[(turn * 7 + (turn >> 4)) % actors.length] ?? system;

/** The hot pool has two connections. */
it('ten thousand statements of alternating actors, on two connections, each run as their own actor', async () => {
  const run = async (from: number): Promise<void> => {
    for (let turn = from; turn < 10_000; turn += 8) {
      const actor = inTurn(turn);
      if (turn % 97 === 0) await expect(db.single(actor, "select 1 / $1::int", ['0'])).rejects.toThrow('division by zero');
      expect(await db.single<Me>(actor, whoAmI, [])).toEqual([mine(actor)]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, i) => run(i)));
});

it('a transaction, also after one that failed or handed a case over, begins as its own actor and leaves none behind', async () => {
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  // What runs outside a transaction runs as the login role: were another left on its connection, that one may not notify.
  await sql`revoke execute on function pg_notify(text, text) from public`;
  await sql.end();
  const run = async (from: number): Promise<void> => {
    for (let turn = from; turn < 3000; turn += 20) {
      const actor = inTurn(turn);
      const work = db.withActor(actor, async (tx) => {
        expect(await tx.raw<Me>(whoAmI, [])).toEqual([mine(actor)]);
        await tx.raw("select set_config('insat.handed', $1, true)", [randomUUID()]);
        if (turn % 5 === 0) await expect(tx.raw('select pg_notify($1, $2)', ['insat', ''])).rejects.toThrow('permission denied');
        if (turn % 3 === 0) throw new Error('on purpose');
        return 'done';
      });
      expect(await work.catch((error: Error) => error.message)).toBe(turn % 3 === 0 ? 'on purpose' : 'done');
      await db.notify('insat', '');
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, i) => run(i)));
});
