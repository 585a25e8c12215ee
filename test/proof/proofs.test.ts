import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import { ConsistencyProof, ReceiptProof } from '#contract/proof';
import { seal } from '#domain/proof/sealing.actions';
import { openCheckpoint, type Checkpoint } from '#lib/checkpoint';
import { leafHash, provesConsistency, provesInclusion } from '#lib/merkle';
import { parseVerifierKey, verifierKey, type Verifier } from '#lib/note';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

const clock = testClock();
let app: TestApp;
let sql: postgres.Sql;
/** All that an outsider has: the public key, as it is printed. */
let log: Verifier;
beforeAll(async () => {
  app = await startApp({ sms: false, clock });
  sql = postgres(app.databaseUrl, { max: 1 });
  log = parseVerifierKey(verifierKey(app.deps.logSigner.verifier)) ?? expect.fail('no key');
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

type Secret = { reference: string; code: string };
const file = async (): Promise<Secret> => {
  const { reference, code } = Receipt.parse((await app.post('/api/v1/cases', filing())).json);
  return { reference, code };
};
const sealAll = () => seal(app.deps.ctx, app.deps.logSigner);
const open = (note: string): Checkpoint => openCheckpoint(note, log) ?? expect.fail('not signed by this log');
const latest = async (): Promise<Checkpoint> => open((await app.get('/api/v1/proof/checkpoint')).text);
const hashes = (base64: string[]): Buffer[] => base64.map((hash) => Buffer.from(hash, 'base64'));
const receipt = async (secret: Secret): Promise<ReceiptProof> => ReceiptProof.parse((await app.post('/api/v1/proof/receipt', secret)).json);
const holds = (proof: ReceiptProof): boolean => {
  const { size, root } = open(proof.checkpoint);
  return provesInclusion(leafHash(Buffer.from(proof.event)), proof.index, size, hashes(proof.hashes), root);
};

it('before anything is sealed, the answer says so and nothing is made up', async () => {
  const secret = await file();
  const notYet = { status: 409, json: { code: 'not_sealed_yet' } };
  expect(await app.get('/api/v1/proof/checkpoint')).toMatchObject(notYet);
  expect(await app.get('/api/v1/proof/consistency?from=1&to=1')).toMatchObject(notYet);
  expect(await app.post('/api/v1/proof/receipt', secret)).toMatchObject(notYet);
});

it('with the public key and the answer alone, a citizen proves the receipt included, however large the log', async () => {
  const secrets: Secret[] = [];
  for (let i = 0; i < 12; i += 1) secrets.push(await file());
  await sealAll();
  await sql`insert into events (case_id, type, actor_kind, at, data) select (select id from cases limit 1), 'note.added', 'system', now(), '{}' from generate_series(1, 1500)`;
  await sealAll();
  for (const secret of secrets) {
    const proof = await receipt(secret);
    expect(holds(proof)).toBe(true);
    expect(JSON.parse(proof.event)).toMatchObject({ type: 'case.received', actorKind: 'citizen', data: { status: 'received', channel: 'web' } });
  }
  const answer = await app.get('/api/v1/proof/checkpoint');
  expect([answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual(['text/plain; charset=utf-8', 'no-store']);
});

it('a receipt whose event was altered is told to be broken; one whose leaf was exchanged proves nothing', async () => {
  const secret = await file();
  await sealAll();
  const proof = await receipt(secret);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update events set at = at + interval '1 day' where case_id = (select id from cases where reference = ${secret.reference})`;
  });
  expect(await app.post('/api/v1/proof/receipt', secret)).toMatchObject({ status: 410, json: { code: 'receipt_broken' } });
  expect([holds(proof), holds({ ...proof, index: proof.index - 1 })]).toEqual([true, false]);
});

it('the receipt of a case that staff took down proves it included, and names nobody of the staff', async () => {
  const cookie = await app.as('operator', 'centre-04');
  const filed = await app.post('/api/v1/staff/cases', filing({ channel: 'phone' }), cookie);
  await sealAll();
  const [account] = await sql<{ id: string }[]>`select id from staff where login = 'operator'`;
  const { reference, code } = Receipt.parse(filed.json);
  const proof = await receipt({ reference, code });
  expect(holds(proof)).toBe(true);
  expect(JSON.parse(proof.event)).toMatchObject({ actorKind: 'staff', actor: expect.stringMatching(/^.{43}=$/) });
  expect(JSON.stringify(proof)).not.toContain(account?.id ?? expect.fail('no account'));
});

it('any two checkpoints are proved consistent, and never a forged earlier one', async () => {
  const seen = [await latest()];
  for (let i = 0; i < 6; i += 1) {
    for (let filed = 0; filed <= i; filed += 1) await file();
    await sealAll();
    seen.push(await latest());
  }
  for (const [i, from] of seen.entries())
    for (const to of seen.slice(i)) {
      const proof = ConsistencyProof.parse((await app.get(`/api/v1/proof/consistency?from=${from.size}&to=${to.size}`)).json);
      const shown = hashes(proof.hashes);
      expect(provesConsistency(from.size, to.size, shown, from.root, to.root)).toBe(true);
      expect(provesConsistency(from.size, to.size, shown, leafHash(from.root), to.root)).toBe(false);
    }
});

it.each([
  ['from=0&to=1', 400], ['from=2&to=1', 400], ['from=x&to=1', 400], ['from=1.5&to=2', 400], ['from=1', 400], ['from=1&to=2&more=3', 400],
  ['from=1&to=99999999', 409], ['from=1&to=9007199254740991', 409], ['from=1&to=1e300', 400],
])('a consistency question that cannot be answered (%s) is refused', async (query, status) => {
  expect((await app.get(`/api/v1/proof/consistency?${query}`)).status).toBe(status);
});

it('a wrong code opens no proof, and counts as one for tracking', async () => {
  const { reference, code } = await file();
  await sealAll();
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  for (let i = 0; i < 5; i += 1)
    expect(await app.post('/api/v1/proof/receipt', { reference, code: wrong })).toMatchObject({ status: 404, json: { code: 'not_found_or_wrong_code' } });
  for (const path of ['proof/receipt', 'track']) expect(await app.post(`/api/v1/${path}`, { reference, code })).toMatchObject({ status: 429 });
});
