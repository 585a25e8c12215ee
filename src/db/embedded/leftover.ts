import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { codeOf, EmbeddedError } from './failure.ts';

const run = promisify(execFile);

/**
 * Ends the PostgreSQL that a killed Insat may have left on this cluster, and clears its process-id file.
 * Call only while holding the folder's lock: then whoever still runs there belongs to nobody.
 *
 * @throws EmbeddedError when it does not end
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const pid = await readPid(file);
  if (pid === undefined) return;
  // Fast shutdown first, then immediate: PostgreSQL repairs itself from its log at the next start.
  for (const [signal, patienceMs] of [['SIGINT', 10_000], ['SIGQUIT', 5_000]] as const) {
    if (await serves(pid, cluster)) interrupt(pid, signal);
    if (await ends(pid, cluster, patienceMs)) {
      // A dead server's file may name a process id that another program carries by now, and would stop the start.
      await rm(file, { force: true });
      return;
    }
  }
  throw new EmbeddedError(
    `A PostgreSQL that an earlier Insat left on ${cluster} (process ${pid}) does not end. Stop it, then start again.`);
}

async function readPid(file: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(file, 'utf8'), 10);
    return pid > 1 ? pid : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function interrupt(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function ends(pid: number, cluster: string, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (await serves(pid, cluster)) {
    if (performance.now() > deadline) return false;
    await wait(50);
  }
  return true;
}

/** Whether this process is a living PostgreSQL of this cluster, and not one that got the same process id later. */
async function serves(pid: number, cluster: string): Promise<boolean> {
  const command = await commandOf(pid);
  return command.includes('postgres') && command.includes(cluster);
}

/** A process's command line; '' when it has ended (a zombie has none). */
async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout;
  } catch (error) {
    const gone = ['ENOENT', 'ESRCH'].includes(codeOf(error)) && process.platform === 'linux';
    const unknown = error instanceof Error && 'code' in error && error.code === 1; // ps found no such process
    if (gone || unknown) return '';
    throw error;
  }
}
