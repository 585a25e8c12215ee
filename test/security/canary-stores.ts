import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { ClientRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import type { JobStore } from '#jobs/backend';
import type { Findings } from './canary.ts';

/** Reads every row of every table of a database, as the superuser: our schemas, those of libraries, and what PostgreSQL itself keeps of values, comments and statements. */
export const lookThroughDatabase = async (url: string, findings: Findings, prefix = ''): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql`analyze`;
    const tables = await sql<{ schema: string; name: string }[]>`
      select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'witness')`;
    const kept = [
      ...tables.map(({ schema, name }) => ({ place: schema === 'public' ? name : `${schema}.${name}`, from: `${schema}.${name}` })),
      ...['pg_stats', 'pg_stats_ext', 'pg_stat_activity', 'pg_shdescription', 'pg_attrdef', 'pg_policies', 'pg_db_role_setting', 'pg_largeobject', 'pg_prepared_xacts'].map((name) => ({ place: name, from: name })),
      // Those from 16384 on did not come with PostgreSQL.
      ...['pg_description', 'pg_proc', 'pg_constraint'].map((name) => ({ place: name, from: `(select * from ${name} where ${name === 'pg_description' ? 'objoid' : 'oid'} >= 16384)` })),
    ];
    for (const { place, from } of kept)
      for (const { row } of await sql.unsafe<{ row: Record<string, unknown> }[]>(`select to_jsonb(t) as row from ${from} t`))
        for (const [column, value] of Object.entries(row))
          // What is kept in a statistic is told by the column that it is of.
          findings.look(prefix + (place === 'pg_stats' ? `pg_stats of ${String(row['tablename'])}.${String(row['attname'])}` : `${place}.${column}`), typeof value === 'string' ? value : JSON.stringify(value));
  } finally {
    await sql.end();
  }
};

/** Every byte of every file under a folder, and its name. */
export const lookThroughFiles = async (dir: string, findings: Findings): Promise<number> => {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) findings.look('files', name + (await readFile(join(parentPath, name))).toString('latin1') + (await readFile(join(parentPath, name))).toString('utf8'));
  return files.length;
};

/** The addresses and headers of every request that this process makes to a server, until `stop`. */
export const watchRequests = (origin: string): { seen: string[]; stop(): void } => {
  const seen: string[] = [];
  const started = channel('http.client.request.start');
  const note = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    if (`${request.protocol}//${request.getHeader('host')}` === origin) seen.push(`${request.method} ${request.path} ${JSON.stringify(request.getHeaders())}`);
  };
  started.subscribe(note);
  return { seen, stop: () => started.unsubscribe(note) };
};

/** All that ever comes into the job store from now on, also what is removed again a moment later; `texts` ends the watch. */
export const watchJobs = async (store: JobStore): Promise<{ texts(): Promise<string[]> }> => ('redisUrl' in store ? watchRedis(store.redisUrl) : watchPostgres(store.databaseUrl));

const watchRedis = async (url: string) => {
  const redis = new Redis(url);
  const { hostname, port } = new URL(url);
  // By hand: ioredis loses count of its answers when lines of a monitor come between them.
  const monitor = connect(Number(port), hostname);
  const parts: Buffer[] = [];
  monitor.on('data', (part: Buffer) => parts.push(part));
  monitor.write('MONITOR\r\n');
  await once(monitor, 'data');
  return {
    async texts() {
      const left: string[] = [];
      for (const key of await redis.keys('*')) left.push(key, JSON.stringify(await contentOf(redis, key)));
      monitor.destroy();
      await redis.quit();
      return [...Buffer.concat(parts).toString('latin1').split('\r\n').map(unescaped), ...left];
    },
  };
};

/** What a monitor shows: bytes beyond ASCII as \xd9. */
const unescaped = (line: string): string =>
  Buffer.from(line.replace(/\\x([\da-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');

const contentOf = async (redis: Redis, key: string): Promise<unknown> => {
  const readers: Record<string, () => Promise<unknown>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, '0', '-1'),
    stream: () => redis.xrange(key, '-', '+'),
  };
  const read = readers[await redis.type(key)];
  return read ? read() : null;
};

const watchPostgres = async (url: string) => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`
    create schema witness;
    create unlogged table witness.seen (text text);
    create function witness.note() returns trigger language plpgsql security definer as $$
    begin
      insert into witness.seen values (tg_table_name || ' ' || to_jsonb(new)::text);
      return new;
    end $$`);
  const tables = await sql<{ name: string }[]>`select quote_ident(tablename) as name from pg_tables where schemaname = 'bullmq'`;
  for (const { name } of tables) await sql.unsafe(`create trigger witness after insert or update on bullmq.${name} for each row execute function witness.note()`);
  return {
    async texts() {
      const rows = await sql<{ text: string }[]>`select text from witness.seen`;
      await sql.end();
      return rows.map(({ text }) => text);
    },
  };
};
