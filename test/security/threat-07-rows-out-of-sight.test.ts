import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeRows, reads } from './row-probe.ts';
import { askers, caseId, openRows, operator, type Kind, type Rows } from './rows.ts';

let rows: Rows;
beforeAll(async () => {
  rows = await openRows();
});
afterAll(() => rows.close());

/** Tables that have no policies. */
const exceptions: Record<string, string> = {
  categories: 'a public list',
  regions: 'a public list',
  provinces: 'a public list',
  centres: 'names no person; written by migrations',
  queues: 'names no person; written by migrations',
  organisations: 'names no person; written by administrators',
};

describe('every table of the database', () => {
  it('has row-level security, forced, and a policy; or is a list without a person in it', async () => {
    const bare = await rows.sql<{ name: string }[]>`
      select relname as name from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
        and not (relrowsecurity and relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid)) order by 1`;
    expect(bare.map(({ name }) => name)).toEqual(Object.keys(exceptions).toSorted());
  });

  it('gives nothing to whoever is not one of the roles, and the roles own nothing and are bound by the policies', async () => {
    const open = await rows.sql`
      select table_name, grantee, privilege_type from information_schema.role_table_grants
      where table_schema = 'public' and grantee <> current_user and grantee not like 'insat\_%'`;
    expect([...open]).toEqual([]);
    const roles = await rows.sql`
      select rolname, rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb or rolreplication
        or exists (select from pg_class where relowner = r.oid) or exists (select from pg_proc where proowner = r.oid)
        or exists (select from pg_namespace where nspowner = r.oid) or exists (select from pg_auth_members where member = r.oid) as able
      from pg_roles r where rolname like 'insat\_%' order by 1`;
    expect(roles.map(({ rolname }) => rolname as string)).toEqual(['insat_administrator', 'insat_citizen', 'insat_observer', 'insat_partner', 'insat_staff', 'insat_system']);
    expect(roles.filter(({ able }) => able)).toEqual([]);
  });

  it('runs nothing with its owner\u2019s rights', async () => {
    const definers = await rows.sql`select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`;
    expect([...definers]).toEqual([]);
  });

  it('holds a row here, as an empty one would prove nothing', async () => {
    const empty = [];
    for (const table of rows.tables) if ((await rows.sql.unsafe(`select from ${table} limit 1`)).length === 0) empty.push(table);
    expect(empty).toEqual([]);
    expect(Object.keys(reads).filter((table) => !rows.tables.includes(table))).toEqual([]);
  });
});

