import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CaseDetail } from '#contract/staff';
import { checkChannels } from '#domain/channels/checking.actions';
import { reconcile } from '#domain/channels/reconciling.actions';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { startApp, testClock, type TestApp } from '../support/app.ts';
import { createLineTurns } from '../support/line-turns.ts';
import { outgoingOf } from '../support/outgoing.ts';

// The line's own SIM, which takes a message every four seconds.
const gapSeconds = 4;
const clock = testClock();
let app: TestApp;
const { rows, file, messageOf } = outgoingOf(() => app);
const { provider, pass } = createLineTurns(() => app, clock);

beforeAll(async () => {
  app = await startApp({ clock, provider, sim: true, gapSeconds });
});
afterAll(() => app.close());

// Anew each time: tests let days pass.
const signIn = () => app.as('operator', 'centre-04');
const complaint = async (phone: string): Promise<string> => {
  const caseId = await file(phone);
  await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
  return caseId;
};
const detail = async (caseId: string): Promise<CaseDetail> => (await app.get(`/api/v1/staff/cases/${caseId}`, await signIn())).json as CaseDetail;
const act = async (caseId: string, verb: string, body: object) => app.post(`/api/v1/staff/cases/${caseId}/${verb}`, { version: (await detail(caseId)).version, ...body }, await signIn());
const held = async (phone: string): Promise<string> => {
  const caseId = await complaint(phone);
  expect((await act(caseId, 'claim', {})).status).toBe(200);
  return caseId;
};

