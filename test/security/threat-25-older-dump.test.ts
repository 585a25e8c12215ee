import { createSecretKey } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDeps, type Deps } from '#deps';
import { system, type StaffActor } from '#db/actor';
import { openDatabase, type Database } from '#db/client';
import { openKeyStore } from '#db/key-store';
import { keysUrlOf } from '#db/migrate-keys';
import { openAttachment } from '#domain/attachments/opening.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
import { openCase } from '#domain/cases/reading.actions';
import type { Context } from '#domain/context';
import { personOf } from '#domain/personal/people.queries';
import { seal } from '#domain/proof/sealing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { retain } from '#domain/rights/retention.actions';
import { track } from '#domain/tracking/tracking.queries';
import { openFolder } from '#files/store';
import { Settings } from '#lib/config';
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

/** Of ordinary cases, whose words are kept readable, to be searched. */
const ordinary = new Canaries();
const words = { text: ordinary.plant('narrative', 'توقف الدعم عن أسرة الكناري منذ شهرين'), note: ordinary.plant('note', 'اتصلت بجارة الكناري'), reply: ordinary.plant('reply', 'وصلنا ملف الكناري'), comment: ordinary.plant('comment', 'بقي الكناري بلا جواب') };

let centre: Awaited<ReturnType<typeof openCentre>>;
let one: Held;
/** Answered, on hold and still in work at the time of the dump; all were erased after it. */
let answered: Held;
let onHold: Held;
let inWork: Held;
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

const did = async (which: Held, verb: string, body: Record<string, unknown>): Promise<void> => {
  const { status } = await centre.act(centre.chief, which, verb, body);
  if (status >= 300) throw new Error(`${verb}: ${status}`);
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
  const resolved = async (which: Held): Promise<Held> => {
    await did(which, 'move', { version: which.version, to: 'resolved', outcome: 'granted', text: 'تم البت في شكايتكم.' });
    return { ...which, version: which.version + 1 };
  };
  await did(one, 'claim', { version: 2 });
  await resolved({ ...one, version: 3 });

  const held = async (): Promise<Held> => {
    const two = await centre.held(centre.amal, { text: words.text });
    await did(two, 'note', { version: two.version, text: words.note });
    await did(two, 'reply', { version: two.version + 1, text: words.reply });
    return { ...two, version: two.version + 2 };
  };
  [inWork, answered, onHold] = [await held(), await resolved(await held()), await resolved(await held())];
  await app.post('/api/v1/track/feedback', { reference: answered.reference, code: answered.code, rating: 2, solved: false, comment: words.comment });
  await did(onHold, 'hold', { version: onHold.version, reason: 'طلبته المحكمة' });

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

describe('ordinary cases, whose words stand readable in an older dump', () => {
  const all = (): Held[] => [answered, onHold, inWork];
  const start = (url = dump.url): Promise<Deps> =>
    openDeps(
      Settings.parse({
        DATABASE_URL: url, KEYS_DATABASE_URL: keysUrlOf(centre.app.databaseUrl, undefined), PUBLIC_URL: centre.app.url, FILES_DIR: files,
        CODE_KEY: '11'.repeat(32), LOG_KEY: '44'.repeat(32), DATA_KEYS: `1:${'55'.repeat(32)}`, INDEX_KEY: '66'.repeat(32),
      }),
      log,
      centre.clock,
    );
  const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> => db.withActor(system, (tx) => tx.raw<Row>(statement, values));
  const found = async (): Promise<string[]> => {
    const findings = new Findings(ordinary);
    await lookThroughDatabase(dump.url, findings);
    return findings.all;
  };

  beforeAll(async () => {
    await did(inWork, 'move', { version: inWork.version, to: 'resolved', outcome: 'granted', text: 'تم.' });
    await did(onHold, 'lift-hold', { version: onHold.version + 1, reason: 'انتهى' });
    for (const [which, more] of [[inWork, 1], [onHold, 2], [answered, 1]] as const) await did(which, 'erase', { version: which.version + more, reason: 'citizen_asked' });
  });

  it('are shown to nobody before the erasure is repeated: neither to staff nor to whoever has the code', async () => {
    expect(await found()).not.toEqual([]);
    for (const which of all()) {
      const { messages, notes, preview, feedback } = await openCase(restored(), supervisor, which.id);
      expect([preview, feedback?.comment ?? null, ...messages.map(({ text }) => text), ...notes.map(({ text }) => text)].filter((text) => text !== null)).toEqual([]);
      expect((await track(restored(), which, { network: '203.0.113.1', ours: false, solved: async () => false })).messages).toEqual([]);
    }
  });

  it('are gone once Insat has started on it, whatever the dump says of them, and the history says so', async () => {
    // Two programs start at once.
    for (const deps of await Promise.all([start(), start()])) await deps.close();
    expect(await found()).toEqual([]);
    for (const { id } of all()) {
      expect(await rows("select body, body_sealed from messages where case_id = $1 and (body is null or body <> '')", id)).toEqual([]);
      expect(await rows("select data from events where case_id = $1 and type = 'case.erased'", id)).toEqual([{ data: { why: 'repeated' } }]);
      expect(await rows('select why from erasures where case_id = $1', id)).toEqual([{ why: 'repeated' }]);
    }
    expect(await rows('select status, assigned_to from cases where id = $1', inWork.id)).toEqual([{ status: 'closed', assigned_to: null }]);
    expect(await rows("select to_at is not null as ended from assignments where case_id = $1", inWork.id)).toEqual([{ ended: true }]);
    expect(await rows('select status from cases where id = $1', answered.id)).toEqual([{ status: 'resolved' }]);
    const again = await start();
    await seal(again.ctx, again.logSigner);
    expect((await verifyLog(db, again.logSigner.verifier, null)).faults).toEqual([]);
    await again.close();
  });

  it('are erased again by the run of retention too, once: a key that is destroyed is followed even where the erasure failed', async () => {
    const { ctx } = centre.app.deps;
    const two = await centre.held(centre.amal, { text: words.text });
    const [row] = await centre.rows<{ citizen: string }>('select citizen_id as citizen from cases where id = $1', two.id);
    await ctx.keys.destroy([row?.citizen ?? '']);
    const run = async () => {
      await retain(ctx, { narrative: 730, raw: 30 }, { dryRun: false });
      return [await centre.rows('select body from messages where case_id = $1', two.id), (await centre.events(two.id)).map(({ type }) => type).slice(-2)];
    };
    const first = await run();
    expect(first).toEqual([expect.arrayContaining([{ body: '' }]), ['case.erased', 'case.moved']]);
    expect(JSON.stringify(first)).not.toContain(words.text);
    expect(await run()).toEqual(first);
  });
});
