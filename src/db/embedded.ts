import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import postgres from 'postgres';
import { chooseAccount } from './embedded/account.ts';
import { openCluster, superuser } from './embedded/cluster.ts';
import { codeOf, EmbeddedError, explain, ProgramFailed } from './embedded/failure.ts';
import { startGuarded } from './embedded/guard.ts';
import { stopLeftover } from './embedded/leftover.ts';
import { lockFolder } from './embedded/lock.ts';
import { freePort } from './embedded/port.ts';
import { findPrograms } from './embedded/programs.ts';

export { EmbeddedError } from './embedded/failure.ts';

const database = 'insat';
const portAttempts = 5;

/** What differs from PostgreSQL's own defaults, or must not depend on them. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  // Jobs die by the thousand each minute; a minute between looks, the default, is too long for their tables.
  autovacuum_naptime: '5s',
  timezone: 'UTC',
  // Read below to know when the server is ready and why it is not.
  lc_messages: 'C',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  // Messages of failed statements quote what a citizen wrote; `log` leaves them out, and keeps start, stop and crash.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
};

/**
 * Starts a real PostgreSQL, whose programs come with an npm package, on `<dataDir>/postgres`; makes the cluster on
 * the first start. It listens on 127.0.0.1 on a free port, with a random password kept in the cluster, and never
 * outlives this process, not even when that is killed.
 *
 * @param options.dataDir made when missing; held by this process alone until `stop`
 * @param options.log gets each line PostgreSQL prints; no statements, no data
 * @param options.extraSettings PostgreSQL settings that take precedence, by name
 * @returns `url` of the database `insat`, as superuser; `stop` shuts down fast, also with clients still connected
 * @throws EmbeddedError with a sentence for the person who starts Insat
 */
export async function startEmbedded(options: {
  dataDir: string;
  log?: (line: string) => void;
  extraSettings?: Readonly<Record<string, string>>;
}): Promise<{ url: string; stop(): Promise<void> }> {
  const undo: (() => void | Promise<void>)[] = [];
  const unwind = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    await makeFolder(resolve(options.dataDir));
    const dataDir = await realpath(options.dataDir);
    undo.push(lockFolder(dataDir));

    const cluster = join(dataDir, 'postgres');
    const programs = await findPrograms();
    const account = await chooseAccount(cluster, [dataDir, programs.postgres]);
    const password = await openCluster(cluster, programs, account);
    await stopLeftover(cluster);

    const launch = async (attempt: number): Promise<number> => {
      const port = await freePort();
      const given = { ...settings, ...options.extraSettings, port: String(port) };
      try {
        const server = await startGuarded(
          [programs.postgres, '-D', cluster, ...Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
          {
            ready: /database system is ready to accept connections/,
            prefix: account.prefix,
            env: { LC_ALL: 'C' },
            ...(options.log && { log: options.log }),
          });
        undo.push(() => server.stop());
        return port;
      } catch (error) {
        const stolen = error instanceof ProgramFailed && error.output.includes('Address already in use');
        if (!stolen || attempt === portAttempts) throw error;
        return launch(attempt + 1);
      }
    };
    const port = await launch(1);
    const urlOf = (name: string): string => `postgres://${superuser}:${password}@127.0.0.1:${port}/${name}`;
    await ensureDatabase(urlOf('postgres'), cluster);
    let stopped: Promise<void> | undefined;
    return { url: urlOf(database), stop: () => (stopped ??= unwind()) };
  } catch (error) {
    await unwind();
    throw explain(error, resolve(options.dataDir));
  }
}

/** Like `mkdir` with `recursive`, which never returns where the system makes no folders (/proc). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** Creates the database on the first start, after a look whether this system's locale can search Arabic. */
async function ensureDatabase(adminUrl: string, cluster: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    const [found] = await sql`select from pg_database where datname = ${database}`;
    if (found) return;
    await sql.unsafe('begin; create extension pg_trgm');
    const [word] = await sql<{ trigrams: number }[]>`select cardinality(show_trgm('المياه')) as trigrams`;
    await sql`rollback`;
    if (word?.trigrams === 0) {
      throw new EmbeddedError(
        'The UTF-8 locale of this system knows no Arabic letters, and Arabic could not be searched. '
        + 'Install C.UTF-8, or set DATABASE_URL to a PostgreSQL 18 of yours.');
    }
    await sql`create database ${sql(database)}`;
  } catch (error) {
    if (codeOf(error) !== '28P01') throw error;
    throw new EmbeddedError(
      `${cluster} does not accept the password kept beside it in insat.password. Nothing was changed. `
      + 'Put the right one there, restore a backup, or set DATA_DIR to another folder.',
      { cause: error });
  } finally {
    await sql.end();
  }
}
