import pg from 'pg';
import type { Log } from '#lib/log';
import { newDataKey, rewrap, unwrap, type DataKey, type Wrapped, type WrappingKeys } from '#lib/sealing';

/** A key that is made, but not kept yet. */
export type NewKey = Wrapped & { key: DataKey };

/**
 * Keeps the data keys, wrapped, in a database of their own: who is erased there stays erased whatever backup of the other
 * database comes back. Nothing is cached, so a destroyed key is gone at once for every process.
 */
export type KeyStore = {
  /** A key for this citizen or message. It is `keep`-ed before a row that it seals is written. */
  make(subject: string): NewKey;
  /** Commits the keys, before the transaction that stores what they seal; again without effect. One that was destroyed stays so. */
  keep(keys: readonly NewKey[]): Promise<void>;
  /** The keys there are, by subject; a destroyed one is missing. */
  read(subjects: Iterable<string>): Promise<ReadonlyMap<string, DataKey>>;
  /** For good: what these keys sealed is erased. That they were, and when, is remembered; nothing else is. */
  destroy(subjects: readonly string[]): Promise<void>;
  /** Whose keys were destroyed after `after` (no subject: at this time or later), the earliest first. */
  destroyed(after: { at: string; subject?: string }, limit: number): Promise<Destroyed[]>;
  /**
   * Wraps the next keys after `after` (null: from the first on), in the order of their subjects, by the current wrapping
   * key. Whoever reads meanwhile is not disturbed.
   *
   * @returns how many were looked at and changed, and the last subject; null at the end
   */
  rotate(after: string | null, limit: number): Promise<{ last: string; seen: number; rewrapped: number } | null>;
  /** The versions of the wrapping keys that are still in use. */
  versions(): Promise<number[]>;
  /** Made with the store, and of no use but to tell it from another. */
  identity(): Promise<string>;
  close(): Promise<void>;
};

/** What is left of a key: whose it was, and when it was destroyed, by the store's own clock (ISO 8601, to the microsecond). */
type Destroyed = { subject: string; at: string };

type Row = { subject: string; version: number; wrapped: Buffer };

/** As wide as what `newDataKey` gives: version byte, nonce, 32 bytes, tag. */
const wrappedBytes = 61;

/**
 * @param sameServer whether the rows that the keys seal are on this very server. Both then go into one write-ahead log, a
 *   key before its row: the commit of the row, which is waited for, brings the key to disk as well, and the key's own need
 *   not be waited for. Elsewhere a key is on disk before its row is sent.
 */
export const openKeyStore = (url: string, keys: WrappingKeys, log: Log, sameServer: boolean): KeyStore => {
  const open = (max: number, synchronousCommit: 'on' | 'off'): pg.Pool => {
    const opened = new pg.Pool({
      connectionString: url,
      max,
      application_name: 'insat keys',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      statement_timeout: 30_000,
      lock_timeout: 10_000,
      // A key that is lost with the server's memory takes with it what it sealed; a destroyed one must not come back.
      options: `-c synchronous_commit=${synchronousCommit}`,
    });
    opened.on('error', (err) => log.warn({ err }, 'a connection to the key store was lost'));
    return opened;
  };
  const pool = open(5, 'on');
  const keeping = open(2, sameServer ? 'off' : 'on');
  const ask = async (name: string, text: string, values: unknown[], on = pool): Promise<Row[]> => (await on.query<Row>({ name, text, values })).rows;

  return {
    make: (subject) => newDataKey(keys, subject),
    async keep(made) {
      const [first] = made;
      if (!first) return;
      // All in one parameter, and not one text for each: the statement is on the path of every filing.
      await ask('keep', keep, [`{${made.map(({ subject }) => subject).join(',')}}`, Buffer.concat(made.map(({ wrapped }) => wrapped)), first.version], keeping);
    },
    async read(subjects) {
      const asked = [...new Set(subjects)];
      if (asked.length === 0) return new Map();
      const rows = await ask('read', read, [`{${asked.join(',')}}`]);
      return new Map(rows.map((row) => [row.subject, unwrap(keys, row)]));
    },
    async destroy(subjects) {
      await ask('destroy', destroy, [`{${subjects.join(',')}}`]);
    },
    async destroyed(after, limit) {
      const { rows } = await pool.query<Destroyed>({ name: 'destroyed', text: destroyed, values: [after.at, after.subject ?? beforeAll, limit] });
      return rows;
    },
    async rotate(after, limit) {
      const rows = await ask('page', page, [after, limit]);
      const last = rows.at(-1);
      if (!last) return null;
      const old = rows.filter(({ version }) => version !== keys.current);
      const changed = await ask('replace', replace, [
        `{${old.map(({ subject }) => subject).join(',')}}`,
        Buffer.concat(old.map(({ wrapped }) => wrapped)),
        keys.current,
        Buffer.concat(old.map((row) => rewrap(keys, row).wrapped)),
      ]);
      return { last: last.subject, seen: rows.length, rewrapped: changed.length };
    },
    async versions() {
      return (await ask('versions', versions, [])).map(({ version }) => version);
    },
    async identity() {
      const { rows } = await pool.query<{ id: string }>('select id from identity');
      return rows[0]?.id ?? '';
    },
    async close() {
      await Promise.all([pool.end(), keeping.end()]);
    },
  };
};

/** The wrapped key at `place` (from 1) of those that a parameter holds one after another. */
const at = (parameter: string): string => `substring(${parameter}::bytea from ((u.place - 1) * ${wrappedBytes} + 1)::int for ${wrappedBytes})`;
const subjects = 'unnest($1::uuid[]) with ordinality as u(subject, place)';

const keep = `
insert into data_keys (subject, version, wrapped) select u.subject, $3, ${at('$2')} from ${subjects}
on conflict do nothing`;
const read = 'select subject, version, wrapped from data_keys where subject = any($1::uuid[]) and wrapped is not null';
const destroy = `
insert into data_keys (subject, version, destroyed_at) select unnest($1::uuid[]), 0, now()
on conflict (subject) do update set wrapped = null, version = 0, destroyed_at = excluded.destroyed_at where data_keys.wrapped is not null`;
const beforeAll = '00000000-0000-0000-0000-000000000000';
const destroyed = `
select subject, to_char(destroyed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from data_keys where destroyed_at is not null and (destroyed_at, subject) > ($1, $2)
order by destroyed_at, subject limit $3`;
const page = `
select subject, version, wrapped from data_keys where wrapped is not null and ($1::uuid is null or subject > $1::uuid)
order by subject limit $2`;
/** Only where it still is what was read: a key that was destroyed meanwhile must not come back. */
const replace = `
update data_keys d set version = $3, wrapped = ${at('$4')} from ${subjects}
where d.subject = u.subject and d.wrapped = ${at('$2')} returning d.subject`;
const versions = 'select distinct version from data_keys where wrapped is not null';