describe('raw SQL without any condition', () => {
  it('finds and touches in every table, as every role, the rows of cases in sight and no other (over 1,500 cells)', async () => {
    const { cells, faults } = await probeRows(rows);
    expect(faults).toEqual([]);
    expect(cells).toBeGreaterThan(1500);
  });

  it('never adds anything to a case out of sight, nor in another person\u2019s name', async () => {
    const other = "'00000000-0000-7000-8000-000000000002'";
    const self = "'00000000-0000-7000-8000-000000000001'";
    const inserts = (id: string, author: string): string[] => [
      `insert into notes (id, case_id, author_id, body, at) values (uuidv7(), ${id}, ${author}, '', now())`,
      `insert into messages (id, case_id, direction, channel, kind, body, state, author_id, created_at, state_at) values (uuidv7(), ${id}, 'out', 'web', 'reply', '', 'shown', ${author}, now(), now())`,
      `insert into conflict_blocks (id, case_id, staff_id, reason, blocked_by, blocked_at) values (uuidv7(), ${id}, ${author}, '', ${author}, now())`,
      `insert into referrals (id, case_id, organisation_id, fields, note_id, referred_by, referred_at, ended_at) values (uuidv7(), ${id}, 'anss', '{}', uuidv7(), ${author}, now(), now())`,
      `insert into events (case_id, type, actor_kind, actor_id, at, data) values (${id}, 'note.added', 'staff', ${author}, now(), '{}')`,
    ];
    for (const statement of inserts(`'${caseId('own')}'`, self)) expect(await rows.ask(operator, statement)).toMatchObject({ count: 1 });
    for (const kind of ['restricted', 'foreign', 'foreign restricted', 'untriaged', 'sealed', 'blocked'] as const)
      for (const statement of inserts(`'${caseId(kind)}'`, self)) expect([kind, await rows.ask(operator, statement)]).toEqual([kind, '42501']);
    for (const statement of inserts(`'${caseId('own')}'`, other)) expect(await rows.ask(operator, statement)).toBe('42501');
  });

  it('lets supervisors alone put a case on hold or lift that, and of their own cases only', async () => {
    const supervisor = askers.find(({ name }) => name === 'supervisor') ?? operator;
    const lift = 'delete from legal_holds';
    const hold = (kind: Kind, by: string): string => `${lift}; insert into legal_holds (case_id, since, held_by) values ('${caseId(kind)}', now(), '${by}')`;
    const [self, other] = ['00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001'];
    expect([await rows.ask(operator, lift), await rows.ask(supervisor, lift)]).toMatchObject([{ count: 0 }, { count: supervisor.sees.length }]);
    expect(await rows.ask(supervisor, hold('own', self))).toMatchObject({ count: 1 });
    for (const refused of [hold('foreign', self), hold('own', other)]) expect(await rows.ask(supervisor, refused)).toBe('42501');
    expect(await rows.ask(operator, hold('own', other))).toBe('42501');
  });

  it('lets a citizen attach files to the case whose code was proved, and to no other', async () => {
    const proved = askers.find(({ name }) => name === 'citizen with a code') ?? operator;
    const add = (kind: Kind): string =>
      `insert into attachments (id, upload_hash, case_id, type, store_name, data_key, state, created_at, state_at) values (uuidv7(), 'another', '${caseId(kind)}', 'image/png', '', '', 'received', now(), now())`;
    const move = (kind: Kind): string => `update attachments set case_id = '${caseId(kind)}'`;
    for (const statement of [add('own'), move('own')]) expect(await rows.ask(proved, statement)).toMatchObject({ count: 1 });
    for (const statement of [add('foreign'), move('foreign')]) expect(await rows.ask(proved, statement)).toBe('42501');
  });

  it('shows a partner nothing of a case that left the state, though its referral was never ended, nor lets it write there', async () => {
    const partner = askers.find(({ name }) => name === 'partner');
    if (!partner) throw new Error('there is no partner');
    const id = caseId('referred whole');
    const tables = ['cases', 'messages', 'citizens', 'citizen_contacts', 'contact_points', 'notes'];
    const seen = async (): Promise<unknown[]> => {
      const counts = [];
      // In this world the id of a case is also that of all that is its own.
      for (const table of tables) counts.push(await rows.ask(partner, `select from ${table} where ${table === 'citizen_contacts' ? 'citizen_id' : 'id'} = '${id}'`));
      return counts.map((given) => (typeof given === 'string' ? given : given.count));
    };
    const note = `insert into notes (id, case_id, author_id, body, at) values (uuidv7(), '${id}', '00000000-0000-7000-8000-000000000005', '', now())`;
    expect([await seen(), await rows.ask(partner, note)]).toEqual([[1, 1, 1, 1, 1, 1], { count: 1, rows: [] }]);
    await rows.sql`update cases set status = 'in_progress' where id = ${id}`;
    const left = [await seen(), await rows.ask(partner, note)];
    await rows.sql`update cases set status = 'referred' where id = ${id}`;
    expect(left).toEqual([[0, 0, 0, 0, 0, 0], '42501']);
    for (const status of ['resolved', 'withdrawn', 'closed']) expect(await rows.ask(partner, `update cases set status = '${status}' where id = '${id}'`)).toBe('42501');
  });

  it('shows a partner no column of a case that a referral would have to name', async () => {
    const partner = askers.find(({ name }) => name === 'partner');
    for (const column of ['preview', 'preview_sealed', 'submitter_name', 'submitter_relationship', 'commune', 'code_hash', 'assigned_to', 'outcome'])
      expect([column, await rows.ask(partner ?? operator, `select ${column} from cases`)]).toEqual([column, '42501']);
  });

  it('shows administrators and observers no column by which a case or a person could be known', async () => {
    const allowed = ['category', 'centre_id', 'channel', 'first_reply_at', 'legal_due_date', 'province', 'received_at', 'received_on', 'resolved_at', 'resolved_on', 'status'];
    for (const role of ['insat_administrator', 'insat_observer']) {
      const readable = await rows.sql<{ column: string }[]>`
        select column_name as column from information_schema.column_privileges where table_schema = 'public' and table_name = 'cases' and grantee = ${role} and privilege_type = 'SELECT' order by 1`;
      expect(readable.map(({ column }) => column)).toEqual(allowed);
    }
  });

  it('shows nobody a password, a session or another person\u2019s login', async () => {
    for (const asker of askers) for (const column of ['password_hash', 'login']) expect(await rows.ask(asker, `select ${column} from staff`)).toBe('42501');
  });
});

