import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbedded } from '#db/embedded';
import { freePort } from '#db/embedded/port';
import { keysUrlOf } from '#db/migrate-keys';
import { filing } from '../support/app.ts';
import { build, newKey, startInsat } from './insat.ts';

let dataDir: string;
beforeAll(async () => {
  await build();
  dataDir = await mkdtemp(join(tmpdir(), 'insat-power-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

/** Whose key was not on disk when their case was would be a citizen without name and number, for good. */
it('a database server that dies under load keeps every case that was acknowledged, and the key of every case it keeps', async () => {
  const before = await startEmbedded({ dataDir });
  const port = await freePort();
  const insat = await startInsat({ PORT: String(port), DATABASE_URL: before.url, DEMO: '0', CODE_KEY: newKey(), LOG_KEY: newKey(), DATA_KEYS: `1:${newKey()}`, INDEX_KEY: newKey(), LOG_LEVEL: 'silent' });
  const [pid = ''] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  const kept: string[] = [];
  let died = false;
  const citizen = async (): Promise<void> => {
    while (!died) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/cases`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(filing()) });
      const { reference } = (await answer.json()) as { reference?: string };
      if (answer.status === 201 && reference !== undefined) kept.push(reference);
      // The server ends at once and writes nothing more, as if its machine had lost its power.
      if (kept.length === 400) process.kill(Number(pid), 'SIGQUIT');
      if (answer.status !== 201) died = true;
    }
  };
  await Promise.all(Array.from({ length: 16 }, citizen));
  await insat.kill();
  await before.stop();

  const after = await startEmbedded({ dataDir });
  const [cases, keys] = [postgres(after.url, { max: 1 }), postgres(keysUrlOf(after.url, undefined), { max: 1 })];
  try {
    const stored = await cases<{ reference: string; citizen_id: string }[]>`select reference, citizen_id from cases`;
    const references = new Set(stored.map(({ reference }) => reference));
    expect(kept.length).toBeGreaterThanOrEqual(400);
    expect(kept.filter((reference) => !references.has(reference))).toEqual([]);
    const known = new Set((await keys<{ subject: string }[]>`select subject from data_keys where wrapped is not null`).map(({ subject }) => subject));
    expect(stored.filter((one) => !known.has(one.citizen_id))).toEqual([]);
  } finally {
    await Promise.all([cases.end(), keys.end()]);
    await after.stop();
  }
}, 120_000);
