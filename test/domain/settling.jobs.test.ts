import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTwilioSms } from '#channels/twilio/sms';
import { freePort } from '#db/embedded/port';
import { system } from '#db/actor';
import { beginAttempt } from '#domain/messages/attempts.actions';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { sweep, sweepFiles } from '#domain/sweep/sweep.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { eventually, filing, line, startApp, testClock, type TestApp } from '../support/app.ts';
import { pdf, uploaded } from '../support/files.ts';
import { outgoingOf } from '../support/outgoing.ts';
import { account } from '../support/twilio-line.ts';

// Each test starts at the real instant, which is also the fake provider's; time then moves only when the test says so.
const clock = testClock(new Date());
let app: TestApp;
const { rows, file, messageOf, messageIn, at } = outgoingOf(() => app);
const minutes = 60_000;

beforeAll(async () => {
  app = await startApp({ clock });
});
afterAll(() => app.close());
beforeEach(() => clock.set(new Date()));

/** No worker runs yet. */
describe('a send whose fate is unclear', () => {
  it('never makes the sweep wait for the provider, however many there are', async () => {
    let calls = 0;
    const silent = createServer(() => (calls += 1)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const baseUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { accountSid, authToken } = account;
    const sms = createTwilioSms({ accountSid, authTokens: [authToken], from: line, publicUrl: app.url, baseUrl });
    const added: string[] = [];
    const ctx = { ...app.deps.ctx, sms, jobs: { add: (name: string, ids: readonly string[]) => void added.push(...ids.map(() => name)) } };
    const waiting = await Promise.all(Array.from({ length: 20 }, (_, i) => file(`+2126654000${String(10 + i)}`)));
    for (const caseId of waiting) await triageCase(ctx, caseId);
    await rows("update messages set state = 'sending', state_at = now() - interval '2 minutes' where direction = 'out'");
    await sweep(ctx);
    expect(calls).toBe(0);
    expect(added.filter((name) => name === 'settle-message')).toHaveLength(20);
    silent.close();
  });

  it('waits for no file store, and neither half of the sweep of files for the other', async () => {
    const caseId = await file('+212665400900');
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
    const uploads = [await uploaded(app, pdf('loose')), await uploaded(app, pdf('attached'))];
    await app.post('/api/v1/cases', filing({ attachments: [uploads[1]] }));
    await rows("update attachments set created_at = created_at - interval '3 days' where case_id is null");
    const added: string[] = [];
    const files = { ...app.deps.ctx.files, remove: () => Promise.reject(new Error('the disk is gone')) };
    const ctx = { ...app.deps.ctx, files, jobs: { add: (name: string, ids: readonly string[]) => void added.push(...ids.map(() => name)) } };
    clock.advance(4000);
    await sweep(ctx);
    expect(added).toContain('send-message');
    await sweepFiles(ctx);
    expect(added).toContain('process-attachment');
  });

  it('to a number that was corrected meanwhile goes to the new one, once, and never keeps another from being asked about', async () => {
    const operator = await app.as('operator', 'centre-04');
    const caseId = await file('+212665400901');
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
    const act = (verb: string, body: object) => app.post(`/api/v1/staff/cases/${caseId}/${verb}`, body, operator);
    expect((await act('claim', { version: 2 })).status).toBe(200);
    expect((await act('reply', { version: 3, text: 'مرحبا' })).status).toBe(200);
    expect((await act('rectify', { version: 4, phone: '0665400902', reason: 'خطأ' })).status).toBe(200);
    const [first, second] = [(await messageOf(caseId))?.id ?? '', (await messageOf(caseId, 'reply'))?.id ?? ''];
    await sendMessage(app.deps.ctx, first);
    // The process died in between.
    const attempt = await app.deps.ctx.db.withActor(system, (tx) => beginAttempt(tx, second, { name: 'sms', account: `twilio:${line}` }, clock.now()));
    await rows("update messages set state = 'sending', attempt_id = $2 where id = $1", second, attempt);
    clock.advance(2 * minutes);
    await settleMessage(app.deps.ctx, second);
    expect([await messageOf(caseId), await messageOf(caseId, 'reply')]).toMatchObject([{ state: 'withheld', error_code: 'rectified' }, { state: 'failed', error_code: 'no_number' }]);
    expect(await rows('select outcome, code from send_attempts where message_id = $1', second)).toEqual([{ outcome: 'unknown', code: 'interrupted' }]);
    expect(await rows('select first_reply_at from cases where id = $1', caseId)).toEqual([{ first_reply_at: null }]);
    expect(await rows("select m.kind, m.state from messages m join cases c on c.id = m.case_id and c.contact_point_id = m.contact_point_id where c.id = $1 and m.repeats is not null order by m.seq", caseId)).toEqual(['acknowledgement', 'reply'].map((kind) => ({ kind, state: 'queued' })));
    expect(at('+212665400901')).toEqual([]);
  });

  it('is looked for from when it was handed over, though our clock was set back since it was written', async () => {
    const phone = '+212665400904';
    app.fake.pointAt({ publicUrl: app.url, webhookBase: `http://127.0.0.1:${await freePort()}` });
    clock.advance(60 * minutes);
    const caseId = await file(phone);
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
    const id = (await messageOf(caseId))?.id ?? '';
    clock.set(new Date());
    await sendMessage(app.deps.ctx, id);
    await rows("update messages set provider_id = null, state = 'sending' where id = $1", id);
    await rows("update send_attempts set outcome = 'unknown' where message_id = $1", id);
    clock.advance(2 * minutes);
    await settleMessage(app.deps.ctx, id);
    app.fake.pointAt({ publicUrl: app.url, webhookBase: app.url });
    expect((await messageOf(caseId))?.provider_id).toBe(at(phone)[0]?.sid);
    expect(at(phone)).toHaveLength(1);
  });

  it('is owned to be unknown after two days though the provider cannot be asked, and somebody is to call', async () => {
    const caseId = await file('+212665400905');
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
    const id = (await messageOf(caseId))?.id ?? '';
    await sendMessage(app.deps.ctx, id);
    await rows("update messages set state = 'sending' where id = $1", id);
    const away = { ...app.deps.ctx, channels: app.deps.ctx.channels.map((channel) => ({ ...channel, find: () => Promise.reject(new Error('away')) })) };
    clock.advance(47 * 60 * minutes);
    await expect(settleMessage(away, id)).rejects.toThrow('away');
    expect(await messageOf(caseId)).toMatchObject({ state: 'sending' });
    clock.advance(2 * 60 * minutes);
    await expect(settleMessage(away, id)).rejects.toThrow('away');
    expect(await messageOf(caseId)).toMatchObject({ state: 'unknown' });
    expect(await rows("select 1 from events where case_id = $1 and type = 'citizen.unreachable'", caseId)).toHaveLength(1);
    expect(await rows("select state from callbacks where case_id = $1", caseId)).toEqual([{ state: 'open' }]);
  });

  it('that is never answered, while others are, is not asked for ever: it rests like one to a handset that is off', async () => {
    const caseId = await file('+212665400906');
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
    const id = (await messageOf(caseId))?.id ?? '';
    const mute = { ...app.deps.ctx, channels: app.deps.ctx.channels.map((channel) => ({ ...channel, send: async () => ({ outcome: 'unknown' as const, code: 'http_500' }) })) };
    const handed = async () => {
      await rows("update messages set next_try_at = null where id = $1", id);
      await rows('update channel_accounts set held_until = null');
      await sendMessage(mute, id);
      clock.advance(2 * minutes);
      await settleMessage(app.deps.ctx, id);
    };
    for (let i = 0; i < 6; i += 1) await handed();
    // As long as nobody else is answered, it is the provider that is away.
    expect(await messageOf(caseId)).toMatchObject({ state: 'queued' });
    const other = await file('+212665400907');
    await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, other);
    await rows('update channel_accounts set held_until = null');
    await sendMessage(app.deps.ctx, (await messageOf(other))?.id ?? '');
    await handed();
    expect((await rows<{ state: string; error_code: string | null }>("select state, error_code from messages where case_id = $1 and direction = 'out' order by seq", caseId))).toEqual([{ state: 'failed', error_code: 'never_answered' }, { state: 'queued', error_code: null }]);
  });

  it('that died between our commit and the call is asked after a minute later, then sent', async () => {
    const phone = '+212665100010';
    const caseId = await file(phone);
    await triageCase(app.deps.ctx, caseId);
    const id = (await messageOf(caseId))?.id ?? '';
    await rows("update messages set state = 'sending' where id = $1", id);
    await sweep(app.deps.ctx);
    expect(await messageOf(caseId)).toMatchObject({ state: 'sending', provider_id: null });
    app.work();
    clock.advance(2 * minutes);
    await messageIn(caseId, 'delivered');
    expect(at(phone)).toHaveLength(1);
  });
});

