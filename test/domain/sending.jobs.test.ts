import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTwilioSms } from '#channels/twilio/sms';
import { freePort } from '#db/embedded/port';
import { startFakeTwilio } from '#dev/fake-twilio/server';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { sweep } from '#domain/sweep/sweep.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { startWork } from '#workers/work';
import { blindIndex } from '#lib/sealing';
import { eventually, line, startApp, testClock, type TestApp } from '../support/app.ts';
import { outgoingOf } from '../support/outgoing.ts';
import { account } from '../support/twilio-line.ts';

type Cookie = { cookie: string };

// Each test starts at the real instant, which is also the fake provider's; time then moves only when the test says so.
const clock = testClock(new Date());
let app: TestApp;
const { rows, file, messageOf, messageIn, at } = outgoingOf(() => app);
const firstReply = async (caseId: string): Promise<string | null | undefined> =>
  (await rows<{ first_reply_at: string | null }>('select first_reply_at from cases where id = $1', caseId))[0]?.first_reply_at;
const minutes = 60_000;

beforeEach(() => clock.set(new Date()));

describe('a message to a citizen', () => {
  let operator: Cookie;
  beforeAll(async () => {
    app = await startApp({ clock });
    operator = await app.as('operator', 'centre-04');
  });
  afterAll(() => app.close());

  const reply = async (caseId: string, text: string): Promise<void> => {
    const { version, assignedTo } = (await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json as { version: number; assignedTo: unknown };
    const act = (verb: string, body: object) => app.post(`/api/v1/staff/cases/${caseId}/${verb}`, body, operator);
    if (assignedTo === null) expect((await act('claim', { version })).status).toBe(200);
    const answer = await act('reply', { version: assignedTo === null ? version + 1 : version, text });
    expect(answer.status).toBe(200);
  };

  it('never leaves twice, though its job runs five times at once', async () => {
    const phone = '+212665100000';
    const caseId = await file(phone);
    await triageCase(app.deps.ctx, caseId);
    const id = (await messageOf(caseId))?.id ?? '';
    await Promise.all(Array.from({ length: 5 }, () => sendMessage(app.deps.ctx, id)));
    await sendMessage(app.deps.ctx, id);
    expect(at(phone)).toHaveLength(1);
  });

  it('that the provider refuses for ever is failed, with the code, where the operator sees it', async () => {
    app.work();
    const phone = '+212665100001';
    const caseId = await file(phone);
    await messageIn(caseId, 'failed');
    const { messages, events } = (await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json as { messages: object[]; events: { type: string }[] };
    expect(messages).toContainEqual(expect.objectContaining({ kind: 'acknowledgement', state: 'failed', errorCode: '21610' }));
    expect(events.map(({ type }) => type)).toContain('message.failed');
    expect(at(phone)).toEqual([]);
  });

  it('that the provider puts off twice is delivered once', async () => {
    const phone = '+212665100003';
    const caseId = await file(phone);
    await eventually(async () => {
      // The provider asks for a second each time.
      clock.advance(200);
      return (await messageOf(caseId))?.state === 'delivered';
    });
    expect(at(phone)).toHaveLength(1);
    const { messages } = (await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json as { messages: { kind: string; attempts: object[] }[] };
    const refused = { outcome: 'rejected', class: 'throttled', code: '20429' };
    expect(messages.find(({ kind }) => kind === 'acknowledgement')?.attempts).toMatchObject([refused, refused, { outcome: 'accepted', class: null, code: null }]);
  });

  it('whose acceptance was cut off is known by its status report, and never sent again', async () => {
    const phone = '+212665100004';
    const caseId = await file(phone);
    expect((await messageIn(caseId, 'delivered')).provider_id).toBe(at(phone)[0]?.sid);
    clock.advance(5 * minutes);
    await sweep(app.deps.ctx);
    expect(at(phone)).toHaveLength(1);
  });

  it('keeps its furthest state when reports come twice and in any order', async () => {
    const phone = '+212665100005';
    const caseId = await file(phone);
    const { id } = await messageIn(caseId, 'delivered');
    await eventually(async () => (await rows('select 1 from delivery_reports where message_id = $1', id)).length === 6);
    expect(await messageOf(caseId)).toMatchObject({ state: 'delivered', error_code: null });
  });

  it('that failed is no first reply, until it arrives after all', async () => {
    const phone = '+212665100002';
    const caseId = await file(phone);
    await messageIn(caseId, 'failed');
    const before = (await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json['version'];
    await reply(caseId, 'نحن ندرس ملفكم.');
    expect(await firstReply(caseId)).not.toBeNull();
    const { provider_id: providerId } = await messageIn(caseId, 'failed', 'reply');
    expect(await firstReply(caseId)).toBeNull();
    // Claimed, replied, failed.
    expect((await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json['version']).toBe(Number(before) + 3);
    const [sms] = app.deps.ctx.channels;
    await recordDelivery(app.deps.ctx, sms?.account ?? '', { providerId: providerId ?? '', status: 'delivered' });
    expect(await firstReply(caseId)).not.toBeNull();
  });

  it('never goes to a foreign number, and does not count as a reply', async () => {
    const from = '+33612345678';
    await app.fake.receiveFromHandset({ from, to: line, text: 'توقف الدعم منذ شهرين' });
    const caseId = await eventually(async () => {
      const [found] = await rows<{ id: string }>(
        'select c.id from cases c join contact_points p on p.id = c.contact_point_id where p.index = $1::bytea and c.triaged_at is not null',
        `\\x${blindIndex(app.deps.ctx.indexKey, 'phone', from).toString('hex')}`);
      return found?.id;
    });
    await reply(caseId, 'شكرا');
    expect([(await messageOf(caseId))?.state, (await messageOf(caseId, 'reply'))?.state]).toEqual(['withheld', 'withheld']);
    expect(await firstReply(caseId)).toBeNull();
    expect(at(from)).toEqual([]);
  });
});

describe('while the provider cannot be reached', () => {
  beforeAll(async () => {
    app = await startApp({ sms: false });
  });
  afterAll(() => app.close());

  it('a message waits, and leaves once when the provider is back', async () => {
    const phone = '+212665300000';
    const port = await freePort();
    const { accountSid, authToken } = account;
    const sms = createTwilioSms({ accountSid, authTokens: [authToken], from: line, publicUrl: app.url, baseUrl: `http://127.0.0.1:${port}` });
    const work = startWork({ ...app.deps, ctx: { ...app.deps.ctx, channels: [sms] } });
    const caseId = await file(phone);
    await eventually(async () => {
      const message = await messageOf(caseId);
      return message?.state === 'queued' && message.error_code === 'ECONNREFUSED';
    });
    const fake = await startFakeTwilio({ port, accountSid, authToken, number: line, publicUrl: app.url, webhookBase: app.url });
    await eventually(async () => (await messageOf(caseId))?.provider_id);
    expect(fake.messagesTo(phone)).toHaveLength(1);
    await work.close();
    await fake.close();
  });
});
