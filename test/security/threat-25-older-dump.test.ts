import { createSecretKey } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { system, type StaffActor } from '#db/actor';
import { openDatabase, type Database } from '#db/client';
import { openKeyStore } from '#db/key-store';
import { keysUrlOf } from '#db/migrate-keys';
import { openAttachment } from '#domain/attachments/opening.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
import { openCase } from '#domain/cases/reading.actions';
import type { Context } from '#domain/context';
import { personOf } from '#domain/personal/people.queries';
import { openFolder } from '#files/store';
import { createLog } from '#lib/log';
import { copyOf } from '../support/database.ts';
import { openCentre, type Held } from '../support/centre.ts';
import { photo, uploaded } from '../support/files.ts';
import { Canaries, Findings } from './canary.ts';
import { lookThroughDatabase, lookThroughFiles } from './canary-stores.ts';

const log = createLog('silent');
const canaries = new Canaries();
const name = canaries.plant('name', 'زينب الكنارية');
const phone = canaries.plantNumber('phone', '661987321', '0661 98 73 21');
const narrative = canaries.plant('narrative', 'طلب مني الرشوة في زنقة الكناري');

let centre: Awaited<ReturnType<typeof openCentre>>;
let one: Held;
let citizenId: string;
let dump: { url: string; drop(): Promise<void> };
let olderKeys: { url: string; drop(): Promise<void> };
let files: string;
let db: Database;

/** Everything as it was restored from before the erasure, with the key store that is live, or that of the same day. */
const restored = (keys = centre.app.deps.ctx.keys): Context => ({ ...centre.app.deps.ctx, db, keys, files: openFolder(files) });
const supervisor: StaffActor = { kind: 'staff', id: '', role: 'supervisor', centreId: 'centre-04' };
const told = async (ctx: Context) => {
  const [file] = await db.withActor(system, (tx) => tx.raw<{ id: string }>('select id from attachments where case_id = $1', [one.id]));
  const person = await db.withActor(system, (tx) => personOf(ctx, tx, citizenId));
  const { messages, preview } = await openCase(ctx, supervisor, one.id);
  const bytes = openAttachment(ctx, supervisor, one.id, file?.id ?? '').then(async ({ bytes: parts }) => (await buffer(parts)).subarray(0, 3).toString('hex'), (error: Error) => error.message);
  return { person, preview, narrative: messages.find(({ kind }) => kind === 'narrative')?.text, file: await bytes };
};

beforeAll(async () => {
  centre = await openCentre();
  const { app } = centre;
  one = await centre.waiting({ category: 'FAIR.BRIBE', text: narrative, contact: { name, phone }, attachments: [await uploaded(app, await photo())] });
  const [row] = await centre.rows<{ file: string; citizen: string }>('select a.id as file, c.citizen_id as citizen from attachments a join cases c on c.id = a.case_id where c.id = $1', one.id);
  citizenId = row?.citizen ?? '';
  await processAttachment(app.deps.ctx, row?.file ?? '');
  const [chief] = await centre.rows<{ id: string }>("select id from staff where login = 'chief'");
  supervisor.id = chief?.id ?? '';
  const done = async (verb: string, body: Record<string, unknown>) => expect((await centre.act(centre.chief, one, verb, body)).status).toBeLessThan(300);
  await done('claim', { version: 2 });
  await done('move', { version: 3, to: 'resolved', outcome: 'granted', text: 'تم البت في شكايتكم.' });

  [dump, olderKeys] = [await copyOf(app.databaseUrl), await copyOf(keysUrlOf(app.databaseUrl, undefined))];
  files = await mkdtemp(join(tmpdir(), 'insat-older-'));
  await cp(app.filesDir, files, { recursive: true });
  db = openDatabase(dump.url, log);
});
afterAll(async () => {
  await db.close();
  await dump.drop();
  await olderKeys.drop();
  await rm(files, { recursive: true });
  await centre.app.close();
});

// An ordinary text is kept to be searched, and so stands in an older dump: docs/operations.md, Backup, 1, says how erasures are repeated.
it('who was erased is unreadable in an older dump and an older copy of the files: name, number, sealed words and photo', async () => {
  const before = await told(restored());
  expect(before).toMatchObject({ person: { name, phone: '+212661987321' }, narrative, file: 'ffd8ff' });
  expect((await centre.act(centre.chief, one, 'erase', { version: 4, reason: 'citizen_asked' })).status).toBe(204);
  expect(await told(restored())).toEqual({ person: { name: null, phone: null, email: null }, preview: null, narrative: null, file: 'attachment_refused' });
  const findings = new Findings(canaries);
  await lookThroughDatabase(dump.url, findings);
  await lookThroughFiles(files, findings);
  expect(findings.all).toEqual([]);
});

it('only with the key store of that day would it come back: so none is kept longer than 30 days (docs/operations.md, Backup, 5)', async () => {
  const keys = openKeyStore(olderKeys.url, { current: 1, byVersion: new Map([[1, createSecretKey(Buffer.alloc(32, 0x55))]]) }, log, true);
  expect(await told(restored(keys))).toMatchObject({ person: { name, phone: '+212661987321' }, narrative, file: 'ffd8ff' });
  await keys.close();
});
