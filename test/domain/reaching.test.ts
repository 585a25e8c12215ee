import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseDetail } from '#contract/staff';
import { system } from '#db/actor';
import { checkChannels } from '#domain/channels/checking.actions';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { keepThread } from '#domain/threads/answering.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { deriveCode } from '#lib/code';
import { eventually, startApp, testClock, type TestApp } from '../support/app.ts';
import { createLineTurns } from '../support/line-turns.ts';
import { outgoingOf } from '../support/outgoing.ts';

const minuteMs = 60_000;
const clock = testClock();
let app: TestApp;
const { rows, file, messageOf } = outgoingOf(() => app);
const { provider, pass } = createLineTurns(() => app, clock);

const signIn = () => app.as('operator', 'centre-04');
const detail = async (caseId: string): Promise<CaseDetail> => (await app.get(`/api/v1/staff/cases/${caseId}`, await signIn())).json as CaseDetail;
/** A complaint that was filed and triaged: its receipt waits. */
const complaint = async (phone: string): Promise<string> => {
  const caseId = await file(phone);
  await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
  return caseId;
};
const act = async (caseId: string, verb: string, body: object) => {
  const { version } = await detail(caseId);
  return app.post(`/api/v1/staff/cases/${caseId}/${verb}`, { version, ...body }, await signIn());
};
const told = async (caseId: string, type: string) => (await detail(caseId)).events.filter((event) => event.type === type);
const sentStates = (caseId: string) => rows<{ channel: string; state: string; error_code: string | null }>("select channel, state, error_code from messages where case_id = $1 and direction = 'out' order by seq", caseId);