describe('a message to a citizen', () => {
  beforeAll(() => app.work());

  it('whose acceptance was cut off and whose reports are lost is found at the provider, and never sent again', async () => {
    const phone = '+212665200004';
    const away = `http://127.0.0.1:${await freePort()}`;
    app.fake.pointAt({ publicUrl: app.url, webhookBase: away });
    const caseId = await file(phone);
    await eventually(async () => at(phone)[0]?.status === 'delivered');
    app.fake.pointAt({ publicUrl: app.url, webhookBase: app.url });
    expect(await messageOf(caseId)).toMatchObject({ state: 'sending', provider_id: null });
    clock.advance(2 * minutes);
    expect((await messageIn(caseId, 'delivered')).provider_id).toBe(at(phone)[0]?.sid);
    expect(at(phone)).toHaveLength(1);
  });

  it('that the provider names as undelivered, when asked, is failed like any other', async () => {
    const phone = '+212665200002';
    app.fake.pointAt({ publicUrl: app.url, webhookBase: `http://127.0.0.1:${await freePort()}` });
    const caseId = await file(phone);
    await eventually(async () => at(phone)[0]?.status === 'undelivered');
    app.fake.pointAt({ publicUrl: app.url, webhookBase: app.url });
    await rows("update messages set provider_id = null, channel_account = null where case_id = $1 and state = 'sending'", caseId);
    clock.advance(2 * minutes);
    await messageIn(caseId, 'failed');
    expect(await rows("select 1 from events where case_id = $1 and type = 'message.failed'", caseId)).toHaveLength(1);
  });

  it('whose reports are all lost is asked after a quarter of an hour later, and never sent again', async () => {
    const phone = '+212665100006';
    const caseId = await file(phone);
    await eventually(async () => (await messageOf(caseId))?.provider_id && at(phone)[0]?.status === 'delivered');
    clock.advance(14 * minutes);
    await sweep(app.deps.ctx);
    await messageIn(await file('+212665100016'), 'delivered');
    expect(await messageOf(caseId)).toMatchObject({ state: 'sending' });
    clock.advance(2 * minutes);
    await messageIn(caseId, 'delivered');
    expect(at(phone)).toHaveLength(1);
  });

  it('that was accepted and never heard of again is owned to be unknown after two days, never sent again, and delivered if it was', async () => {
    const phone = '+212665200006';
    const caseId = await file(phone);
    const { id } = await eventually(async () => {
      const message = await messageOf(caseId);
      return message?.provider_id && at(phone)[0]?.status === 'delivered' ? message : null;
    });
    // The provider keeps nothing under this name.
    const lost = `SM${'f'.repeat(32)}`;
    await rows('update messages set provider_id = $1 where id = $2', lost, id);
    clock.advance(47 * 60 * minutes);
    await settleMessage(app.deps.ctx, id);
    expect(await messageOf(caseId)).toMatchObject({ state: 'sending', provider_id: lost });
    clock.advance(61 * minutes);
    await messageIn(caseId, 'unknown');
    expect(at(phone)).toHaveLength(1);
    await recordDelivery(app.deps.ctx, app.deps.ctx.channels[0]?.account ?? '', { providerId: lost, status: 'delivered' });
    expect(await messageOf(caseId)).toMatchObject({ state: 'delivered' });
  });
});
