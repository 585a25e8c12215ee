import pg from 'pg';
import postgres from 'postgres';
import type { Actor, StaffActor } from '#db/actor';
import { roleOf } from '#db/roles';
import { freshDatabase } from '../support/database.ts';

/** Somebody whom the database is asked as, with the role and the setting that `withActor` would give, and the cases to be seen. */
export type Asker = { name: string; role: string; setting: string | null; sees: readonly Kind[] };

const staff = (role: StaffActor['role'], centreId: string | null = null, organisationId?: string): StaffActor => ({ kind: 'staff', id: ids[role], role, centreId, ...(organisationId ? { organisationId } : {}) });
const ids = {
  operator: '00000000-0000-7000-8000-000000000001',
  supervisor: '00000000-0000-7000-8000-000000000002',
  administrator: '00000000-0000-7000-8000-000000000003',
  observer: '00000000-0000-7000-8000-000000000004',
  partner: '00000000-0000-7000-8000-000000000005',
} as const;
const caseIds = {
  own: '10000000-0000-7000-8000-000000000001',
  restricted: '10000000-0000-7000-8000-000000000002',
  foreign: '10000000-0000-7000-8000-000000000003',
  'foreign restricted': '10000000-0000-7000-8000-000000000004',
  untriaged: '10000000-0000-7000-8000-000000000005',
  'referred bare': '10000000-0000-7000-8000-000000000006',
  'referred whole': '10000000-0000-7000-8000-000000000007',
  sealed: '10000000-0000-7000-8000-000000000008',
  'sealed to them': '10000000-0000-7000-8000-000000000009',
  blocked: '10000000-0000-7000-8000-00000000000a',
} as const;
export type Kind = keyof typeof caseIds;
export const caseId = (kind: Kind): string => caseIds[kind];

const asker = (name: string, actor: Actor, sees: readonly Kind[] = []): Asker => ({ name, role: roleOf(actor), setting: JSON.stringify(actor), sees });

export const operator = asker('operator', staff('operator', 'centre-04'), ['own', 'sealed to them']);
/** Everybody in whose name a transaction can run, the system excepted, which sees all; and what is left where nobody is named. */
export const askers: readonly Asker[] = [
  operator,
  asker('supervisor', staff('supervisor', 'centre-04'), ['own', 'restricted', 'sealed to them']),
  asker('operator of no centre', staff('operator')),
  asker('administrator', staff('administrator')),
  asker('observer', staff('observer')),
  asker('partner', staff('partner', null, 'anss'), ['referred bare', 'referred whole']),
  asker('partner of another organisation', staff('partner', null, 'cnss')),
  asker('partner of none', staff('partner')),
  asker('citizen', { kind: 'citizen' }),
  asker('citizen with a code', { kind: 'citizen', caseId: caseIds.own }, ['own']),
  ...[null, ''].map((setting) => ({ name: `staff, but nobody is named: ${JSON.stringify(setting)}`, role: 'insat_staff', setting, sees: [] })),
];

