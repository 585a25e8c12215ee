import { askers, caseId, type Asker, type Kind, type Rows } from './rows.ts';

/** How far a table may be read: the rows of cases in sight, of those a supervisor has in sight, of those whose referral shares everything, one's own organisation's, those of oneself, or all. A table without an entry is read by nobody but the system. */
type Reach = 'sight' | 'supervised' | 'shared' | 'own' | 'self' | 'all';
const roles = ['insat_citizen', 'insat_staff', 'insat_administrator', 'insat_observer', 'insat_partner'] as const;
type Reads = Record<string, { case: string; by: Partial<Record<(typeof roles)[number], Reach>> }>;

const toPartners = { insat_partner: 'shared' } as const;
const ofCase = { case: 't.case_id', by: { insat_staff: 'sight', insat_citizen: 'sight' } } as const;
const toEverybody = { case: 'null', by: Object.fromEntries(roles.map((role) => [role, 'all'])) };
/** Said here again, so that the database cannot answer for itself. `case` gives the case of a row. */
export const reads: Reads = {
  cases: { case: 't.id', by: { ...ofCase.by, insat_partner: 'sight', insat_administrator: 'all', insat_observer: 'all' } },
  messages: { ...ofCase, by: { ...ofCase.by, ...toPartners } },
  referrals: { ...ofCase, by: { ...ofCase.by, insat_partner: 'sight' } },
  attachments: ofCase,
  citizen_contacts: { case: '(select c.id from cases c where c.citizen_id = t.citizen_id)', by: { insat_staff: 'sight', ...toPartners } },
  // Seen from either end: in this world from the case that goes on.
  merges: { ...ofCase, case: 't.into_id' },
  events: ofCase,
  deadlines: ofCase,
  assignments: ofCase,
  feedback: ofCase,
  send_attempts: { case: '(select m.case_id from messages m where m.id = t.message_id)', by: { insat_staff: 'sight' } },
  callbacks: { case: 't.case_id', by: { insat_staff: 'sight' } },
  // Of the notes, what is asked of the organisation, and to the citizen why what is masked was shown: in this world each is both.
  notes: { case: 't.case_id', by: { insat_staff: 'sight', insat_partner: 'sight', insat_citizen: 'sight' } },
  citizens: { case: '(select c.id from cases c where c.citizen_id = t.id)', by: { insat_staff: 'sight', ...toPartners } },
  contact_points: { case: '(select c.id from cases c where c.contact_point_id = t.id)', by: { insat_staff: 'sight', insat_citizen: 'all', ...toPartners } },
  conflict_blocks: { case: 't.case_id', by: { insat_staff: 'supervised' } },
  legal_holds: { case: 't.case_id', by: { insat_staff: 'sight' } },
  consent_texts: { case: 'null', by: { insat_staff: 'all' } },
  idempotency_keys: { case: 't.case_id', by: { insat_citizen: 'all' } },
  failed_attempts: { case: 'null', by: { insat_citizen: 'all' } },
  spent_challenges: { case: 'null', by: { insat_citizen: 'all' } },
  staff: { case: 'null', by: { insat_staff: 'all', insat_citizen: 'sight', insat_partner: 'own' } },
  searches: { case: 'null', by: { insat_staff: 'self', insat_partner: 'self' } },
  log_leaves: { case: 'null', by: { insat_citizen: 'all' } },
  log_subtrees: { case: 'null', by: { insat_citizen: 'all' } },
  log_cosignatures: { case: 'null', by: { insat_citizen: 'all' } },
  log_checkpoints: { case: 'null', by: { insat_citizen: 'all' } },
  regions: toEverybody,
  provinces: toEverybody,
  categories: toEverybody,
  centres: toEverybody,
  queues: toEverybody,
  organisations: toEverybody,
};

const listed = (kinds: readonly Kind[]): string => kinds.map((kind) => `'${caseId(kind)}'`).join(', ') || 'null';

const reachOf = (table: string, { role }: Asker): Reach | null => reads[table]?.by[role as (typeof roles)[number]] ?? null;

/** A citizen sees of the staff whoever read the own case: in this world one, who read them all. */
const expectedRows = async ({ sql }: Rows, table: string, asker: Asker): Promise<number> => {
  const reach = reachOf(table, asker);
  if (reach === null || (reach === 'supervised' && asker.name !== 'supervisor')) return 0;
  if (reach === 'self') return asker.setting?.includes('"id"') === true ? 1 : 0;
  if (table === 'staff' && reach === 'sight') return asker.sees.length;
  // The partners of this world are of one organisation.
  if (reach === 'own') return asker.sees.length === 0 ? 0 : 1;
  const seen = reach === 'shared' ? asker.sees.filter((kind) => kind === 'referred whole') : asker.sees;
  const rule = reads[table]?.case ?? 'null';
  const [row] = await sql.unsafe<{ count: number }[]>(`select count(*)::int as count from ${table} t where ${reach === 'all' ? 'true' : `${rule} in (${listed(seen)})`}`);
  return row?.count ?? -1;
};

const refused = '42501';

/**
 * Raw SQL, with no condition of ours, as everybody on every table: reads, rewrites in place, deletes.
 *
 * @param tables all, unless some are named
 * @returns how many cells were tried, and each where a row out of sight was read or touched, or one in sight was not read
 */
export const probeRows = async (rows: Rows, tables: readonly string[] = rows.tables): Promise<{ cells: number; faults: string[] }> => {
  const faults: string[] = [];
  let cells = 0;
  for (const table of tables) {
    const columns = (await rows.sql<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' and is_identity = 'NO'`).map(({ name }) => name);
    for (const asker of askers) {
      const expected = await expectedRows(rows, table, asker);
      const read = await rows.ask(asker, `select count(*)::int as count from ${table}`);
      const told = typeof read === 'string' ? read : (read.rows[0]?.['count'] as number);
      if (told !== expected && !(told === refused && expected === 0)) faults.push(`${table}, ${asker.name}: reads ${told}, not ${expected}`);
      const statements = [...columns.map((column) => `update ${table} set ${column} = ${column}`), `delete from ${table}`];
      for (const statement of statements) {
        const done = await rows.ask(asker, statement);
        // What is refused for another reason would have been tried on rows that are in sight.
        if (typeof done !== 'string' && done.count > expected) faults.push(`${asker.name}: ${statement} touches ${done.count}, sees ${expected}`);
      }
      cells += 1 + statements.length;
    }
  }
  return { cells, faults };
};
