import { createHash } from 'node:crypto';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgTransactionConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Log } from '#lib/log';
import { system, type Actor } from './actor.ts';
import { openListener } from './listener.ts';
import { roleOf } from './roles.ts';

type Drizzle = Pick<NodePgDatabase, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | '$count'>;

/** One transaction: `db` for ordinary queries, `raw` for a prepared statement on a hot path. */
export type Tx = {
  readonly db: Drizzle;
  raw<Row extends object>(statement: string, parameters: readonly string[]): Promise<Row[]>;
  /** For what a rule of the machine does within a person's transaction, and the person may not: with the system's rights. */
  asSystem<T>(work: () => Promise<T>): Promise<T>;
  /** Runs once the transaction has committed, never if it did not. */
  afterCommit(work: () => void): void;
};

export type Database = {
  /** The one door: a transaction in the name of `actor`, with the rights of its database role. */
  withActor<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same, read-only, and every statement sees the database as it was at the first. For what compares much, beside those who write. */
  snapshot<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One statement in a transaction of its own, for the hot path: begin, actor, statement and commit travel together, one
   * round trip where `withActor` takes four.
   */
  single<Row extends object>(actor: Actor, statement: string, parameters: readonly string[]): Promise<Row[]>;
  /** Calls `onMessage` for each notification on `channel`; `onReady` at the first listen and after each reconnect. */
  listen(channel: string, onMessage: (payload: string) => void, onReady: () => void): Promise<void>;
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
};

const poolSize = 10;

/** Opens the pool of connections to `url`. A connection that breaks is replaced; what ran on it fails. */
export const openDatabase = (url: string, log: Log): Database => {
  const settings = {
    connectionString: url,
    max: poolSize,
    application_name: 'insat',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // A stuck statement must not hold a case's lock for ever; reports stay well below.
    statement_timeout: 30_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    // Accepted means kept, whatever the server's default is.
    options: '-c synchronous_commit=on',
  };
  const pool = new pg.Pool(settings);
  const hot = new pg.Pool({ ...settings, max: 2, pipeline: true });
  const lost = (err: Error): void => log.warn({ err }, 'a database connection was lost');
  for (const one of [pool, hot]) {
    one.on('error', lost);
    // While a transaction holds it, a connection that breaks between two statements tells only its own listeners.
    one.on('connect', (client) => client.on('error', lost));
  }
  const orm = drizzle(pool);
  const listeners: { close(): Promise<void> }[] = [];

  const transaction = async <T>(actor: Actor, work: (tx: Tx) => Promise<T>, how?: PgTransactionConfig): Promise<T> => {
    const afterCommit: (() => void)[] = [];
    const result = await orm.transaction(async (db) => {
      // The session of a drizzle transaction owns the connection; only through it can a statement be prepared by name.
      const { client } = db._.session as unknown as { client: pg.PoolClient };
      await client.query(takeOn(actor));
      return work({
        db,
        raw: async <Row extends object>(statement: string, parameters: readonly string[]) =>
          (await client.query<Row>(prepared(statement, parameters))).rows,
        async asSystem(inner) {
          await client.query(takeOn(system));
          try {
            return await inner();
          } finally {
            // A transaction that has failed takes no more statements, and needs no role.
            await client.query(takeOn(actor)).catch(() => undefined);
          }
        },
        afterCommit: (later) => afterCommit.push(later),
      });
    }, how);
    for (const later of afterCommit) later();
    return result;
  };

  return {
    withActor: (actor, work) => transaction(actor, work),
    snapshot: (actor, work) => transaction(actor, work, { isolationLevel: 'repeatable read', accessMode: 'read only' }),
    async single<Row extends object>(actor: Actor, statement: string, parameters: readonly string[]) {
      const client = await hot.connect();
      try {
        // After a failed statement the commit ends the transaction without effect.
        const [, , { rows }] = await Promise.all([
          client.query('begin'),
          client.query(takeOn(actor)),
          client.query<Row>(prepared(statement, parameters)),
          client.query('commit'),
        ]);
        return rows;
      } finally {
        client.release();
      }
    },
    async listen(channel, onMessage, onReady) {
      listeners.push(await openListener(url, channel, { onMessage, onReady, log }));
    },
    async notify(channel, payload) {
      await pool.query('select pg_notify($1, $2)', [channel, payload]);
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await pool.end();
      await hot.end();
    },
  };
};

/** Until the transaction ends it has the actor's rights, and row-level rules see the actor. Neither outlives it. */
const takeOn = (actor: Actor): pg.QueryConfig =>
  prepared("select set_config('role', $1, true), set_config('insat.actor', $2, true)", [roleOf(actor), JSON.stringify(actor)]);

const names = new Map<string, string>();

/** Parsed and planned once per connection, under a name made from the text. */
const prepared = (text: string, values: readonly string[]): pg.QueryConfig => {
  let name = names.get(text);
  if (name === undefined) {
    name = `insat_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    names.set(text, name);
  }
  return { name, text, values: [...values] };
};
