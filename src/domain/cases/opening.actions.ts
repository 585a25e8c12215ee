import type { Tx } from '#db/client';
import type { People, SealedPeople } from '#domain/personal/people.actions';

/** What the citizen, or whoever files for them, gave of a case. What is absent is null in the database, and is not sent. */
export type Said = People & {
  kind: string;
  channel: string;
  language?: string | undefined;
  category?: string | undefined;
  subcategory?: string | undefined;
  programme?: string | undefined;
  province?: string | undefined;
  commune?: string | undefined;
  submitter_relationship?: string | undefined;
  anonymous?: boolean | undefined;
  /** Which text the citizen agreed to; an SMS agrees to none. */
  consent_text?: string;
  /** The narrative; absent where a provider brought it and it is stored already. */
  body?: string;
  actor_kind: string;
  actor_id?: string;
  key_hash?: string;
  body_hash?: string;
};

/** A case about to be opened, as the one statement below takes it. Its id is given beforehand, so a retry is recognised. */
export type NewCase = Omit<Said, keyof People> & SealedPeople & {
  id: string;
  reference: string;
  code_hash: string;
  received_at: string;
  received_on: string;
  legal_due_date: string;
  legal_basis: string;
  preview: string;
};

/** `repeated`: the key was known with the same content, and this is the case it made; `key_reused`: with other content. */
export type OpenedCase =
  | { outcome: 'opened' | 'repeated'; id: string; reference: string; receivedAt: string; legalDueDate: string }
  | { outcome: 'key_reused' };

/**
 * Opens any number of cases in one statement: idempotency key, citizen, contact points, case, narrative, legal deadline,
 * event. Rows whose key is taken write nothing. Contact points are locked in the order of their index, so that two
 * batches cannot wait for each other.
 */
const openCases = `
with input as materialized (
  select x.*, uuidv7() as message_id
  from json_to_recordset($1::json) as x(
    id uuid, reference text, code_hash text, kind text, channel text, language text, category text, subcategory text,
    programme text, province text, commune text, citizen_id uuid, citizen_name text, submitter_name text, submitter_relationship text,
    anonymous boolean, consent_text text, received_at timestamptz, received_on date, legal_due_date date, legal_basis text, preview text,
    body text, actor_kind text, actor_id uuid, key_hash text, body_hash text, contacts json)
), claimed as (
  insert into idempotency_keys (key_hash, body_hash, case_id, created_at)
  select decode(key_hash, 'hex'), decode(body_hash, 'hex'), id, received_at from input where key_hash is not null
  order by key_hash
  on conflict do nothing
  returning case_id
), accepted as (
  select * from input where key_hash is null or id in (select case_id from claimed)
), person as (
  insert into citizens (id, name, created_at) select citizen_id, decode(citizen_name, 'hex'), received_at from accepted
), contact as (
  select a.id as case_id, a.citizen_id, c.kind, decode(c.index, 'hex') as index, decode(c.value, 'hex') as value, c.main, a.received_at
  from accepted a, json_to_recordset(a.contacts) as c(kind text, index text, value text, main boolean)
), point as (
  insert into contact_points (id, kind, index, last_seen_at)
  select distinct on (kind, index) uuidv7(), kind, index, received_at from contact order by kind, index
  on conflict (kind, index) do update set last_seen_at = excluded.last_seen_at
  returning id, kind, index
), linked as (
  insert into citizen_contacts (citizen_id, contact_point_id, value)
  select c.citizen_id, p.id, c.value from contact c join point p using (kind, index)
), main_point as (
  select c.case_id, p.id from contact c join point p using (kind, index) where c.main
), opened as (
  insert into cases (id, reference, code_hash, kind, status, channel, language, category, subcategory, programme,
    province, commune, citizen_id, contact_point_id, submitter_name, submitter_relationship, anonymous, consent_text, received_at,
    received_on, legal_due_date, preview)
  select a.id, a.reference, decode(a.code_hash, 'hex'), a.kind, 'received', a.channel, a.language, a.category,
    a.subcategory, a.programme, a.province, a.commune, a.citizen_id, m.id, decode(a.submitter_name, 'hex'), a.submitter_relationship,
    coalesce(a.anonymous, false), a.consent_text, a.received_at, a.received_on, a.legal_due_date, a.preview
  from accepted a left join main_point m on m.case_id = a.id
), narrative as (
  insert into messages (id, case_id, direction, channel, kind, contact_point_id, body, state, created_at, state_at)
  select a.message_id, a.id, 'in', a.channel, 'narrative', m.id, a.body, 'routed', a.received_at, a.received_at
  from accepted a left join main_point m on m.case_id = a.id where a.body is not null
), deadline as (
  insert into deadlines (case_id, kind, basis, due_date)
  select id, 'legal', legal_basis, legal_due_date from accepted
), told as (
  insert into events (case_id, type, actor_kind, actor_id, at, data)
  select id, 'case.received', actor_kind, actor_id, received_at,
    jsonb_build_object('status', 'received', 'kind', kind, 'channel', channel, 'reference', reference, 'legalDueDate', legal_due_date) from accepted
)
select id from accepted`;

const knownKeys = `
select encode(k.key_hash, 'hex') as key_hash, encode(k.body_hash, 'hex') as body_hash, c.id, c.reference,
  c.received_at, c.legal_due_date::text as legal_due_date
from idempotency_keys k join cases c on c.id = k.case_id
where k.key_hash in (select decode(value, 'hex') from json_array_elements_text($1::json))`;

/**
 * Opens the cases inside the caller's transaction. Nothing personal is in the result.
 *
 * @param reading where earlier cases are found by their key: whoever only files may not read them
 */
export const openAll = async (tx: Pick<Tx, 'raw'>, rows: readonly NewCase[], reading = tx): Promise<OpenedCase[]> => {
  const opened = await tx.raw<{ id: string }>(openCases, [JSON.stringify(rows)]);
  const openedIds = new Set(opened.map(({ id }) => id));
  const known = openedIds.size === rows.length ? new Map<string, KnownKey>() : await findKnown(reading, rows);
  return rows.map((row) => {
    if (openedIds.has(row.id))
      return { outcome: 'opened', id: row.id, reference: row.reference, receivedAt: row.received_at, legalDueDate: row.legal_due_date };
    const earlier = row.key_hash === undefined ? undefined : known.get(row.key_hash);
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
  const keys = rows.flatMap((row) => (row.key_hash === undefined ? [] : [row.key_hash]));
  const found = await tx.raw<KnownKey>(knownKeys, [JSON.stringify(keys)]);
  return new Map(found.map((row) => [row.key_hash, row]));
};
