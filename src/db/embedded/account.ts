import { execFile } from 'node:child_process';
import { chmod, chown, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, EmbeddedError } from './failure.ts';

const run = promisify(execFile);

/** How PostgreSQL's programs are run. `owner` is set only when we are root, whom PostgreSQL refuses to serve. */
export type Account = { owner?: { uid: number; gid: number }; prefix: readonly string[] };

/**
 * Chooses the user that PostgreSQL runs as: ourselves, or, for root, the user who owns the cluster already,
 * else `postgres`, else `nobody`.
 *
 * A folder that only root can enter (/root, a fresh mktemp -d) hides cluster and programs from that user. Then, and
 * only then, it keeps the one capability that opens them; `no_setuid_fixup` makes access(2), by which PostgreSQL
 * looks for its own programs, count it.
 *
 * @param cluster the cluster's folder, which need not exist yet
 * @param paths everything the programs must reach
 */
export async function chooseAccount(cluster: string, paths: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = (await ownerOf(cluster)) ?? (await namedAccount());
  const hidden = (await Promise.all(paths.map(isHidden))).includes(true);
  return {
    owner,
    prefix: [
      'setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups',
      ...(hidden
        ? ['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override']
        : []),
      '--',
    ],
  };
}

/** Hands a file or folder that we made to the account. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account.owner) await chown(path, account.owner.uid, account.owner.gid);
}

/** Sets right the owner and mode of a cluster that was copied, as by `cp -r` or a restored backup. */
export async function settle(account: Account, cluster: string): Promise<void> {
  if (account.owner && (await stat(cluster)).uid === 0) {
    await run('chown', ['-R', `${account.owner.uid}:${account.owner.gid}`, cluster]);
  }
  await chmod(cluster, 0o700);
}

async function ownerOf(cluster: string): Promise<Account['owner']> {
  try {
    const { uid, gid } = await stat(cluster);
    return uid === 0 ? undefined : { uid, gid };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function namedAccount(): Promise<{ uid: number; gid: number }> {
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const [, , uid, gid] = entries.find(([name]) => name === wanted) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedError(
    'PostgreSQL refuses to run as root, and this system has neither a user postgres nor nobody. '
    + 'Start Insat as an ordinary user, or set DATABASE_URL to a PostgreSQL 18 of yours.');
}

/** Whether some folder on the way to `path`, or itself, does not let everybody through. */
async function isHidden(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o001) === 0) return true;
  const parent = dirname(path);
  return parent !== path && isHidden(parent);
}
