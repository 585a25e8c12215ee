import type { Tx } from '#db/client';
import type { FirstFaults } from './faults.rules.ts';

/**
 * Rows that come and go with a case's life, and say no more than an event that is sealed: they must agree with it. `rows`: a
 * page of them after $1, each with the fault it shows, if any; `events`: the events that name one, each with what it names
 * where that is gone without an event that says why.
 */
type State = { table: string; key: string; rows: string; events: string };

const page = 1000;

const states: readonly State[] = [
  {
    table: 'legal_holds',
    key: 'case_id',
    rows: `
      select h.case_id::text as key, case when e.type is distinct from 'case.held' then 'inserted'
        when (h.since, h.held_by) is distinct from (e.at, e.actor_id) then 'altered' end as fault
      from (select * from legal_holds where case_id::text > $1 order by case_id::text limit ${page}) h
      left join lateral (select * from events e where e.case_id = h.case_id and e.type in ('case.held', 'case.hold_lifted') order by e.id desc limit 1) e on true
      order by 1`,
    events: `
      select e.case_id::text as gone from page e where e.type = 'case.held'
        and not exists (select from events l where l.case_id = e.case_id and l.type = 'case.hold_lifted' and l.id > e.id)
        and not exists (select from legal_holds h where h.case_id = e.case_id)`,
  },
  {
    table: 'referrals',
    key: 'id',
    rows: `
      select r.id::text as key, case when e.id is null then 'inserted'
        when (r.organisation_id, to_jsonb(r.fields), r.referred_by, r.referred_at) is distinct from (e.data->>'organisation', e.data->'fields', e.actor_id, e.at) then 'altered' end as fault
      from (select * from referrals where id::text > $1 order by id::text limit ${page}) r
      left join lateral (select * from events e where e.case_id = r.case_id and e.type = 'case.referred' and e.data->>'noteId' = r.note_id::text limit 1) e on true
      order by 1`,
    events: `
      select e.data->>'noteId' as gone from page e where e.type = 'case.referred'
        and not exists (select from referrals r where r.case_id = e.case_id and r.note_id::text = e.data->>'noteId')`,
  },
  {
    table: 'attachments',
    key: 'id',
    // Their bytes open only under a key that is no part of the database.
    rows: `
      select a.id::text as key, case when e.id is null then 'inserted'
        when a.message_id::text is distinct from e.data->>'messageId' then 'altered' end as fault
      from (select * from attachments where case_id is not null and id::text > $1 order by id::text limit ${page}) a
      left join lateral (select * from events e where e.case_id = a.case_id and e.type = 'attachment.added' and e.data->>'attachmentId' = a.id::text limit 1) e on true
      order by 1`,
    events: `
      select e.data->>'attachmentId' as gone from page e where e.type = 'attachment.added'
        and not exists (select from events l where l.case_id = e.case_id and l.type = 'case.erased')
        and not exists (select from attachments a where a.case_id = e.case_id and a.id::text = e.data->>'attachmentId')`,
  },
];

/** The first of each such table that contradicts the events, and the first that is gone though they tell of it. */
export const verifyStates = async (tx: Tx, found: FirstFaults): Promise<void> => {
  for (const { table, key, rows } of states)
    for (let after: string | undefined = ''; after !== undefined && !found.has(table); ) {
      const read: { key: string; fault: 'inserted' | 'altered' | null }[] = await tx.raw(rows, [after]);
      const wrong = read.find(({ fault }) => fault !== null);
      if (wrong?.fault) found.add(table, wrong.fault, `${key} ${wrong.key}`);
      after = read.at(-1)?.key;
    }
  for (let after = '0'; ; ) {
    const [last] = await tx.raw<{ id: string | null }>('select max(id)::text as id from (select id from events where id > $1::bigint order by id limit 20000) page', [after]);
    if (!last || last.id === null) return;
    for (const { table, events } of states) {
      if (found.has(table)) continue;
      const [lost] = await tx.raw<{ gone: string }>(`with page as (select * from events where id > $1::bigint and id <= $2::bigint) ${events} order by e.id limit 1`, [after, last.id]);
      if (lost) found.add(table, 'missing', `named ${lost.gone} by an event`);
    }
    after = last.id;
  }
};
