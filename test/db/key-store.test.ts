import { createSecretKey } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKeyStore } from '#db/key-store';
import { keysUrlOf } from '#db/migrate-keys';
import { newId } from '#lib/id';
import { createLog } from '#lib/log';
import { eventually, filing, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let rows: postgres.Sql;
let store: postgres.Sql;
beforeAll(async () => {
  app = await startApp();
  rows = postgres(app.databaseUrl, { max: 1 });
  store = postgres(keysUrlOf(app.databaseUrl, undefined), { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await Promise.all([rows.end(), store.end()]);
  await app.close();
});

/** Whose key came after their case would be without name and number for good, if the server died between the two. */
it('a citizen\u2019s key is kept before the case that it seals', async () => {
  const keys = async (): Promise<number> => (await store`select 1 from data_keys`).length;
  const before = await keys();
  let filed: Promise<{ status: number }> | null = null;
  await rows.begin(async (held) => {
    await held`lock table cases in access exclusive mode`;
    filed = app.post('/api/v1/cases', filing());
    await eventually(async () => (await keys()) === before + 1);
    expect(await held`select 1 from cases`).toHaveLength(0);
  });
  expect(await filed).toMatchObject({ status: 201 });
});

it('a key is waited for where its rows are on another server, and a destroyed one always', async () => {
  await store.unsafe(`
    create table waits (setting text);
    create function note_wait() returns trigger language plpgsql as $$ begin insert into waits values (current_setting('synchronous_commit')); return null; end $$;
    create trigger note_wait after insert or update on data_keys for each row execute function note_wait()`);
  const wrapping = { current: 1, byVersion: new Map([[1, createSecretKey(Buffer.alloc(32, 0x55))]]) };
  const waited: unknown[] = [];
  for (const sameServer of [true, false]) {
    const keys = openKeyStore(keysUrlOf(app.databaseUrl, undefined), wrapping, createLog('silent'), sameServer);
    const subject = newId(new Date());
    await keys.keep([keys.make(subject)]);
    await keys.destroy([subject]);
    await keys.close();
    waited.push((await store`delete from waits returning setting`).map(({ setting }) => String(setting)));
  }
  expect(waited).toEqual([['off', 'on'], ['on', 'on']]);
});
