import { createBatcher } from '#lib/batcher';
import { newReference } from '#lib/reference';
import { hashCode, deriveCode } from '#lib/code';
import { citizen } from '#db/actor';
import type { Tx } from '#db/client';
import type { Context } from '#domain/context';

/** A case about to be opened, as the one statement below takes it; ids are given beforehand, so a retry is recognised. */
export type NewCase = {
  id: string;
  reference: string;
  code_hash: string;
  kind: string;
  channel: string;
  language: string | null;
  category: string | null;
  subcategory: string | null;
  programme: string | null;
  province: string | null;
  commune: string | null;
  citizen_id: string;
  citizen_name: string | null;
  submitter_name: string | null;
  submitter_relationship: string | null;
  anonymous: boolean;
  received_at: string;
  received_on: string;
  legal_due_date: string;
  legal_basis: string;
  preview: string;
  deadline_id: string;
  /** The narrative: a new message, or (body null) one that a provider brought and that is stored already. */
  message_id: string;
  body: string | null;
  actor_kind: string;
  actor_id: string | null;
  key_hash: string | null;
  body_hash: string | null;
  contacts: { id: string; kind: 'phone' | 'email' | 'alnum'; value: string; main: boolean }[];
};

/** `repeated`: the key was known with the same content, and this is the case it made; `key_reused`: with other content. */
export type FiledCase =
  | { outcome: 'opened' | 'repeated'; id: string; reference: string; receivedAt: string; legalDueDate: string }
  | { outcome: 'key_reused' };

/**
 * Opens any number of cases in one statement: idempotency key, citizen, contact points, case, narrative, legal deadline,
 * event. Rows whose key is taken write nothing. Contact points are locked in the order of their value, so that two
 * batches cannot wait for each other.
 */
const openCases = `
with input as (
  select * from json_to_recordset($1::json) as x(
    id uuid, reference text, code_hash text, kind text, channel text, language text, category text, subcategory text,
    programme text, province text, commune text, citizen_id uuid, citizen_name text, submitter_name text,
    submitter_relationship text, anonymous boolean, received_at timestamptz, received_on date, legal_due_date date, legal_basis text,
    preview text, deadline_id uuid, message_id uuid, body text, actor_kind text, actor_id uuid, key_hash text,
    body_hash text, contacts json)
), claimed as (
  insert into idempotency_keys (key_hash, body_hash, case_id, created_at)
  select decode(key_hash, 'hex'), decode(body_hash, 'hex'), id, received_at from input where key_hash is not null
  order by key_hash
  on conflict do nothing
  returning case_id
), accepted as (
  select * from input where key_hash is null or id in (select case_id from claimed)
), person as (
  insert into citizens (id, name, created_at) select citizen_id, citizen_name, received_at from accepted
), contact as (
  select a.id as case_id, a.citizen_id, c.id, c.kind, c.value, c.main, a.received_at
  from accepted a, json_to_recordset(a.contacts) as c(id uuid, kind text, value text, main boolean)
), point as (
  insert into contact_points (id, kind, value, last_seen_at)
  select distinct on (kind, value) id, kind, value, received_at from contact order by kind, value
  on conflict (kind, value) do update set last_seen_at = excluded.last_seen_at
  returning id, kind, value
), linked as (
  insert into citizen_contacts (citizen_id, contact_point_id)
  select distinct c.citizen_id, p.id from contact c join point p using (kind, value)
), main_point as (
  select c.case_id, p.id from contact c join point p using (kind, value) where c.main
), opened as (
  insert into cases (id, reference, code_hash, kind, status, channel, language, category, subcategory, programme,
    province, commune, citizen_id, contact_point_id, submitter_name, submitter_relationship, anonymous, received_at,
    received_on, legal_due_date, preview)
  select a.id, a.reference, decode(a.code_hash, 'hex'), a.kind, 'received', a.channel, a.language, a.category,
    a.subcategory, a.programme, a.province, a.commune, a.citizen_id, m.id, a.submitter_name, a.submitter_relationship,
    a.anonymous, a.received_at, a.received_on, a.legal_due_date, a.preview
  from accepted a left join main_point m on m.case_id = a.id
), narrative as (
  insert into messages (id, case_id, direction, channel, kind, contact_point_id, body, state, created_at, state_at)
  select a.message_id, a.id, 'in', a.channel, 'narrative', m.id, a.body, 'routed', a.received_at, a.received_at
  from accepted a left join main_point m on m.case_id = a.id where a.body is not null
), deadline as (
  insert into deadlines (id, case_id, kind, basis, due_date)
  select deadline_id, id, 'legal', legal_basis, legal_due_date from accepted
), told as (
  insert into events (case_id, type, actor_kind, actor_id, at, data)
  select id, 'case.received', actor_kind, actor_id, received_at,
    jsonb_build_object('status', 'received', 'channel', channel) from accepted
)
select id from accepted`;

