import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, giveTo, settle } from './account.ts';
import { codeOf, EmbeddedError, ProgramFailed } from './failure.ts';
import type { Programs } from './programs.ts';

const run = promisify(execFile);

const draftPrefix = 'postgres.new-';
/** Inside the cluster, so that the two are moved, copied and backed up together. */
const passwordFile = 'insat.password';
export const superuser = 'insat';

/**
 * Makes the cluster on the first start; later checks that it is one of ours and fits these programs.
 * Never deletes a cluster. Needs the folder's lock.
 *
 * @returns the superuser's password
 * @throws EmbeddedError when the folder holds something else; ProgramFailed when initdb fails
 */
export async function openCluster(cluster: string, programs: Programs, account: Account): Promise<string> {
  await clearDrafts(dirname(cluster));
  if ((await entriesOf(cluster)).length === 0) await makeCluster(cluster, programs, account);

  const version = (await textOf(join(cluster, 'PG_VERSION')))?.trim();
  const password = (await textOf(join(cluster, passwordFile)))?.trim();
  const way = 'Nothing was changed. Restore a backup, move the folder away to begin anew, or set DATA_DIR to another folder.';
  if (!version || !password) {
    throw new EmbeddedError(
      `${cluster} holds files, but not a whole database of Insat (${version ? passwordFile : 'PG_VERSION'} is missing). ${way}`);
  }
  if (version !== programs.major) {
    throw new EmbeddedError(
      `${cluster} was made by PostgreSQL ${version}, and this Insat carries PostgreSQL ${programs.major}. `
      + `Start the Insat it was made with and dump its data (pg_dump), or convert it with pg_upgrade. ${way}`);
  }
  await settle(account, cluster);
  return password;
}

/**
 * Made beside its place and moved there when whole: a start that is killed midway leaves no half cluster.
 * The collation is PostgreSQL's own (builtin C.UTF-8), the same on every system, so a moved folder keeps its indexes
 * valid. LC_CTYPE must be UTF-8 besides: pg_trgm asks it, and in locale C finds no letter in Arabic.
 */
async function makeCluster(cluster: string, programs: Programs, account: Account): Promise<void> {
  const draft = await mkdtemp(join(dirname(cluster), draftPrefix));
  await giveTo(account, draft);
  const made = join(draft, 'cluster');
  const password = join(draft, 'password');
  await writeFile(password, randomBytes(24).toString('hex'), { mode: 0o600 });
  await giveTo(account, password);

  const options = [
    '--pgdata', made, '--username', superuser, '--pwfile', password, '--auth=scram-sha-256', '--encoding=UTF8',
    '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions',
  ];
  try {
    await initialise([...options, '--lc-ctype=C.UTF-8'], programs, account);
  } catch (error) {
    if (!(error instanceof ProgramFailed && error.output.includes('invalid locale name'))) throw error;
    await initialise([...options, '--lc-ctype=en_US.UTF-8'], programs, account); // macOS before 15
  }
  await rename(password, join(made, passwordFile));
  await rename(made, cluster);
  await rm(draft, { recursive: true });
}

async function initialise(options: readonly string[], programs: Programs, account: Account): Promise<void> {
  const [command = programs.initdb, ...rest] = [...account.prefix, programs.initdb, ...options];
  try {
    await run(command, rest, { env: { ...process.env, LC_ALL: 'C' } });
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    const message = error instanceof Error ? error.message : '';
    throw new ProgramFailed(programs.initdb, printed || `${command}: ${message}`, error);
  }
}

/**
 * What an interrupted first start left behind; no data was ever in it. Its initdb may outlive it for a moment and add
 * files while they are removed: hence again, for some five seconds in all.
 */
async function clearDrafts(dataDir: string): Promise<void> {
  const drafts = (await entriesOf(dataDir)).filter((name) => name.startsWith(draftPrefix));
  await Promise.all(drafts.map((name) => rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })));
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
