import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseDetail } from '#contract/staff';
import type { Trouble } from '#dev/trouble';
import { triageCase } from '#domain/triage/triage.actions';
import { startApp, testClock, type TestApp } from '../support/app.ts';
import { outgoingOf } from '../support/outgoing.ts';
import { createLineTurns } from '../support/line-turns.ts';

const minuteMs = 60_000;

/** Ten minutes of a provider that is there and of no use: busy, then broken, then taking messages without ever saying so. */
const outage: readonly { minutes: number; trouble: Trouble }[] = [
  { minutes: 3, trouble: 'busy' },
  { minutes: 4, trouble: 'broken' },
  { minutes: 3, trouble: 'silent' },
];

describe.each([['the SIM', { sim: true }], ['Twilio', {}]] as const)('while %s is away for ten minutes', (_, line) => {
  const clock = testClock();
  let app: TestApp;
  const { provider: time, pass } = createLineTurns(() => app, clock);
  const { rows, file } = outgoingOf(() => app);
  let operator: { cookie: string };
  const provider = () => ('sim' in line ? app.phone : app.fake);

  beforeAll(async () => {
    // The SIM takes a message every four seconds.
    app = await startApp({ clock, provider: time, ...line, ...('sim' in line ? { gapSeconds: 4 } : {}) });
    operator = await app.as('operator', 'centre-04');
  });
  afterAll(() => app.close());

  /** A complaint that was filed and triaged: its receipt waits. */
  const complaint = async (phone: string): Promise<string> => {
    const caseId = await file(phone);
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
    return caseId;
  };
  const receiptOf = async (caseId: string) => {
    const { messages } = (await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json as Pick<CaseDetail, 'messages'>;
    return messages.find(({ kind }) => kind === 'acknowledgement');
  };

  it('no message is lost, none arrives twice, the queue drains by itself, and the operator sees why', async () => {
    const filed = new Map<string, string>();
    const why: unknown[] = [];
    for (const [phase, { minutes, trouble }] of outage.entries()) {
      provider().fail(trouble);
      for (let minute = 0; minute < minutes; minute += 1) {
        // Every second one is told of nothing afterwards, so that only asking can settle it.
        const phone = `+21266${phase}${minute}1${minute % 2 === 0 ? '0006' : '1234'}`;
        filed.set(phone, await complaint(phone));
        await pass(minuteMs);
      }
      // Whoever opens the first case meanwhile is told what the provider says, and when it is tried again.
      why.push(await receiptOf([...filed.values()][0] ?? ''));
    }
    expect(why[0]).toMatchObject({ state: 'queued', attempts: expect.arrayContaining([expect.objectContaining({ outcome: 'rejected', class: 'throttled', code: 'sim' in line ? 'http_429' : '20429' })]) });
    expect((why[0] as { nextTryAt: string | null }).nextTryAt).not.toBeNull();
    const said = (why[1] as { attempts: { outcome: string; code: string }[] }).attempts;
    expect(said).toContainEqual(expect.objectContaining({ outcome: 'unknown', code: 'sim' in line ? 'http_500' : '20500' }));

    provider().fail(null);
    await pass(5 * minuteMs);
    for (const phone of filed.keys()) expect([phone, provider().messagesTo(phone).length]).toEqual([phone, 1]);
    // What was told of is known to have arrived; of the rest the provider is asked in a quarter of an hour, and it is not sent again.
    await pass(16 * minuteMs);
    expect(await rows("select state, count(*)::int as count from messages where direction = 'out' group by 1")).toEqual([{ state: 'delivered', count: filed.size }]);
    for (const phone of filed.keys()) expect(provider().messagesTo(phone)).toHaveLength(1);
    expect(await rows('select faults, held_until from channel_accounts where faults > 0')).toEqual([]);
  });
});