describe('the SIM of the line', () => {
  // Nothing of another test waits for its turn, or has just left.
  beforeEach(() => pass(20_000));

  it('sends one message at a time: ten receipts leave within a minute, never closer than it can, and what an operator wrote goes first', async () => {
    const caseIds: string[] = [];
    for (let i = 0; i < 10; i += 1) caseIds.push(await complaint(`+21266310${String(1000 + i)}`));
    const asked = clock.now().getTime();
    await pass(8000, 1000);
    const answered = caseIds[9] ?? '';
    expect((await act(answered, 'claim', {})).status).toBe(200);
    expect((await act(answered, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
    await pass(52_000, 1000);
    const left = await rows<{ kind: string; began_at: string }>('select m.kind, a.began_at from send_attempts a join messages m on m.id = a.message_id where m.case_id = any($1::uuid[]) order by a.began_at', `{${caseIds.join()}}`);
    const times = left.map(({ began_at: at }) => Date.parse(at) - asked);
    expect(left.map(({ kind }) => kind).toSorted()).toEqual([...Array<string>(10).fill('acknowledgement'), 'reply']);
    expect(left.findIndex(({ kind }) => kind === 'reply')).toBeLessThan(5);
    expect(times.every((at, i) => i === 0 || at - (times[i - 1] ?? 0) >= gapSeconds * 1000)).toBe(true);
    expect(times.at(-1)).toBeLessThanOrEqual(60_000);
  });

  it('is asked by one process at a time, however many have something to send', async () => {
    const caseIds: string[] = [];
    for (let i = 0; i < 6; i += 1) caseIds.push(await complaint(`+21266320${String(1000 + i)}`));
    clock.advance(10_000);
    const before = app.phone.asked();
    await Promise.all(caseIds.map(async (caseId) => sendMessage(app.deps.ctx, (await messageOf(caseId))?.id ?? '')));
    expect(app.phone.asked() - before).toBe(1);
    await pass(60_000);
    expect(await rows("select 1 from messages where direction = 'out' and state <> 'delivered' and case_id = any($1::uuid[])", `{${caseIds.join()}}`)).toEqual([]);
  });

  it('is kept from nobody by a message that cannot be opened: it waits by itself, and in a day somebody sees that it failed', async () => {
    const broken = await complaint('+212663251101');
    await rows("update citizen_contacts set value = '\\x01112233445566778899aabbccddeeff00112233445566778899aabbccddeeff' where citizen_id = (select citizen_id from cases where id = $1)", broken);
    clock.advance(1000);
    const behind = await complaint('+212663251102');
    await pass(20_000);
    expect(await messageOf(behind)).toMatchObject({ state: 'delivered' });
    expect(await messageOf(broken)).toMatchObject({ state: 'queued', error_code: 'not_prepared' });
    await pass(40 * 3_600_000, 3_600_000);
    expect(await messageOf(broken)).toMatchObject({ state: 'failed', error_code: 'not_prepared' });
    expect(await rows("select count(*)::int as tries from send_attempts a join messages m on m.id = a.message_id where m.case_id = $1 and a.code = 'not_prepared'", broken)).toEqual([{ tries: 8 }]);
    expect(await rows("select 1 from events where case_id = $1 and type = 'message.failed'", broken)).toHaveLength(1);
  });

  it('has delivered a message of two parts once both are', async () => {
    const long = 'م'.repeat(100);
    const [both, one, shuffled] = [await held('+212663301000'), await held('+212663300085'), await held('+212663300005')];
    for (const caseId of [both, one, shuffled]) expect((await act(caseId, 'reply', { text: long })).status).toBe(200);
    await pass(40_000);
    // Told twice and in any order, it is as delivered as told once.
    expect(await messageOf(shuffled, 'reply')).toMatchObject({ state: 'delivered', parts: 2 });
    expect(await messageOf(both, 'reply')).toMatchObject({ state: 'delivered', parts: 2 });
    expect(await messageOf(one, 'reply')).toMatchObject({ state: 'sent', parts: 2 });
    expect(await rows("select count(*)::int as parts from delivery_reports d join messages m on m.id = d.message_id where m.case_id = $1 and m.kind = 'reply' and d.state = 'delivered'", both)).toEqual([{ parts: 2 }]);
  });

  it('is given no reply of more than two parts, and the operator is told so', async () => {
    const caseId = await held('+212663401000');
    const refused = { status: 400, code: 'long_sms' };
    for (const text of ['م'.repeat(120), 'a'.repeat(306)]) expect((await act(caseId, 'reply', { text })).json, text).toMatchObject(refused);
    expect((await act(caseId, 'reply', { text: 'م'.repeat(110) })).status).toBe(200);
  });

  it('that takes a message and keeps it for more than an hour is not waited for: somebody is to call, and nothing is sent there again', async () => {
    const phone = '+212663501000';
    const caseId = await complaint(phone);
    const [channel, ...others] = app.deps.ctx.channels;
    if (!channel) throw new Error('there is no SIM');
    const stuck = { ...app.deps.ctx, channels: [{ ...channel, find: async ({ id }: { id: string }) => ({ providerId: id, status: 'queued' as const }) }, ...others] };
    const id = (await messageOf(caseId))?.id ?? '';
    clock.advance(10_000);
    await sendMessage(app.deps.ctx, id);
    for (const minutes of [50, 16]) {
      clock.advance(minutes * 60_000);
      await settleMessage(stuck, id);
      expect(await rows("select 1 from events where case_id = $1 and type = 'citizen.unreachable'", caseId)).toHaveLength(minutes === 50 ? 0 : 1);
    }
    expect(await messageOf(caseId)).toMatchObject({ state: 'unknown' });
    expect(await rows('select state from callbacks where case_id = $1', caseId)).toEqual([{ state: 'open' }]);
    expect(app.phone.messagesTo(phone)).toHaveLength(1);
    // It leaves after all.
    await recordDelivery(app.deps.ctx, channel.account, { providerId: id, status: 'delivered' });
    expect(await rows('select state from callbacks where case_id = $1', caseId)).toEqual([{ state: 'done' }]);
  });

  it('is not silenced by a clock that was ahead for a moment', async () => {
    const before = clock.now();
    clock.advance(24 * 3_600_000);
    await complaint('+212663601000');
    await pass(8000);
    await checkChannels(app.deps.ctx);
    await reconcile(app.deps.ctx);
    clock.set(new Date(before.getTime() + 60_000));
    const phone = '+212663601001';
    await complaint(phone);
    await pass(20_000);
    expect(app.phone.messagesTo(phone)).toHaveLength(1);
    await checkChannels(app.deps.ctx);
    await reconcile(app.deps.ctx);
    const [account] = await rows<{ checked_at: Date; reconcile_due_at: Date }>('select checked_at, reconcile_due_at from channel_accounts where channel = $1', 'sms');
    expect(new Date(account?.checked_at ?? 0)).toEqual(clock.now());
    expect(new Date(account?.reconcile_due_at ?? 0)).toEqual(new Date(clock.now().getTime() + 5 * 60_000));
  });
});