const knownKeys = `
select encode(k.key_hash, 'hex') as key_hash, encode(k.body_hash, 'hex') as body_hash, c.id, c.reference,
  c.received_at, c.legal_due_date::text as legal_due_date
from idempotency_keys k join cases c on c.id = k.case_id
where k.key_hash in (select decode(value, 'hex') from json_array_elements_text($1::json))`;

/** Opens the cases inside the caller's transaction. Nothing personal is in the result. */
export const openAll = async (tx: Pick<Tx, 'raw'>, rows: readonly NewCase[]): Promise<FiledCase[]> => {
  const opened = await tx.raw<{ id: string }>(openCases, [JSON.stringify(rows)]);
  const openedIds = new Set(opened.map(({ id }) => id));
  const known = openedIds.size === rows.length ? new Map<string, KnownKey>() : await findKnown(tx, rows);
  return rows.map((row) => {
    if (openedIds.has(row.id))
      return { outcome: 'opened', id: row.id, reference: row.reference, receivedAt: row.received_at, legalDueDate: row.legal_due_date };
    const earlier = row.key_hash === null ? undefined : known.get(row.key_hash);
    if (!earlier) throw new Error('a case was neither opened nor known');
    if (earlier.body_hash !== row.body_hash) return { outcome: 'key_reused' };
    return {
      outcome: 'repeated',
      id: earlier.id,
      reference: earlier.reference,
      receivedAt: new Date(earlier.received_at).toISOString(),
      legalDueDate: earlier.legal_due_date,
    };
  });
};

type KnownKey = { key_hash: string; body_hash: string; id: string; reference: string; received_at: string; legal_due_date: string };

const findKnown = async (tx: Pick<Tx, 'raw'>, rows: readonly NewCase[]): Promise<Map<string, KnownKey>> => {
  const keys = rows.flatMap((row) => (row.key_hash === null ? [] : [row.key_hash]));
  const found = await tx.raw<KnownKey>(knownKeys, [JSON.stringify(keys)]);
  return new Map(found.map((row) => [row.key_hash, row]));
};

/** Gives a row another reference, when chance gave it one that is taken. */
const renumber = (row: NewCase, codeKey: Buffer): void => {
  row.reference = newReference();
  row.code_hash = hashCode(codeKey, row.reference, deriveCode(codeKey, row.id)).toString('hex');
};

const constraintOf = (error: unknown): string | undefined => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'constraint' in cause ? String(cause.constraint) : undefined;
};

/**
 * The writer of web filings: all that arrived while the previous batch committed go as the next one. After an unclear
 * failure (the connection broke, perhaps after the commit) a row is tried again alone; its own id then shows that it is in.
 */
export const createIntake = (ctx: Pick<Context, 'db' | 'jobs' | 'codeKey'>): Context['intake'] => {
  const write = (rows: NewCase[]): Promise<FiledCase[]> => openAll({ raw: (statement, parameters) => ctx.db.single(citizen, statement, parameters) }, rows);

  const writeAll = async (rows: NewCase[]): Promise<FiledCase[]> => {
    const [only, ...others] = rows;
    for (let attempt = 0; ; attempt += 1)
      try {
        return await write(rows);
      } catch (error) {
        const constraint = constraintOf(error);
        // Its own ids are there already: the write that seemed to fail had been committed.
        if (only && others.length === 0 && constraint?.endsWith('_pkey'))
          return [{ outcome: 'opened', id: only.id, reference: only.reference, receivedAt: only.received_at, legalDueDate: only.legal_due_date }];
        if (constraint !== 'cases_reference' || attempt === 3) throw error;
        // Over a million cases one batch of 64 in fourteen meets a taken reference: all get new ones, which is faster than one by one.
        for (const row of rows) renumber(row, ctx.codeKey);
      }
  };

  return createBatcher<NewCase, FiledCase>({
    run: async (rows) => {
      const filed = await writeAll(rows);
      const opened = filed.flatMap((one) => (one.outcome === 'opened' ? [one.id] : []));
      ctx.jobs.add('triage-case', opened);
      return filed;
    },
    maxBatch: 200,
    maxWaiting: 2000,
  });
};
