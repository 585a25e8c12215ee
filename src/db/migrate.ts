import { join } from 'node:path';
import { runMigrations } from 'bullmq';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import pg from 'pg';
import postgres from 'postgres';
import { projectRoot } from '#lib/root';
import { ensureRoles } from './roles.ts';

/** Migration runs alone: two programs that start together must not both create tables. */
const migrationLock = 264_839_175;

/** 18.4, as `server_version_num` has it. */
const oldest = 180_004;

/**
 * Brings the database at `url` to this version: our tables, then BullMQ's own (schema `bullmq`). Safe to run again, and
 * from several programs at once. Refuses a database that cannot hold or compare Arabic.
 */
export const migrate = async (url: string): Promise<void> => {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await assertNewEnough(client);
    await assertReadsArabic(client);
    await client`select pg_advisory_lock(${migrationLock})`;
    await ensureRoles(client);
    await applyMigrations(drizzle(client), { migrationsFolder: join(projectRoot, 'drizzle') }).catch((error: unknown) => {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : 'unknown';
      throw new Error(
        `The database could not be brought to this version of Insat (${reason}). ` +
          'Is it a database of Insat, and not of a newer version? Nothing was changed.',
        { cause: error },
      );
    });
    await migrateJobs(url);
    await tuneJobTables(client);
  } finally {
    await client.end();
  }
};

const migrateJobs = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
};

/**
 * A job's row lives for seconds, so the tables die and refill all day. The default of autovacuum (a fifth of the table)
 * comes too late for them: BullMQ slows down several times over on a database that has been used for a while.
 */
const tuneJobTables = async (client: postgres.Sql): Promise<void> => {
  const tables = await client<{ name: string }[]>`
    select quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'bullmq' and c.relkind = 'r' and c.relname in ('job', 'event', 'job_dependency')`;
  for (const { name } of tables) {
    await client.unsafe(`alter table bullmq.${name} set (
      autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
      autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)`);
  }
};

/**
 * Ids are made with uuidv7(), and constraints declared without being enforced: both came with 18. Before 18.4 whoever may query
 * can make the server write beyond its memory (CVE-2026-6473); 18.4 is also the one that npm start brings along.
 */
const assertNewEnough = async (client: postgres.Sql): Promise<void> => {
  const [row] = await client<{ version: number; name: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as name`;
  if (row === undefined || row.version < oldest) throw new Error(`Insat needs PostgreSQL 18.4 or newer; this one is ${row?.name ?? 'unknown'}.`);
};

/** In locale `C` letters beyond ASCII have no class: search would silently find no Arabic at all. */
const assertReadsArabic = async (client: postgres.Sql): Promise<void> => {
  const [row] = await client<{ encoding: string; letters: boolean }[]>`
    select current_setting('server_encoding') as encoding, 'ع' ~ '^[[:alpha:]]$' as letters`;
  if (row?.encoding !== 'UTF8' || !row.letters)
    throw new Error(
      'The database cannot read Arabic: it needs encoding UTF8 and a UTF-8 locale. ' +
        "Create it with: create database insat encoding 'UTF8' locale 'C.UTF-8' template template0",
    );
};
