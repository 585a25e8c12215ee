import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import postgres from 'postgres';

/**
 * Compiles the programs as `npm start` runs them, once in a test run: a second compilation would pull the files from under
 * the programs of another test file. The run's own PostgreSQL knows. @throws with the compiler's words
 */
export const build = async (): Promise<void> => {
  const sql = postgres(process.env['TEST_DATABASE_URL'] ?? '', { max: 1, onnotice: () => undefined });
  try {
    await sql`select pg_advisory_lock(1)`;
    const [built] = await sql`select 1 where to_regclass('built') is not null`;
    if (!built) await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']);
    await sql`create table if not exists built ()`;
  } finally {
    await sql.end();
  }
};

/** A key that no start refuses. */
export const newKey = (): string => randomBytes(32).toString('hex');

/** The whole product in a process of its own; resolves once it listens. */
export const startInsat = async (settings: Record<string, string>): Promise<{ kill(): Promise<void>; stop(): Promise<number | null> }> => {
  const child = spawn(process.execPath, ['dist/src/start.js'], { env: { ...settings }, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    await exited;
    return child.exitCode;
  };
  for await (const said of createInterface({ input: child.stdout })) if (said.startsWith('Insat is listening')) return { kill, stop };
  throw new Error('Insat ended before it listened');
};
