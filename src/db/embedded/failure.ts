/** A reason why the embedded PostgreSQL cannot run, told to the person who started Insat: show `message`, no stack. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError';
}

/** A program that ended before it did its work; `output` is what it printed. */
export class ProgramFailed extends Error {
  override name = 'ProgramFailed';
  readonly output: string;

  constructor(program: string, output: string, cause?: unknown) {
    super(`${program} failed: ${lastLine(output)}`, { cause });
    this.output = output;
  }
}

const elsewhere = 'or set DATA_DIR to another folder';

const diskFull = (dataDir: string): string =>
  `The disk that holds ${dataDir} is full. Nothing was deleted. Free some space and start again, ${elsewhere}.`;

const notOurs = (dataDir: string): string =>
  `Insat may not write in ${dataDir}. Give the folder to the user who starts Insat (chown -R), ${elsewhere}.`;

/** What PostgreSQL prints, and what the person can do about it; the first that matches counts. */
const known: readonly (readonly [RegExp, (dataDir: string) => string])[] = [
  [/No space left on device|Disk quota exceeded/i, diskFull],
  [/setpriv: /, () =>
    'As root, Insat runs PostgreSQL under another user and needs setpriv (util-linux) and the right to change user. '
    + 'Start Insat as an ordinary user, or set DATABASE_URL to a PostgreSQL 18 of yours.'],
  [/could not look up effective user ID/, () =>
    'The user who starts Insat has no entry in /etc/passwd, and PostgreSQL needs one. '
    + 'Start Insat as a named user, or set DATABASE_URL to a PostgreSQL 18 of yours.'],
  [/error while loading shared libraries|GLIBC|Library not loaded|Exec format error/, () =>
    'The PostgreSQL that comes with Insat cannot run on this system, or was installed without its install scripts. '
    + 'Run `npm rebuild` and start again, or set DATABASE_URL to a PostgreSQL 18 of yours.'],
  [/invalid locale name|invalid LC_CTYPE/, () =>
    'This system has no UTF-8 locale, without which Arabic cannot be searched. '
    + 'Install C.UTF-8 or en_US.UTF-8, or set DATABASE_URL to a PostgreSQL 18 of yours.'],
  [/lock file "postmaster\.pid" already exists/, (dataDir) =>
    `Another PostgreSQL already runs on ${dataDir}. Stop it, ${elsewhere}.`],
  [/shared memory|could not create semaphores/, () =>
    'This system gives PostgreSQL too little shared memory, or an earlier PostgreSQL has not let go of it yet. '
    + 'Wait a moment and start again; in a container, give it more (--shm-size=256m).'],
  [/Address already in use|could not create any TCP\/IP sockets/, () =>
    'PostgreSQL found no free port on 127.0.0.1. Start Insat again; if it stays so, set DATABASE_URL.'],
  [/Permission denied|Operation not permitted|has wrong ownership/, notOurs],
];

const fileFaults: Readonly<Record<string, (dataDir: string) => string>> = {
  ENOSPC: diskFull, EDQUOT: diskFull,
  EACCES: notOurs, EPERM: notOurs, EROFS: notOurs,
  ENOTDIR: (dataDir) => `${dataDir} is not a folder. Set DATA_DIR to a folder that Insat may write in.`,
  EEXIST: (dataDir) => `${dataDir} is not a folder. Set DATA_DIR to a folder that Insat may write in.`,
  ENOENT: (dataDir) => `The folder ${dataDir} cannot be made here. Set DATA_DIR to a folder that Insat may write in.`,
};

/**
 * Turns what went wrong on the way into an {@link EmbeddedError} with a sentence that says what to do.
 * An error of no known kind is a fault of ours and comes back as it is.
 */
export function explain(error: unknown, dataDir: string): unknown {
  if (error instanceof ProgramFailed) {
    const told = known.find(([pattern]) => pattern.test(error.output))?.[1](dataDir)
      ?? `PostgreSQL cannot start on ${dataDir}; the database there may be damaged. It says: «${lastLine(error.output)}». `
      + `Nothing was deleted. Restore a backup, move the folder away to begin anew, ${elsewhere}.`;
    return new EmbeddedError(told, { cause: error });
  }
  if (error instanceof EmbeddedError) return error;
  const told = fileFaults[codeOf(error)]?.(dataDir);
  return told === undefined ? error : new EmbeddedError(told, { cause: error });
}

/** The `code` of a system or database error ('EACCES', '28P01'), or ''. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function lastLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const fatal = lines.findLast((line) => /FATAL|PANIC|error:|could not/.test(line));
  return (fatal ?? lines.at(-1) ?? 'nothing').trim();
}
