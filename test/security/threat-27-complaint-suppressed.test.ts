import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import { ReceiptProof } from '#contract/proof';
import { seal } from '#domain/proof/sealing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { openCheckpoint } from '#lib/checkpoint';
import { leafHash, provesInclusion } from '#lib/merkle';
import { receiptToken } from '#lib/receipt';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

let app: TestApp;
let sql: postgres.Sql;
beforeAll(async () => {
  app = await startApp({ sms: false, clock: testClock() });
  sql = postgres(app.databaseUrl, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const file = async (): Promise<Receipt> => Receipt.parse((await app.post('/api/v1/cases', filing())).json);
/** Whoever holds the receipt, and neither a code nor an account. */
const check = ({ proof }: Receipt) => app.get(`/api/v1/proof/inclusion?receipt=${proof}`);
const asSuperuser = (statements: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statements);
  });
const sealAll = () => seal(app.deps.ctx, app.deps.logSigner);

it('whoever holds a receipt proves the case included, with the receipt and the public key alone', async () => {
  const receipt = await file();
  expect(await check(receipt)).toMatchObject({ status: 409, json: { code: 'not_sealed_yet' } });
  await sealAll();
  const { event, index, hashes, checkpoint } = ReceiptProof.parse((await check(receipt)).json);
  const signed = openCheckpoint(checkpoint, app.deps.logSigner.verifier) ?? expect.fail('not signed');
  expect(provesInclusion(leafHash(Buffer.from(event)), index, signed.size, hashes.map((hash) => Buffer.from(hash, 'base64')), signed.root)).toBe(true);
  const { reference, legalDueDate, receivedAt } = receipt;
  expect(JSON.parse(event)).toMatchObject({ at: receivedAt, data: { reference, legalDueDate } });
  expect((await app.post('/api/v1/track', { reference, code: receipt.code })).json['proof']).toBe(receipt.proof);
});

it.each([
  ['the case', (id: string) => `delete from cases where id = '${id}'`],
  ['its events', (id: string) => `delete from events where case_id = '${id}'`],
  ['every row about it', (id: string) => ['events', 'messages', 'deadlines', 'idempotency_keys'].map((table) => `delete from ${table} where case_id = '${id}';`).join(' ') + ` delete from cases where id = '${id}'`],
  ['every row about it and its leaf', (id: string) => `delete from log_leaves where source = 'events' and row_number in (select id from events where case_id = '${id}'); delete from events where case_id = '${id}'; delete from cases where id = '${id}'`],
  ['nothing, but its date was put off', (id: string) => `update events set data = data || '{"legalDueDate": "2029-01-01"}' where case_id = '${id}'`],
])('a superuser deleted %s: the receipt fails the check, and the answer says why', async (_what, statements) => {
  const receipt = await file();
  await sealAll();
  const [found] = await sql<{ id: string }[]>`select id from cases where reference = ${receipt.reference}`;
  await asSuperuser(statements(found?.id ?? expect.fail('no case')));
  const answer = await check(receipt);
  expect(answer).toMatchObject({ status: 410, json: { code: 'receipt_broken' } });
  expect(answer.json['title']).toContain('keep the receipt');
  expect((await verifyLog(app.deps.ctx.db, app.deps.logSigner.verifier, null)).faults).not.toEqual([]);
});

it('a receipt that was never given is told from one that was', async () => {
  const other = receiptToken(Buffer.alloc(32, 9), crypto.randomUUID());
  for (const proof of ['', 'x', '%00', 'A'.repeat(38), other, 'A'.repeat(60)])
    expect(await app.get(`/api/v1/proof/inclusion?receipt=${proof}`)).toMatchObject({ status: 404, json: { code: 'no_such_receipt' } });
  for (const query of ['', '?receipt=x&more=1', `?receipt=${'A'.repeat(61)}`]) expect((await app.get(`/api/v1/proof/inclusion${query}`)).status).toBe(400);
});
