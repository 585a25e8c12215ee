import postgres from 'postgres';
import { openDatabase } from '#db/client';
import { seal } from '#domain/proof/sealing.actions';
import { logSigner } from '#lib/checkpoint';
import { createLog } from '#lib/log';
import { freshDatabase } from '../support/database.ts';
import { testClock } from '../support/app.ts';

export const signer = logSigner(Buffer.alloc(32, 5));

/** A database with one case and the event of its receipt (number 1) and, in the superuser's hands, all that is added. */
export const openGround = async () => {
  const { url, drop } = await freshDatabase();
  const ctx = { db: openDatabase(url, createLog('silent')), clock: testClock() };
  const sql = postgres(url, { max: 4, onnotice: () => undefined });
  const caseId = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d55';
  const openCases = (first: number, count: number) => sql`
    with given as (
      select n, case when n = 0 then ${caseId}::uuid else gen_random_uuid() end as id, (2648391756 + n)::text as reference,
        timestamptz '2026-11-22 10:00Z' + make_interval(secs => n) as at
      from generate_series(${first}::int, ${first + count - 1}::int) n
    ), person as (
      insert into citizens (id, created_at) select id, at from given
    ), opened as (
      insert into cases (id, reference, code_hash, kind, status, channel, citizen_id, received_at, received_on, legal_due_date, preview)
      select id, reference, '', 'complaint', 'received', 'web', id, at, '2026-11-22', '2027-01-21', '' from given
    )
    insert into events (case_id, type, actor_kind, at, data)
    select id, 'case.received', 'citizen', at,
      jsonb_build_object('status', 'received', 'kind', 'complaint', 'channel', 'web', 'reference', reference, 'legalDueDate', '2027-01-21')
    from given order by n`;
  await openCases(0, 1);
  let opened = 1;
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
    /** Opens so many cases, and lets something happen to each in every table that is protected. */
    async live(count: number): Promise<void> {
      await openCases(opened, count);
      const lived = sql`(select id, received_at as at from cases where reference::bigint between ${2648391756 + opened} and ${2648391756 + opened + count - 1})`;
      opened += count;
      const staffId = '019ab0c2-7c5e-7d3a-9f10-2b6f1c0e4d56';
      await sql`
        insert into staff (id, login, name, role, language, password_hash, created_at) values (${staffId}, 'amal', 'Amal', 'operator', 'ar', '', now())
        on conflict do nothing`;
      await sql`
        insert into messages (id, case_id, direction, channel, kind, body, state, author_id, created_at, state_at)
        select gen_random_uuid(), id, 'out', 'sms', 'reply', 'words of ' || id, 'sent', ${staffId}, at, at from ${lived} c`;
      await sql`insert into notes (id, case_id, author_id, body, at) select gen_random_uuid(), id, ${staffId}, 'note of ' || id, at from ${lived} c`;
      await sql`insert into feedback (case_id, rating, solved, comment, at) select id, 3, true, 'comment of ' || id, at from ${lived} c`;
      await sql`insert into delivery_reports (message_id, state, at) select m.id, 'delivered', at from ${lived} c join messages m on m.case_id = c.id`;
      await sql`insert into consent_texts (id, language, text, first_used_at) select id::text, 'ar', 'consent of ' || id, at from ${lived} c`;
      await sql`insert into erasures (case_id, at, why) select id, at, 'request' from ${lived} c`;
      await sql`insert into staff_events (at, actor_id, type, subject_id) select at, ${staffId}, 'centre.signed_out', id::text from ${lived} c`;
      await sql`
        insert into events (case_id, type, actor_kind, actor_id, at, data)
        select id, 'case.moved', 'staff', ${staffId}, at + interval '1 hour', '{"from": "received", "to": "resolved", "outcome": "explained"}' from ${lived} c`;
      await sql`update cases set status = 'resolved', outcome = 'explained', resolved_at = received_at + interval '1 hour' where id in (select id from ${lived} c)`;
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