describe('the probe has teeth: it reports', () => {
  /** What is wrong with `tables` while `change` holds. */
  const faultsAfter = async (change: string, undo: string, table: string): Promise<string[]> => {
    await rows.sql.unsafe(change);
    try {
      return (await probeRows(rows, [table])).faults;
    } finally {
      await rows.sql.unsafe(undo);
    }
  };
  const policies = () => rows.sql<{ table: string; name: string; using: string | null }[]>`
    select tablename as table, policyname as name, qual as using from pg_policies where schemaname = 'public' and policyname <> 'system' order by 1, 2`;

  it('every policy that is opened to all rows', async () => {
    const conditions = (await policies()).filter(({ using }) => using !== null && using !== 'true');
    expect(conditions.length).toBeGreaterThan(15);
    for (const { table, name, using } of conditions) {
      const faults = await faultsAfter(`alter policy "${name}" on ${table} using (true)`, `alter policy "${name}" on ${table} using (${using})`, table);
      // Whoever cannot read a row cannot say which to change either: opening only the change tells of no row more.
      if (name !== 'tracked') expect([table, name, faults.length]).not.toEqual([table, name, 0]);
    }
  });

  it.each([
    ['that seals a case', /readers IS NOT NULL/, 'false'],
    ['that keeps out whom a conflict of interest concerns', /= ANY \(blocked\)/, "= ANY ('{}'::uuid[])"],
    ['that keeps operators out of restricted queues', /queue_id <> ALL/, 'queue_id <> ANY'],
  ])('the line of the policy on cases %s, when it is gone', async (_, line, nothing) => {
    const policy = (await policies()).find(({ table, name }) => table === 'cases' && name === 'staff');
    const using = policy?.using ?? '';
    expect(using).toMatch(line);
    const faults = await faultsAfter(`alter policy "staff" on cases using (${using.replace(line, nothing)})`, `alter policy "staff" on cases using (${using})`, 'cases');
    expect(faults).toContain('cases, operator: reads 3, not 2');
  });

  it('a table whose security is off, and a role that was given a table', async () => {
    for (const table of ['cases', 'messages', 'citizens']) {
      const off = await faultsAfter(`alter table ${table} disable row level security`, `alter table ${table} enable row level security`, table);
      expect(off).toContain(`${table}, operator: reads ${table === 'messages' ? 11 : 10}, not 2`);
    }
    expect(await faultsAfter('grant select on sessions to insat_staff; create policy slip on sessions to insat_staff using (true)', 'drop policy slip on sessions; revoke select on sessions from insat_staff', 'sessions')).toHaveLength(5);
    expect((await probeRows(rows, ['cases', 'messages', 'citizens', 'sessions'])).faults).toEqual([]);
  });
});
