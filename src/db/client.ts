import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Actor } from './actor.ts';
import * as tables from './schema/tables.ts';

type Drizzle = Pick<PostgresJsDatabase<typeof tables>, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute' | '$count'>;

/** One transaction: `db` for ordinary queries, `raw` for a prepared statement on a hot path. */
export type Tx = {
  readonly db: Drizzle;
  raw<Row extends object>(statement: string, parameters: postgres.ParameterOrJSON<never>[]): Promise<Row[]>;
  /** Runs once the transaction has committed, never if it did not. */
  afterCommit(work: () => void): void;
};

export type Database = {
  /** The one door: a transaction in the name of `actor`, which row-level rules can see. */
  withActor<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Calls `onMessage` for each notification on `channel`; `onReady` at the first listen and after each reconnect. */
  listen(channel: string, onMessage: (payload: string) => void, onReady: () => void): Promise<void>;
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
};

const poolSize = 10;

export const openDatabase = (url: string): Database => {
  const pool = postgres(url, {
    max: poolSize,
    onnotice: () => undefined,
    connection: {
      application_name: 'insat',
      // Accepted means kept, whatever the server's default is.
      synchronous_commit: 'on',
      // A stuck statement must not hold a case's lock for ever; reports stay well below.
      statement_timeout: 30_000,
      lock_timeout: 10_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  });
  const orm = drizzle(pool, { schema: tables });

  return {
    async withActor(actor, work) {
      const afterCommit: (() => void)[] = [];
      const result = await orm.transaction(async (db) => {
        // The session of a drizzle transaction owns the connection; only through it can a statement be prepared by text.
        const { client } = db._.session as unknown as { client: postgres.TransactionSql };
        await client.unsafe("select set_config('insat.actor', $1, true)", [JSON.stringify(actor)], { prepare: true });
        return work({
          db,
          raw: async <Row extends object>(statement: string, parameters: postgres.ParameterOrJSON<never>[]) =>
            [...(await client.unsafe<Row[]>(statement, parameters, { prepare: true }))],
          afterCommit: (later) => afterCommit.push(later),
        });
      });
      for (const later of afterCommit) later();
      return result;
    },
    async listen(channel, onMessage, onReady) {
      await pool.listen(channel, onMessage, onReady);
    },
    async notify(channel, payload) {
      await pool.notify(channel, payload);
    },
    close: () => pool.end({ timeout: 5 }),
  };
};
