import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '#db/embedded';
import { startGuarded } from '#db/embedded/guard';
import { freePort } from '#db/embedded/port';
import { migrate } from '#db/migrate';
import { keysUrlOf, migrateKeys } from '#db/migrate-keys';

/** What a bench stands on: started for it alone, and gone when it ends. */
export type Ground = {
  folder: string;
  /** A new, migrated database on the one PostgreSQL. */
  database(): Promise<string>;
  redis(program: string): Promise<string>;
  /** A program on the production build (`#...` means dist), in a process that ends with us at the latest; its output goes to ours. */
  program(path: string, environment: Record<string, string>): Promise<void>;
  /** `undo` runs at the end, the latest first. */
  onEnd(undo: () => Promise<void>): void;
};

/** Runs `work` on a durable PostgreSQL in a temporary folder; all is stopped and removed after it, or at Ctrl-C. */
export const onGround = async <T>(work: (ground: Ground) => Promise<T>): Promise<T> => {
  const undo: (() => Promise<void>)[] = [];
  const clear = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  process.once('SIGINT', () => void clear().finally(() => process.exit(130)));
  try {
    const folder = await mkdtemp(join(tmpdir(), 'insat-bench-'));
    undo.push(() => rm(folder, { recursive: true }));
    const server = await startEmbedded({ dataDir: folder });
    undo.push(() => server.stop());
    await assertDurable(server.url);
    return await work({
      folder,
      async database() {
        const name = `bench_${randomBytes(4).toString('hex')}`;
        await asked(server.url, (sql) => sql`create database ${sql(name)}`);
        const url = Object.assign(new URL(server.url), { pathname: name }).href;
        await migrate(url);
        await migrateKeys(keysUrlOf(url, undefined));
        return url;
      },
      async redis(program) {
        const port = String(await freePort());
        const redis = await startGuarded(
          [program, '--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes',
            '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
          { ready: /Ready to accept connections/ });
        undo.push(() => redis.stop());
        return `redis://127.0.0.1:${port}`;
      },
      async program(path, environment) {
        const program = await startGuarded(['sh', '-c', 'echo started; exec "$@"', 'sh', process.execPath, path], {
          ready: /^started$/,
          env: environment,
          log: (line) => line === 'started' || console.error(line),
        });
        undo.push(() => program.stop());
      },
      onEnd: (step) => undo.push(step),
    });
  } finally {
    await clear();
  }
};

/** Asks the database once. */
export const asked = async <T>(url: string, question: (sql: postgres.Sql) => PromiseLike<T>): Promise<T> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await question(sql);
  } finally {
    await sql.end();
  }
};

/** Speed bought with the power to lose an accepted complaint is not what we measure. */
const assertDurable = async (url: string): Promise<void> => {
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const [row] = await asked(url, (sql) => sql.unsafe(`show ${setting}`));
    if (row?.[setting] !== 'on') throw new Error(`PostgreSQL runs with ${setting} ${String(row?.[setting])}: nothing measured here would be kept.`);
  }
};
