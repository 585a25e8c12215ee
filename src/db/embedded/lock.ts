import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedError } from './failure.ts';

/** Result codes of SQLite, https://www.sqlite.org/rescode.html */
const busy = 5;
const readOnly = 8;
const full = 13;
const cannotOpen = 14;

/**
 * Takes the data folder for this process, until the returned function is called or the process dies.
 *
 * Node has no file lock of its own, but carries SQLite, which has a real one: the kernel drops it with the process,
 * however that ends, so there is no stale lock and no guessing by process ids. The file `insat.lock` holds nothing
 * but the holder's process id, in SQLite's `user_version`, readable while it is locked.
 *
 * @throws EmbeddedError when another process (or another start in this one) holds the folder
 */
export function lockFolder(dataDir: string): () => void {
  const file = join(dataDir, 'insat.lock');
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file);
    lock.exec(`begin immediate; pragma user_version = ${process.pid}; commit; begin immediate`);
    const held = lock;
    return () => held.close();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
    const holder = code === busy ? lock?.prepare('pragma user_version').get()?.['user_version'] : undefined;
    lock?.close();
    if (code === busy) {
      throw new EmbeddedError(
        `Another Insat is already running on this data folder (process ${holder ?? 'unknown'}). Stop it, or set DATA_DIR.`,
        { cause: error });
    }
    if (code === full) throw Object.assign(new Error('no space for the lock', { cause: error }), { code: 'ENOSPC' });
    if (code === readOnly || code === cannotOpen) {
      throw Object.assign(new Error('no right to the lock', { cause: error }), { code: 'EACCES' });
    }
    throw error;
  }
}
