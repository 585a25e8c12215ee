import { afterAll, beforeAll, expect, it } from 'vitest';
import { system } from '#db/actor';
import { seal } from '#domain/proof/sealing.actions';
import { verifyLog } from '#domain/proof/verifying.queries';
import { eraseCase } from '#domain/rights/erasing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { filing, startApp, type TestApp } from '../support/app.ts';
import { pdf, uploaded } from '../support/files.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ sms: false });
});
afterAll(() => app.close());

it('who checks the log while people file, cases are sealed and erased, and the log grows, is never told of a fault', async () => {
  const { ctx, logSigner } = app.deps;
  let going = true;
  let [filed, erased, seals] = [0, 0, 0];
  const client = async (act: () => Promise<void>): Promise<void> => {
    while (going) await act();
  };
  /** From its filing to its erasure; every other one is of a restricted queue, whose words are sealed on the way. */
  const life = async (): Promise<void> => {
    const restricted = (filed += 1) % 2 === 0 ? { category: 'FAIR.BRIBE' } : {};
    const { reference, code } = (await app.post('/api/v1/cases', filing({ ...restricted, contact: { name: 'سعاد', phone: '0661000222' }, attachments: [await uploaded(app, pdf(String(filed)))] }))).json;
    const [found] = await ctx.db.withActor(system, (tx) => tx.raw<{ id: string }>('select id from cases where reference = $1', [String(reference)]));
    const id = found?.id ?? '';
    await triageCase(ctx, id);
    await app.post('/api/v1/track/withdraw', { reference, code, reason: 'لم أعد بحاجة إليها' });
    await eraseCase(ctx, id, { why: 'retention', actor: system });
    erased += 1;
  };
  const clients = [client(life), client(life), client(async () => void (await app.post('/api/v1/cases', filing()))), client(async () => seal(ctx, logSigner).then(() => void (seals += 1)))];
  const sizes = new Set<number>();
  const alarms: unknown[] = [];
  for (let looks = 0; looks < 25; looks += 1) {
    const { faults, size } = await verifyLog(ctx.db, logSigner.verifier, null);
    alarms.push(...faults);
    sizes.add(size);
  }
  going = false;
  await Promise.all(clients);
  expect(alarms).toEqual([]);
  expect(sizes.size).toBeGreaterThan(10);
  expect([erased, seals].every((count) => count > 10)).toBe(true);
  await seal(ctx, logSigner);
  expect((await verifyLog(ctx.db, logSigner.verifier, null)).faults).toEqual([]);
});
