import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { witness } from '#cli/witness';
import { seal } from '#domain/proof/sealing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { openCheckpoint } from '#lib/checkpoint';
import { openCosignature, witnessSigner } from '#lib/cosignature';
import { verifierKey } from '#lib/note';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

let app: TestApp;
let sql: postgres.Sql;
let folder: string;
let keyFile: string;
const at = new Date('2026-11-22T12:00:00Z');
beforeAll(async () => {
  app = await startApp({ sms: false, clock: testClock() });
  sql = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
  folder = await mkdtemp(join(tmpdir(), 'insat-witness-'));
  keyFile = join(folder, 'key');
});
afterAll(async () => {
  await sql.end();
  await app.close();
  await rm(folder, { recursive: true });
});

const log = () => app.deps.logSigner.verifier;
const look = () => witness(['--url', app.url, '--log', verifierKey(log()), '--key-file', keyFile], at);
const grow = async (): Promise<void> => {
  await app.post('/api/v1/cases', filing());
  await seal(app.deps.ctx, app.deps.logSigner);
};
const own = async () => witnessSigner(Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'hex'));
const latest = async (query = ''): Promise<string> => (await app.get(`/api/v1/proof/checkpoint${query}`)).text;
const lines = (note: string): string[] => note.split('\n').filter((line) => line.startsWith('— insat/witness/'));

it('a witness that nobody registered makes a key of its own and says which; its signature is not taken', async () => {
  await grow();
  expect(await look()).toContain(`is this key in WITNESS_KEYS?\n${verifierKey((await own()).verifier)}`);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect(lines(await latest())).toEqual([]);
  expect(await app.get('/api/v1/proof/checkpoint?witnessed=yes')).toMatchObject({ status: 409 });
});

it('a registered one signs along each checkpoint that goes on from the last, and everybody can see it', async () => {
  const { verifier } = await own();
  app.deps.ctx.witnesses = [verifier];
  for (let i = 0; i < 3; i += 1) {
    expect(await look()).toContain('signed along');
    await look();
    const note = await latest('?witnessed=yes');
    const [line = '', ...others] = lines(note);
    expect([others, openCosignature(note, line, [verifier])?.at]).toEqual([[], at]);
    expect(openCheckpoint(note, log())).toEqual(openCheckpoint(await latest(), log()));
    await grow();
  }
  expect(lines(await latest())).toEqual([]);
  expect((await verifyLog(app.deps.ctx.db, log(), openCheckpoint(await latest('?witnessed=yes'), log()))).faults).toEqual([]);
});

it('a line of another key, of another checkpoint or of no form at all is refused, and nothing is kept', async () => {
  const note = await latest('?witnessed=yes');
  const [line = ''] = lines(note);
  const size = openCheckpoint(await latest(), log())?.size ?? 0;
  const other = line.replace(/.{8}$/, 'AAAAAAA=');
  const count = async () => (await sql`select from log_cosignatures`).length;
  const before = await count();
  for (const [body, status, code] of [
    [{ size, line }, 403, 'bad_signature'], [{ size, line: other }, 403, 'bad_signature'], [{ size, line: 'x' }, 403, 'bad_signature'],
    [{ size: 10_000, line }, 403, 'bad_signature'], [{ size: 0, line }, 400, 'invalid'], [{ size }, 400, 'invalid'], [{ size, line, more: 1 }, 400, 'invalid'],
  ] as const)
    expect(await app.post('/api/v1/proof/cosignatures', body)).toMatchObject({ status, json: { code } });
  expect(await count()).toBe(before);
});

it.each([
  ['cut short', `delete from log_leaves where index >= (select min(size) from log_checkpoints); delete from log_subtrees; delete from log_checkpoints where size > (select min(size) from log_checkpoints)`, 'it has'],
  ['rewritten and signed anew', `update events set at = at + interval '1 day' where id = 1; delete from log_leaves; delete from log_subtrees; delete from log_checkpoints`, 'are not proved to begin with'],
])('a log that was %s is never signed again, and the witness keeps the evidence', async (_what, statements, fault) => {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statements);
  });
  // Long enough not to be caught by its size alone.
  if (fault.startsWith('are')) for (let i = 0; i < 6; i += 1) await grow();
  const before = (await sql`select from log_cosignatures`).length;
  const evidence = async () => (await readdir(folder)).filter((name) => name.includes('.evidence-'));
  const seen = await readFile(`${keyFile}.seen`, 'utf8');
  await expect(look()).rejects.toThrow(fault);
  expect((await sql`select from log_cosignatures`).length).toBe(before);
  const [file = ''] = await evidence();
  const kept = await readFile(join(folder, file), 'utf8');
  expect([kept.includes(seen), kept.includes((await latest()).split('\n')[2] ?? '-'), await readFile(`${keyFile}.seen`, 'utf8')]).toEqual([true, true, seen]);
});
