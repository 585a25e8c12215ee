import type { Tx } from '#db/client';
import type { FirstFaults } from './faults.rules.ts';

/** A case's own columns change with its life, so they are not sealed: they must say what its events say. */
export const verifyCases = async (tx: Tx, found: FirstFaults): Promise<void> => {
  for (let after = '00000000-0000-0000-0000-000000000000'; !found.has('cases'); ) {
    const rows = await tx.raw<{ id: string; is_told: boolean; unlike: string | null }>(casesWithEvents, [after]);
    const wrong = rows.find(({ is_told: isTold, unlike }) => !isTold || unlike !== null);
    if (wrong) found.add('cases', wrong.is_told ? 'altered' : 'inserted', `id ${wrong.id}${wrong.unlike === null ? '' : `, ${wrong.unlike}`}`);
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  for (let after = '0'; !found.has('cases'); ) {
    const [page] = await tx.raw<{ last: string | null; gone: string | null }>(eventsWithoutCase, [after]);
    if (page?.gone) found.add('cases', 'missing', `id ${page.gone}`);
    if (!page || page.last === null) break;
    after = page.last;
  }
};

/**
 * `unlike`: the first column that contradicts the events. A case was received when its receipt says, or an earlier text that came later
 * (`case.dated_back`). A merged case is answered with the other, until that is open again or
 * the merge is undone; a merge undone is no answer of its own, though the case goes back to one.
 */
const casesWithEvents = `
with page as materialized (
  select * from cases where id > $1::uuid order by id limit 1000
)
select c.id::text, r.id is not null as is_told, case
    when c.reference <> r.data->>'reference' then 'reference'
    when c.channel <> r.data->>'channel' then 'channel'
    when c.kind <> r.data->>'kind' then 'kind'
    when c.received_at <> coalesce((b.data->>'receivedAt')::timestamptz, r.at) then 'received_at'
    when c.legal_due_date::text <> d.data->>'legalDueDate' then 'legal_due_date'
    when c.status <> coalesce(m.data->>'to', 'received') then 'status'
    when c.resolved_at is null and a.id is not null and not u.undone then 'resolved_at'
    when c.resolved_at is not null and c.resolved_at is distinct from a.at then 'resolved_at'
    when c.resolved_at is not null and c.outcome is distinct from a.data->>'outcome' then 'outcome'
    when c.resolved_at is null and c.outcome is not null then 'outcome'
  end as unlike
from page c
left join lateral (select * from events e where e.case_id = c.id and e.type = 'case.received' order by e.id limit 1) r on true
left join lateral (select * from events e where e.case_id = c.id and e.type = 'case.dated_back' order by e.id desc limit 1) b on true
left join lateral (select * from events e where e.case_id = c.id and e.data ? 'legalDueDate' order by e.id desc limit 1) d on true
left join lateral (select * from events e where e.case_id = c.id and e.data ? 'to' order by e.id desc limit 1) m on true
left join lateral (
  select * from events e where e.case_id = c.id and (e.type = 'case.answered_with' or e.type <> 'case.unmerged' and e.data->>'to' in ('resolved', 'inadmissible'))
  order by e.id desc limit 1
) a on true
cross join lateral (
  select exists (
    select from events e where e.case_id = c.id and e.id > a.id
      and (e.data->>'to' in ('in_triage', 'in_progress') or e.type = 'case.waits_again' or e.type = 'case.unmerged' and a.type = 'case.answered_with')
  ) as undone
) u
order by c.id`;

const eventsWithoutCase = `
with page as materialized (
  select e.id, e.case_id from events e where e.id > $1::bigint order by e.id limit 20000
)
select (select max(id) from page)::text as last,
  (select p.case_id from page p where not exists (select from cases c where c.id = p.case_id) order by p.id limit 1)::text as gone`;