describe('by SMS alone', () => {
  beforeAll(async () => {
    app = await startApp({ clock, provider });
  });
  afterAll(() => app.close());

  it('a handset that is off is tried again after a quarter of an hour and after two hours; then the case says so once, and somebody is to call', async () => {
    const phone = '+212661100002';
    const caseId = await complaint(phone);
    await pass(4000);
    const tries = () => app.fake.messagesTo(phone).length;
    expect([tries(), (await sentStates(caseId)).map(({ state }) => state)]).toEqual([1, ['failed', 'queued']]);
    const { messages } = await detail(caseId);
    expect(messages.find(({ state }) => state === 'failed')?.attempts).toMatchObject([{ outcome: 'accepted', class: 'unreachable', code: '30003' }]);
    expect(messages.find(({ state }) => state === 'queued')).toMatchObject({ nextTryAt: new Date(clock.now().getTime() + 15 * minuteMs).toISOString() });
    await pass(14 * minuteMs, minuteMs);
    expect(tries()).toBe(1);
    await pass(2 * minuteMs, minuteMs);
    expect(tries()).toBe(2);
    await pass(100 * minuteMs, 10 * minuteMs);
    expect([tries(), await told(caseId, 'citizen.unreachable')]).toEqual([2, []]);
    await pass(30 * minuteMs, 10 * minuteMs);
    expect(tries()).toBe(3);
    expect(await told(caseId, 'citizen.unreachable')).toMatchObject([{ actor: 'system', data: { why: 'unreachable' } }]);
    expect(await rows('select state, attempts from callbacks where case_id = $1', caseId)).toEqual([{ state: 'open', attempts: 0 }]);

    // A reply that is not delivered either says nothing new.
    await act(caseId, 'claim', {});
    expect((await act(caseId, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
    await pass(160 * minuteMs, 10 * minuteMs);
    expect(await told(caseId, 'citizen.unreachable')).toHaveLength(1);
    expect(await rows('select 1 from callbacks where case_id = $1', caseId)).toHaveLength(1);
    // On the tracking page it stands once.
    const { reference } = await detail(caseId);
    const tracked = (await app.post('/api/v1/track', { reference, code: deriveCode(app.deps.ctx.codeKey, caseId) })).json as { messages: { text: string }[] };
    expect(tracked.messages.filter(({ text }) => text === 'نراجع ملفكم.')).toHaveLength(1);
    expect(await rows("select first_reply_at from cases where id = $1", caseId)).toEqual([{ first_reply_at: null }]);
  });

  it('a form that is filled in with the number meanwhile says nothing of its handset: each case says that nobody is reached', async () => {
    const phone = '+212661110002';
    const first = await complaint(phone);
    await pass(30 * minuteMs, 5 * minuteMs);
    const second = await complaint(phone);
    await pass(170 * minuteMs, 10 * minuteMs);
    for (const caseId of [first, second]) expect(await told(caseId, 'citizen.unreachable')).toHaveLength(1);
  });

  it('the same words twice leave twice, though nothing was said of the first: the provider holds both', async () => {
    // Whose reports are lost, so that only asking can tell.
    const phone = '+212661300006';
    const caseId = await complaint(phone);
    await pass(4000);
    await act(caseId, 'claim', {});
    app.fake.fail('silent');
    expect((await act(caseId, 'reply', { text: 'نعم.' })).status).toBe(200);
    await pass(4000);
    app.fake.fail(null);
    clock.advance(1000);
    expect((await act(caseId, 'reply', { text: 'نعم.' })).status).toBe(200);
    await pass(3 * minuteMs);
    expect(app.fake.messagesTo(phone).filter(({ text }) => text.endsWith('نعم.'))).toHaveLength(2);
    expect(new Set((await rows<{ provider_id: string | null }>("select provider_id from messages where case_id = $1 and kind = 'reply'", caseId)).map(({ provider_id: id }) => id)).size).toBe(2);
  });

  it('words that arrive after all are not sent again', async () => {
    const phone = '+212661200002';
    const caseId = await complaint(phone);
    await pass(4000);
    const first = await messageOf(caseId);
    expect(first?.state).toBe('failed');
    await recordDelivery(app.deps.ctx, app.deps.ctx.channels[0]?.account ?? '', { providerId: first?.provider_id ?? '', status: 'delivered' });
    await pass(30 * minuteMs, 10 * minuteMs);
    expect(app.fake.messagesTo(phone)).toHaveLength(1);
    expect(await sentStates(caseId)).toEqual([{ channel: 'sms', state: 'delivered', error_code: null }, { channel: 'sms', state: 'withheld', error_code: 'arrived_before' }]);
  });

  it('words of which one message arrived are not sent again when another fails, and nobody is to call', async () => {
    const phone = '+212661310006';
    const caseId = await complaint(phone);
    await pass(4000);
    const report = async (index: number, status: 'failed' | 'delivered') => {
      const sent = await rows<{ provider_id: string }>("select provider_id from messages where case_id = $1 and direction = 'out' order by created_at, id", caseId);
      await recordDelivery(app.deps.ctx, app.deps.ctx.channels[0]?.account ?? '', { providerId: sent[index]?.provider_id ?? '', status, ...(status === 'failed' ? { class: 'unreachable' as const, errorCode: '30003' } : {}) });
    };
    await report(0, 'failed');
    await pass(16 * minuteMs, minuteMs);
    await report(1, 'failed');
    await pass(10 * minuteMs, minuteMs);
    await rows("update messages set state = 'sending', next_try_at = null where case_id = $1 and state = 'queued'", caseId);
    // While the third is under way and nobody knows how it goes.
    await report(0, 'delivered');
    await rows("update messages set state = 'queued' where case_id = $1 and state = 'sending'", caseId);
    await pass(130 * minuteMs, 10 * minuteMs);
    expect((await sentStates(caseId)).map(({ state }) => state)).toEqual(['delivered', 'failed', 'withheld']);
    expect(app.fake.messagesTo(phone)).toHaveLength(2);

    const other = await complaint('+212661320006');
    await pass(4000);
    const [first] = await rows<{ id: string; provider_id: string }>("select id, provider_id from messages where case_id = $1 and direction = 'out'", other);
    const say = (providerId: string, status: 'failed' | 'delivered') => recordDelivery(app.deps.ctx, app.deps.ctx.channels[0]?.account ?? '', { providerId, status, ...(status === 'failed' ? { class: 'unreachable' as const } : {}) });
    await say(first?.provider_id ?? '', 'failed');
    await pass(16 * minuteMs, minuteMs);
    await say(first?.provider_id ?? '', 'delivered');
    const [second] = await rows<{ provider_id: string }>('select provider_id from messages where repeats = $1', first?.id ?? '');
    await say(second?.provider_id ?? '', 'failed');
    expect((await sentStates(other)).map(({ state }) => state)).toEqual(['delivered', 'failed']);
    expect([await told(caseId, 'citizen.unreachable'), await told(other, 'citizen.unreachable')]).toEqual([[], []]);
  });

  it('two messages that fail at once say once that nobody is reached, and words that arrive late end the call that nobody has taken', async () => {
    const caseId = await complaint('+212661330006');
    await act(caseId, 'claim', {});
    expect((await act(caseId, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
    await pass(4000);
    const account = app.deps.ctx.channels[0]?.account ?? '';
    const underWay = () => rows<{ provider_id: string }>("select provider_id from messages where case_id = $1 and state = 'sending'", caseId);
    let last: { provider_id: string }[] = [];
    for (let round = 0; round < 3; round += 1) {
      last = await underWay();
      expect(last).toHaveLength(2);
      await Promise.all(last.map(({ provider_id: providerId }) => recordDelivery(app.deps.ctx, account, { providerId, status: 'failed', class: 'unreachable', errorCode: '30003' })));
      const wait = [16, 121, 1][round] ?? 0;
      await pass(wait * minuteMs, wait * minuteMs);
    }
    expect(await told(caseId, 'citizen.unreachable')).toHaveLength(1);
    const calls = () => rows('select state from callbacks where case_id = $1', caseId);
    await recordDelivery(app.deps.ctx, account, { providerId: last[0]?.provider_id ?? '', status: 'delivered' });
    expect(await calls()).toEqual([{ state: 'open' }]);
    await recordDelivery(app.deps.ctx, account, { providerId: last[1]?.provider_id ?? '', status: 'delivered' });
    expect(await calls()).toEqual([{ state: 'done' }]);
  });

  it('who wrote since the words were first sent is not called unreachable', async () => {
    const phone = '+212661340006';
    const caseId = await complaint(phone);
    await pass(4000);
    const account = app.deps.ctx.channels[0]?.account ?? '';
    for (let round = 0; round < 3; round += 1) {
      const [sent] = await rows<{ provider_id: string }>("select provider_id from messages where case_id = $1 and state = 'sending'", caseId);
      if (round === 1) {
        await app.fake.receiveFromHandset({ from: phone, to: '+212661864445', text: 'هل من جديد في ملفي؟' });
        await pass(8000);
      }
      await recordDelivery(app.deps.ctx, account, { providerId: sent?.provider_id ?? '', status: 'failed', class: 'unreachable', errorCode: '30003' });
      const wait = [16, 121, 1][round] ?? 0;
      await pass(wait * minuteMs, wait * minuteMs);
    }
    expect(await rows("select state from messages where case_id = $1 and kind = 'acknowledgement' and state <> 'failed'", caseId)).toEqual([]);
    expect(await rows("select 1 from messages where case_id = $1 and direction = 'in'", caseId)).toHaveLength(1);
    expect(await told(caseId, 'citizen.unreachable')).toEqual([]);
  });

  it('a number at which nobody is reached is not written to again, somebody is to call, and whoever writes from it is answered', async () => {
    const phone = '+212661100081';
    const caseId = await complaint(phone);
    await pass(20 * minuteMs, 10 * minuteMs);
    expect(await sentStates(caseId)).toEqual([{ channel: 'sms', state: 'failed', error_code: '21211' }]);
    expect(await told(caseId, 'citizen.unreachable')).toMatchObject([{ data: { why: 'address' } }]);
    const asked = app.fake.asked();
    const second = await complaint(phone);
    await pass(4000);
    expect(await sentStates(second)).toEqual([{ channel: 'sms', state: 'failed', error_code: '21211' }]);
    expect(app.fake.asked()).toBe(asked);
    // One call for both cases.
    expect(await rows('select 1 from callbacks where case_id in ($1, $2)', caseId, second)).toHaveLength(1);
    // From there they write: so something may be sent there again, and it is tried.
    await app.fake.receiveFromHandset({ from: phone, to: '+212661864445', text: 'هل من جديد في ملفي؟' });
    await pass(12_000);
    expect(app.fake.asked()).toBeGreaterThan(asked);
  });

  it('what was taken, and did not arrive for a reason that nobody tells, is tried again like for a handset that is off', async () => {
    const caseId = await complaint('+212661210006');
    await pass(4000);
    const { provider_id: providerId } = (await messageOf(caseId)) ?? {};
    await recordDelivery(app.deps.ctx, app.deps.ctx.channels[0]?.account ?? '', { providerId: providerId ?? '', status: 'failed', errorCode: '99999' });
    expect((await sentStates(caseId)).map(({ state }) => state)).toEqual(['failed', 'queued']);
    expect((await detail(caseId)).messages.find(({ state }) => state === 'queued')).toMatchObject({ nextTryAt: new Date(clock.now().getTime() + 15 * minuteMs).toISOString() });
  });

  it('a report that comes while the citizen writes waits for the case, and neither is undone', async () => {
    const caseId = await complaint('+212661220006');
    await pass(4000);
    const { ctx } = app.deps;
    const { provider_id: providerId } = (await messageOf(caseId)) ?? {};
    const [{ contact_point_id: contactPointId } = { contact_point_id: '' }] = await rows<{ contact_point_id: string }>('select contact_point_id from cases where id = $1', caseId);
    const reported: Promise<void>[] = [];
    // As whatever comes from the citizen: the case, then their thread.
    await ctx.db.withActor(system, async (tx) => {
      await tx.raw('select 1 from cases where id = $1 for update', [caseId]);
      reported.push(recordDelivery(ctx, ctx.channels[0]?.account ?? '', { providerId: providerId ?? '', status: 'failed', errorCode: '30006', class: 'address' }));
      await eventually(async () => (await rows("select 1 from pg_locks where not granted")).length > 0);
      await keepThread(tx, { contactPointId, channel: 'sms' }, { language: 'fr' }, clock.now());
    });
    await Promise.all(reported);
    expect(await rows('select language, unreached_code from threads where contact_point_id = $1', contactPointId)).toEqual([{ language: 'fr', unreached_code: '30006' }]);
    expect(await told(caseId, 'citizen.unreachable')).toHaveLength(1);
  });

  it('who wants no messages gets none, and nothing is tried again', async () => {
    const caseId = await complaint('+212661100001');
    await pass(200 * minuteMs, 20 * minuteMs);
    expect(await sentStates(caseId)).toEqual([{ channel: 'sms', state: 'failed', error_code: '21610' }]);
    expect(await rows('select t.stopped from threads t join cases c using (contact_point_id) where c.id = $1', caseId)).toEqual([{ stopped: true }]);
    expect(await told(caseId, 'citizen.unreachable')).toEqual([]);
  });

  it('what breaks the provider\u2019s rules is failed where the operator sees it, and not sent again', async () => {
    const caseId = await complaint('+212661100086');
    await pass(200 * minuteMs, 20 * minuteMs);
    expect((await detail(caseId)).messages.filter(({ direction }) => direction === 'out')).toMatchObject([{ state: 'failed', errorCode: '63013', attempts: [{ outcome: 'rejected', class: 'policy', code: '63013' }] }]);
  });

  it('a fault of our account keeps all its messages waiting, without a try for each, and they leave once it is mended', async () => {
    const first = await complaint('+212661100083');
    clock.advance(1);
    const second = await complaint('+212661101234');
    await pass(4000);
    const asked = app.fake.asked();
    await pass(40_000);
    expect(app.fake.asked()).toBe(asked);
    for (const caseId of [first, second]) expect((await detail(caseId)).messages.find(({ direction }) => direction === 'out')).toMatchObject({ state: 'queued', errorCode: '21408' });
    // A check that finds nothing wrong ends the wait sooner.
    await checkChannels(app.deps.ctx);
    const checked = app.fake.asked();
    await pass(4000);
    expect(app.fake.asked()).toBeGreaterThan(checked);
    await pass(3 * minuteMs);
    for (const caseId of [first, second]) expect(await sentStates(caseId)).toEqual([{ channel: 'sms', state: 'delivered', error_code: null }]);
  });
});

describe('a provider that takes nothing', () => {
  beforeAll(async () => {
    app = await startApp({ clock, provider });
  });
  afterAll(() => app.close());

  it('makes a reply a first one only when it leaves, and what the operator works on is not changed by that', async () => {
    app.fake.fail('busy');
    const caseId = await complaint('+212661500123');
    await act(caseId, 'claim', {});
    expect((await act(caseId, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
    const { version } = await detail(caseId);
    await pass(10 * minuteMs, minuteMs / 2);
    app.fake.fail(null);
    await pass(3 * minuteMs);
    const [left] = await rows<{ began_at: string }>("select a.began_at from send_attempts a join messages m on m.id = a.message_id where m.case_id = $1 and m.kind = 'reply' and a.outcome = 'accepted'", caseId);
    expect(await rows('select first_reply_at, version from cases where id = $1', caseId)).toEqual([{ first_reply_at: left?.began_at, version }]);
  });

  it('is asked by one of those that wait at a time, and the others are not touched meanwhile', async () => {
    app.fake.fail('busy');
    for (let i = 0; i < 12; i += 1) await complaint(`+21266151${String(1000 + i)}`);
    await pass(3 * minuteMs);
    const touched = () => rows("select m.id, m.xmin::text from messages m where m.state = 'queued' and m.direction = 'out' order by m.id");
    const was = await touched();
    const asked = app.fake.asked();
    await pass(2 * minuteMs);
    const is = await touched();
    expect(app.fake.asked() - asked).toBeLessThanOrEqual(3);
    expect(is).toHaveLength(12);
    expect(is.filter((one) => !was.some((other) => JSON.stringify(other) === JSON.stringify(one))).length).toBeLessThanOrEqual(3);
    app.fake.fail(null);
    await pass(5 * minuteMs);
    expect(await rows("select 1 from messages where direction = 'out' and state <> 'delivered'")).toEqual([]);
  });

  it('and refuses one message alone as if our account were at fault does not keep the others waiting for ever', async () => {
    const refused = await complaint('+212661520085');
    await pass(4000);
    const others = [await complaint('+212661521234'), await complaint('+212661521235')];
    await pass(5 * minuteMs);
    expect(await sentStates(refused)).toEqual([{ channel: 'sms', state: 'failed', error_code: '20404' }]);
    for (const caseId of others) expect(await sentStates(caseId)).toEqual([{ channel: 'sms', state: 'delivered', error_code: null }]);
    expect(await rows('select 1 from channel_accounts where faults > 0')).toEqual([]);
  });
});

describe('where there is WhatsApp beside SMS', () => {
  beforeAll(async () => {
    app = await startApp({ clock, provider, whatsapp: true });
  });
  afterAll(() => app.close());

  /** A case by WhatsApp from this number. @returns its id */
  const written = async (from: string): Promise<string> => {
    await app.fake.receiveOnWhatsApp({ from, text: 'توقف الدعم منذ شهرين، أسكن في سلا' });
    await pass(8000);
    return (await rows<{ id: string }>("select case_id as id from messages where direction = 'in' order by created_at desc limit 1"))[0]?.id ?? '';
  };

  it.each([['0082', '63007', 'whose sender the provider refuses'], ['0081', '21211', 'for somebody who is not there']])('a message %s %s %s leaves by SMS', async (ending, code) => {
    // The same ending misbehaves by SMS too, which is another story.
    const caseId = await written(`+21266220${ending}`);
    expect((await sentStates(caseId))[0]).toEqual({ channel: 'whatsapp', state: 'failed', error_code: code });
    expect((await sentStates(caseId))[1]).toMatchObject({ channel: 'sms' });
  });

  it('words that an operator might not write by SMS do not fall back to it: somebody is to call', async () => {
    const caseId = await written('+212662210081');
    await pass(8000);
    await act(caseId, 'claim', {});
    expect((await act(caseId, 'reply', { text: 'م'.repeat(1300) })).status).toBe(200);
    await pass(20_000);
    expect(await rows("select channel, state from messages where case_id = $1 and kind = 'reply'", caseId)).toEqual([{ channel: 'whatsapp', state: 'failed' }]);
    expect(await rows('select state from callbacks where case_id = $1', caseId)).toEqual([{ state: 'open' }]);
    expect((await act(caseId, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
    await pass(20_000);
    expect((await rows<{ channel: string }>("select channel from messages where case_id = $1 and kind = 'reply' order by seq", caseId)).map(({ channel }) => channel)).toEqual(['whatsapp', 'whatsapp', 'sms']);
  });

  it('what waits for it leaves by SMS once it is switched off, and what it took is not waited for for ever', async () => {
    const caseId = await written('+212662401010');
    await act(caseId, 'claim', {});
    const without = { ...app.deps.ctx, channels: app.deps.ctx.channels.filter(({ name }) => name === 'sms') };
    const last = () => rows<{ id: string; channel: string; state: string; error_code: string | null }>("select id, channel, state, error_code from messages where case_id = $1 and kind = 'reply' order by created_at, repeats nulls first", caseId);
    expect((await act(caseId, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
    await sendMessage(without, (await last())[0]?.id ?? '');
    expect(await last()).toMatchObject([{ channel: 'whatsapp', state: 'failed', error_code: 'no_channel' }, { channel: 'sms', state: 'queued' }]);

    clock.advance(1000);
    expect((await act(caseId, 'reply', { text: 'وصلت وثائقكم.' })).status).toBe(200);
    const taken = (await last())[2]?.id ?? '';
    await sendMessage(app.deps.ctx, taken);
    clock.advance(47 * 60 * minuteMs);
    await settleMessage(without, taken);
    expect((await last())[2]).toMatchObject({ channel: 'whatsapp', state: 'sending' });
    clock.advance(2 * 60 * minuteMs);
    await settleMessage(without, taken);
    expect((await last()).slice(2)).toMatchObject([{ channel: 'whatsapp', state: 'unknown' }, { channel: 'sms', state: 'queued' }]);
  });

  it('a handset that is off there is tried three times, then by SMS three times, and then somebody is to call', async () => {
    const caseId = await written('+212662300002');
    await pass(400 * minuteMs, 10 * minuteMs);
    expect((await sentStates(caseId)).map(({ channel, state }) => `${channel} ${state}`)).toEqual([...Array<string>(3).fill('whatsapp failed'), ...Array<string>(3).fill('sms failed')]);
    expect(await told(caseId, 'citizen.unreachable')).toHaveLength(1);
  });

  it('a number that can be made to cost us is never to be called, though no message reaches it', async () => {
    const caseId = await written('+33612300002');
    await pass(400 * minuteMs, 10 * minuteMs);
    expect(await told(caseId, 'citizen.unreachable')).toHaveLength(1);
    expect(await rows('select 1 from callbacks where case_id = $1', caseId)).toEqual([]);
  });
});