/** One case of each kind, each with all that may belong to a case. */
const world = `
insert into staff (id, login, name, role, language, centre_id, organisation_id, password_hash, created_at)
  select id::uuid, role, role, role, 'ar', case when role in ('operator', 'supervisor') then 'centre-04' end, case when role = 'partner' then 'anss' end, '', now()
  from (values ${Object.entries(ids).map(([role, id]) => `('${role}', '${id}')`).join(', ')}) x(role, id);
insert into citizens (id, name, created_at) select id::uuid, 'a name'::bytea, now() from (values ${Object.values(caseIds).map((id) => `('${id}')`).join(', ')}) x(id);
insert into contact_points (id, kind, index, last_seen_at) select id, 'phone', uuid_send(id), now() from citizens;
insert into citizen_contacts (citizen_id, contact_point_id, value) select id, id, '' from citizens;
insert into cases (id, reference, code_hash, kind, status, channel, citizen_id, contact_point_id, centre_id, queue_id, readers, blocked, received_at, received_on, legal_due_date, preview)
  select id::uuid, right(id, 10), '', 'complaint', status, 'web', id::uuid, id::uuid, centre, queue, readers::uuid[], blocked::uuid[], now(), now(), now(), 'a secret'
  from (values ('${caseIds.own}', 'centre-04', 'general-04', 'assigned', null, null), ('${caseIds.restricted}', 'centre-04', 'integrity-04', 'assigned', null, null),
    ('${caseIds.foreign}', 'centre-06', 'general-06', 'assigned', null, null), ('${caseIds['foreign restricted']}', 'centre-06', 'integrity-06', 'assigned', null, null),
    ('${caseIds.untriaged}', null, null, 'received', null, null), ('${caseIds['referred bare']}', 'centre-06', 'general-06', 'referred', null, null),
    ('${caseIds['referred whole']}', 'centre-06', 'integrity-06', 'referred', null, null),
    ('${caseIds.sealed}', 'centre-04', 'general-04', 'assigned', '{${ids.observer}}', null),
    ('${caseIds['sealed to them']}', 'centre-04', 'general-04', 'assigned', '{${ids.operator},${ids.supervisor}}', null),
    ('${caseIds.blocked}', 'centre-04', 'general-04', 'assigned', null, '{${ids.operator},${ids.supervisor}}')) x(id, centre, queue, status, readers, blocked);
insert into messages (id, case_id, direction, channel, kind, contact_point_id, body, state, created_at, state_at)
  select id, id, 'in', 'web', 'narrative', id, 'a secret', 'routed', now(), now() from cases;
insert into messages (id, direction, channel, kind, body, state, created_at, state_at) values (uuidv7(), 'in', 'sms', 'follow_up', 'a secret', 'received', now(), now());
insert into inbound_bodies (message_id, body, received_at) select id, '', now() from messages;
insert into delivery_reports (message_id, state, at) select id, 'sent', now() from messages;
insert into send_attempts (id, message_id, channel, account, began_at) select id, id, 'sms', 'one', now() from messages;
insert into events (case_id, type, actor_kind, actor_id, at, data) select id, 'case.read', 'staff', '${ids.operator}', now(), '{}' from cases;
insert into events (case_id, type, actor_kind, actor_id, at, data) select id, 'case.revealed', 'system', null, now(), jsonb_build_object('noteId', id) from cases;
insert into notes (id, case_id, author_id, body, at) select id, id, '${ids.operator}', 'a secret', now() from cases;
insert into referrals (id, case_id, organisation_id, fields, note_id, referred_by, referred_at)
  select id, id, 'anss', case when id = '${caseIds['referred whole']}' then '{narrative,name,contact}'::text[] else '{}' end, id, '${ids.operator}', now() from cases where status = 'referred';
insert into referrals (id, case_id, organisation_id, fields, note_id, referred_by, referred_at, ended_at)
  values (uuidv7(), '${caseIds.own}', 'anss', '{narrative}', uuidv7(), '${ids.operator}', now(), now());
insert into merges (case_id, into_id, former_status, merged_by, merged_at) values ('${caseIds['foreign restricted']}', '${caseIds.foreign}', 'assigned', '${ids.operator}', now()),
  ('${caseIds['referred bare']}', '${caseIds.own}', 'assigned', '${ids.operator}', now());
insert into deadlines (case_id, kind, basis) select id, 'legal', 'law' from cases;
insert into assignments (id, case_id, staff_id, from_at) select id, id, '${ids.operator}', now() from cases;
insert into callbacks (id, case_id, state, requested_at) select id, id, 'open', now() from cases;
insert into calls (id, account, provider_id, direction, case_id, language, state, version, answers, started_at) select id, 'one', id::text, 'in', id, 'ar', '{}', 1, '[]', now() from cases;
insert into recordings (id, call_id, case_id, provider_id, state) select id, id, id, id::text, 'wanted' from cases;
insert into feedback (case_id, rating, solved, at) select id, 1, false, now() from cases;
insert into idempotency_keys (key_hash, body_hash, case_id, created_at) select id::text::bytea, '', id, now() from cases;
insert into consent_texts (id, language, text, first_used_at) values ('one', 'ar', '', now());
insert into legal_holds (case_id, since, held_by) select id, now(), '${ids.supervisor}' from cases;
insert into conflict_blocks (id, case_id, staff_id, reason, blocked_by, blocked_at) select id, id, '${ids.partner}', '', '${ids.supervisor}', now() from cases;
insert into erasures (case_id, at, why) select id, now(), 'request' from cases;
insert into erasures_followed (until) values (now());
insert into failed_attempts (subject_hash, at) values ('', now());
insert into key_fingerprints (name, fingerprint) values ('one', '');
insert into sessions (id_hash, staff_id, created_at, last_seen_at, factor, factor_at) select id::text::bytea, id, now(), now(), 'password', now() from staff;
insert into recoveries (id, staff_id, asked_by, asked_at) values (gen_random_uuid(), '${ids.supervisor}', '${ids.operator}', now());
insert into totp_factors (staff_id) select id from staff;
insert into authenticators (id, staff_id, name, credential_id, public_key, counter, transports, created_at) select id, id, '', id::text::bytea, '', 0, '{}', now() from staff;
insert into webauthn_challenges (hash, staff_id, purpose, created_at) select id::text::bytea, id, '', now() from staff;
insert into staff_identities (issuer, subject, staff_id, linked_at) select 'one', id::text, id, now() from staff;
insert into sso_attempts (ticket_hash, created_at) values ('', now());
insert into unsealed (place, "row", subject, value) select '', id, id, '' from cases;
insert into attachments (id, upload_hash, case_id, type, store_name, data_key, state, created_at, state_at) select id, id::text::bytea, id, 'image/png', '', '', 'clean', now(), now() from cases;
insert into provider_files (id, message_id, position, state, due_at) select id, id, 0, 'waiting', now() from messages;
insert into sign_in_places (place_hash, staff_id, last_at) select id::text::bytea, id, now() from staff;
insert into staff_events (at, type, subject_id) values (now(), 'account.closed', '');
insert into log_leaves (index, source, row_number, hash) values (0, 'events', 1, '');
insert into log_cosignatures (size, witness, line, at) values (1, 'one', '', now());
insert into searches (staff_id, at, sought, found) select id, now(), '', 0 from staff;
insert into sms_counts (subject_hash, since, sent) values ('', now(), 1);
insert into threads (contact_point_id, channel) select id, 'sms' from contact_points;
insert into channel_accounts (channel, account, known_since, reconcile_due_at, deep_due_at) values ('sms', 'one', now(), now(), now());
insert into spent_challenges (nonce, expires_at) values ('', now());
insert into log_subtrees (level, index, hash) values (8, 0, '');
insert into log_checkpoints (size, root, range, note, at) values (1, '', '', '', now())`;

