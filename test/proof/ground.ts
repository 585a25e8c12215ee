import postgres from 'postgres';
import { openDatabase } from '#db/client';
import { seal } from '#domain/proof/sealing.actions';
import { logSigner } from '#lib/checkpoint';
import { createLog } from '#lib/log';
import { freshDatabase } from '../support/database.ts';
import { testClock } from '../support/app.ts';

export const signer = logSigner(Buffer.alloc(32, 5));

/** A database with one case and, in the superuser's hands, its events. */
export const openGround = async () => {
  const { url, drop } = await freshDatabase();
  const ctx = { db: openDatabase(url, createLog('silent')), clock: testClock() };
  const sql = postgres(url, { max: 4, onnotice: () => undefined });
  const caseId = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d55';
  await sql`
    with one as (insert into citizens (id, created_at) values (${caseId}, now()))
    insert into cases (id, reference, code_hash, kind, status, channel, citizen_id, received_at, received_on, legal_due_date, preview)
    values (${caseId}, '2648391756', '', 'complaint', 'received', 'web', ${caseId}, now(), '2026-11-22', '2027-01-21', '')`;
  return {
    ctx,
    sql,
    caseId,
    seal: () => seal(ctx, signer),
    async happen(count: number, on: postgres.Sql = sql): Promise<void> {
      await on`
        insert into events (case_id, type, actor_kind, at, data)
        select ${caseId}, 'note.added', 'system', timestamptz '2026-11-22 10:00Z' + make_interval(secs => n), jsonb_build_object('n', n, 'b', '"é', 'a', null)
        from generate_series(1, ${count}::int) n`;
    },
    /** As the superuser, past every trigger. */
    async tamper(statement: string): Promise<void> {
      await sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(statement);
      });
    },
    async close(): Promise<void> {
      await sql.end();
      await ctx.db.close();
      await drop();
    },
  };
};
