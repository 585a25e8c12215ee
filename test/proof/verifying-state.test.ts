import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyLog } from '#domain/proof/verifying.queries';
import { openCentre, type Held } from '../support/centre.ts';
import { pdf, uploaded } from '../support/files.ts';

let centre: Awaited<ReturnType<typeof openCentre>>;
let sql: postgres.Sql;
let [held, lifted, referred, erased]: Held[] = [];
beforeAll(async () => {
  centre = await openCentre();
  sql = postgres(centre.app.databaseUrl, { max: 1, onnotice: () => undefined });
  const done = async (one: Held, verb: string, body: Record<string, unknown>): Promise<void> => {
    expect((await centre.act(centre.chief, one, verb, { version: one.version, ...body })).status).toBeLessThan(300);
    one.version += 1;
  };
  const make = async (): Promise<Held> => centre.held(centre.chief, { attachments: [await uploaded(centre.app, pdf(crypto.randomUUID()))] });
  [held, lifted, referred, erased] = [await make(), await make(), await make(), await make()];
  await done(held, 'hold', { reason: 'طلب من المحكمة' });
  await done(lifted, 'hold', { reason: 'طلب من المحكمة' });
  await done(lifted, 'lift-hold', { reason: 'انتهت المسطرة' });
  await done(referred, 'refer', { to: 'anss', fields: ['narrative'], reason: 'المرجو النظر في الملف.' });
  await done(erased, 'move', { to: 'resolved', outcome: 'granted', text: 'تم.' });
  await done(erased, 'erase', { reason: 'citizen_asked' });
});
afterAll(async () => {
  await sql.end();
  await centre.app.close();
});

const faults = async () => (await verifyLog(centre.app.deps.ctx.db, centre.app.deps.logSigner.verifier, null)).faults;
/** As the superuser, past every trigger; undone again. */
const tampering = async (statement: string) => {
  await sql.unsafe('create temp table if not exists h as table legal_holds; create temp table if not exists r as table referrals; create temp table if not exists a as table attachments');
  await sql.unsafe(`begin; set local session_replication_role = replica; ${statement}; commit`);
  const found = await faults();
  await sql.unsafe('begin; set local session_replication_role = replica; delete from legal_holds; insert into legal_holds table h; delete from referrals; insert into referrals table r; delete from attachments; insert into attachments table a; commit');
  return found;
};

it('holds, referrals and files that are as the events say are told as they are, also those that were lifted or erased', async () => {
  expect(await faults()).toEqual([]);
});

it.each([
  ['a hold that is taken away', () => 'delete from legal_holds', 'legal_holds', 'missing'],
  ['a hold that is put on another case', () => `update legal_holds set case_id = '${referred?.id}'`, 'legal_holds', 'inserted'],
  ['a hold that was lifted, and stands again', () => `insert into legal_holds select '${lifted?.id}', since, held_by from legal_holds`, 'legal_holds', 'inserted'],
  ['a hold with another date', () => "update legal_holds set since = since - interval '1 year'", 'legal_holds', 'altered'],
  ['a hold in the name of somebody else', () => "update legal_holds set held_by = (select id from staff where login = 'amal')", 'legal_holds', 'altered'],
  ['a referral that opens more than was said', () => "update referrals set fields = '{narrative,name,contact}'", 'referrals', 'altered'],
  ['a referral to another body', () => "update referrals set organisation_id = 'cnss'", 'referrals', 'altered'],
  ['a referral that nobody made', () => `insert into referrals select gen_random_uuid(), '${held?.id}', organisation_id, fields, gen_random_uuid(), referred_by, referred_at, null from referrals`, 'referrals', 'inserted'],
  ['a referral that is gone', () => 'delete from referrals', 'referrals', 'missing'],
  ['a file that is gone', () => `delete from attachments where case_id = '${held?.id}'`, 'attachments', 'missing'],
  ['a file that is put on another case', () => `update attachments set case_id = '${lifted?.id}' where case_id = '${held?.id}'`, 'attachments', 'inserted'],
  ['a file of another message', () => `update attachments set message_id = gen_random_uuid() where case_id = '${held?.id}'`, 'attachments', 'altered'],
  ['a file that nobody gave', () => `insert into attachments select (jsonb_populate_record(t, '{"id": "${crypto.randomUUID()}", "upload_hash": "\\\\x00"}')).* from attachments t where case_id = '${held?.id}'`, 'attachments', 'inserted'],
])('whoever is superuser, %s is named', async (_what, statement, table, what) => {
  expect(await tampering(statement())).toEqual([{ table, what, row: expect.any(String) }]);
});
