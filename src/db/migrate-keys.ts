import pg from 'pg';

/** Two programs that start together must not both create the table. */
const migrationLock = 264_839_176;

/**
 * Where the data keys are: the database that is configured, or one on the server of `databaseUrl`, named like it with
 * `_keys` behind: a dump of the one does not contain the other.
 */
export const keysUrlOf = (databaseUrl: string, configured: string | undefined): string => {
  if (configured !== undefined) return configured;
  const url = new URL(databaseUrl);
  url.pathname = `${url.pathname}_keys`;
  return url.href;
};

/**
 * Brings the key store at `url` to this version; makes its database where there is none and the account may. Safe to run
 * again, and from several programs at once.
 */
export const migrateKeys = async (url: string): Promise<void> => {
  const client = (await connected(url)) ?? (await made(url));
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await client.query(tables);
  } finally {
    await client.end();
  }
};

const tables = `
create table if not exists data_keys (
  -- The citizen, the member of staff, or the message that has no citizen yet.
  subject uuid primary key,
  -- Of the key in DATA_KEYS that wraps it; 0 once it is destroyed.
  version integer not null,
  -- The row stays when the key is destroyed: it is never made anew.
  wrapped bytea,
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);
-- What was destroyed since a backup of the other database is found without reading the keys that live.
create index if not exists data_keys_destroyed on data_keys (destroyed_at, subject) where destroyed_at is not null;
-- By which a database knows its key store again: with another one everybody would seem erased.
create table if not exists identity (one boolean primary key default true check (one), id uuid not null default gen_random_uuid());
insert into identity default values on conflict do nothing`;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Null where the server has no such database. */
const connected = async (url: string): Promise<pg.Client | null> => {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (codeOf(error) === '3D000') return null;
    throw error;
  }
};

const made = async (url: string): Promise<pg.Client> => {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const admin = await connected(Object.assign(new URL(url), { pathname: 'postgres' }).href);
  try {
    await admin?.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // Another program made it a moment earlier.
    if (!['42P04', '23505'].includes(codeOf(error)))
      throw new Error(`There is no database ${name} for the keys of personal data, and this account may not make one. Create it, or set KEYS_DATABASE_URL.`, { cause: error });
  } finally {
    await admin?.end();
  }
  const client = await connected(url);
  if (!client) throw new Error(`There is no database ${name} for the keys of personal data. Create it, or set KEYS_DATABASE_URL.`);
  return client;
};