export type Rows = Awaited<ReturnType<typeof openRows>>;

type Given = { count: number; rows: Record<string, unknown>[] };

/** The world in the hands of a superuser, who can ask as anybody. */
export const openRows = async () => {
  const { url, drop } = await freshDatabase();
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(world);
  const asking = new pg.Client({ connectionString: url });
  await asking.connect();
  const tables = (await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public' order by 1`).map(({ name }) => name);

  return {
    url,
    sql,
    tables,
    /** What a statement gives to somebody, and nothing remains of it: its rows and how many it touched, or PostgreSQL's refusal. */
    async ask({ role, setting }: Pick<Asker, 'role' | 'setting'>, statement: string): Promise<Given | string> {
      const actor = setting === null ? '' : `select set_config('insat.actor', '${setting}', true);`;
      try {
        // Several statements in one text give one answer each.
        const answers = [await asking.query(`begin; ${actor} select set_config('role', '${role}', true); ${statement}; rollback`)].flat();
        const { rowCount, rows } = answers.at(-2) ?? { rowCount: 0, rows: [] };
        return { count: rowCount ?? 0, rows };
      } catch (error) {
        await asking.query('rollback');
        return error instanceof pg.DatabaseError ? (error.code ?? '') : String(error);
      }
    },
    async close(): Promise<void> {
      await asking.end();
      await sql.end();
      await drop();
    },
  };
};
