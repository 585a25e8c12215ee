import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '#db/embedded';
import { startGuarded } from '#db/embedded/guard';
import { freePort } from '#db/embedded/port';
import { migrate } from '#db/migrate';
import { keysUrlOf, migrateKeys } from '#db/migrate-keys';
import { template } from './database.ts';
import { findRedisServer } from './redis-server.ts';

const undo: (() => Promise<void>)[] = [];

/**
 * Once for the whole test run: a real PostgreSQL with a migrated template database, and a real Redis where there is
 * one. Tests find them in TEST_DATABASE_URL (superuser) and TEST_REDIS_URL; see freshDatabase and freshJobStore.
 */
export const setup = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'insat-test-'));
  undo.push(() => rm(dataDir, { recursive: true }));
  try {
    process.env['TEST_DATABASE_URL'] = await startPostgres(dataDir);
    const redisServer = findRedisServer();
    if (redisServer) process.env['TEST_REDIS_URL'] = await startRedis(redisServer, dataDir);
  } catch (error) {
    await teardown();
    throw error;
  }
};

export const teardown = async (): Promise<void> => {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
};

const startPostgres = async (dataDir: string): Promise<string> => {
  // Nothing here needs to survive a power cut. What a program's own crash leaves is the same without fsync.
  const server = await startEmbedded({
    dataDir, extraSettings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  undo.push(() => server.stop());
  const sql = postgres(server.url, { max: 1 });
  await sql`create database ${sql(template)}`;
  const url = Object.assign(new URL(server.url), { pathname: template }).href;
  await migrate(url);
  await migrateKeys(keysUrlOf(url, undefined));
  for (const name of [template, `${template}_keys`]) await sql`alter database ${sql(name)} with is_template true allow_connections false`;
  await sql.end();
  return server.url;
};

const startRedis = async (program: string, dir: string): Promise<string> => {
  const port = String(await freePort());
  const server = await startGuarded(
    [program, '--port', port, '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no',
      '--maxmemory-policy', 'noeviction'],
    { ready: /Ready to accept connections/ });
  undo.push(() => server.stop());
  return `redis://127.0.0.1:${port}`;
};
