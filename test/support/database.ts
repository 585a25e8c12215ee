import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/** Migrated once per run, by services.ts; every fresh database is a copy of it. */
export const template = 'insat_template';

/** A migrated, empty database for one test file, with its key store beside it. `drop` also ends whoever is still connected. */
export const freshDatabase = async (): Promise<{ url: string; drop(): Promise<void> }> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  for (const part of ['', '_keys'])
    await asSuperuser((sql) => sql`create database ${sql(name + part)} template ${sql(template + part)}`);
  return {
    url: Object.assign(new URL(adminUrl()), { pathname: name }).href,
    async drop() {
      for (const part of ['', '_keys']) await asSuperuser((sql) => sql`drop database ${sql(name + part)} with (force)`);
    },
  };
};

/** A database as it is now, as a backup would bring it back. Whoever is connected is cut off for a moment. */
export const copyOf = async (url: string): Promise<{ url: string; drop(): Promise<void> }> => {
  const source = new URL(url).pathname.slice(1);
  const name = `copy_${randomBytes(8).toString('hex')}`;
  await asSuperuser(async (sql) => {
    await sql`alter database ${sql(source)} with allow_connections false`;
    try {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${source}`;
      await sql`create database ${sql(name)} template ${sql(source)}`;
    } finally {
      await sql`alter database ${sql(source)} with allow_connections true`;
    }
  });
  return {
    url: Object.assign(new URL(url), { pathname: name }).href,
    drop: () => asSuperuser((sql) => sql`drop database ${sql(name)} with (force)`),
  };
};

const adminUrl = (): string => {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is missing: run the tests through vitest, which starts the services.');
  return url;
};

const asSuperuser = async (work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> => {
  const sql = postgres(adminUrl(), { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
};
