import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Channel } from '#channels/channel';
import { ChannelHealth } from '#contract/channels';
import { createSightings, keepAccounts } from '#domain/channels/accounts.actions';
import { checkChannels } from '#domain/channels/checking.actions';
import type { Context } from '#domain/context';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { line, startApp, testClock, type TestApp } from '../support/app.ts';
import { outgoingOf } from '../support/outgoing.ts';

const start = new Date('2026-11-22T10:00:00Z');
const second = 1000;
const minute = 60 * second;
const clock = testClock(start);
let app: TestApp;
let people: Record<'operator' | 'supervisor' | 'administrator', { cookie: string }>;
beforeAll(async () => {
  app = await startApp({ clock, sim: true, whatsapp: true });
  await signIn();
});
afterAll(() => app.close());
/** Anew after hours in which nobody did anything. */
const signIn = async (): Promise<void> => {
  people = { operator: await app.as('operator', 'centre-04'), supervisor: await app.as('supervisor', 'centre-04'), administrator: await app.as('administrator', null) };
};

const { rows, file, messageOf } = outgoingOf(() => app);
/** The channels of the product, of which the check asks these in their place. */
const withHealth = (...answers: Channel['health'][]): Context => ({ ...app.deps.ctx, channels: app.deps.ctx.channels.map((channel, i) => ({ ...channel, health: answers[i] ?? (async () => ({ ok: true })) })) });
const [sim, twilio, whatsapp, telephone] = [0, 1, 2, 3];
const Channels = z.array(ChannelHealth);
const seen = async (who: keyof typeof people = 'supervisor', index = sim): Promise<ChannelHealth> => {
  const answer = await app.get('/api/v1/staff/channels', people[who]);
  expect(answer.status).toBe(200);
  const one = Channels.parse(answer.json)[index];
  if (!one) throw new Error('there is no such channel');
  return one;
};
/** The receipt of a new case, which is to leave by the SIM. */
const receiptTo = async (phone: string): Promise<string> => {
  const caseId = await file(phone);
  await triageCase(app.deps.ctx, caseId);
  return (await messageOf(caseId))?.id ?? '';
};
/** Time passes as it does where workers run: each minute all is checked. */
const pass = async (minutes: number, ctx = app.deps.ctx): Promise<void> => {
  for (let i = 0; i < minutes; i += 1) {
    clock.advance(minute);
    await checkChannels(ctx);
  }
};

describe('a channel that is configured', () => {
  it('is known before anybody has written, and once however often programs start', async () => {
    await Promise.all(Array.from({ length: 5 }, () => keepAccounts(app.deps.ctx)));
    clock.advance(minute);
    await keepAccounts(app.deps.ctx);
    const known = await rows<{ known_since: Date; last_seen_at: null }>('select known_since, last_seen_at from channel_accounts');
    expect(known.map(({ known_since: at, last_seen_at: last }) => [new Date(at), last])).toEqual([[start, null], [start, null], [start, null], [start, null]]);
  });
});

describe('that a provider called', () => {
  it('is noted with a message, with a report and with a heartbeat, and not with what nobody signed', async () => {
    for (const call of [() => app.phone.ping(), () => app.phone.receiveFromHandset({ from: '+212661550001', text: 'سلام' })]) {
      clock.advance(minute);
      await call();
      expect((await seen()).lastSeenAt).toBe(clock.now().toISOString());
    }
    const before = (await seen()).lastSeenAt;
    clock.advance(minute);
    expect((await app.post('/webhooks/smsgate/default', {}, { 'x-signature': 'ff', 'x-timestamp': '1' })).status).toBe(403);
    expect((await seen()).lastSeenAt).toBe(before);
  });

  it('is noted of the channel that was written to, and of no other of the same provider', async () => {
    const before = await seen('supervisor', whatsapp);
    clock.advance(minute);
    await app.fake.receiveFromHandset({ from: '+212661550002', to: line, text: 'سلام' });
    expect((await seen('supervisor', twilio)).lastSeenAt).toBe(clock.now().toISOString());
    expect((await seen('supervisor', whatsapp)).lastSeenAt).toBe(before.lastSeenAt);
  });

  it('costs one write in twenty seconds, though a flood calls', async () => {
    const [channel] = app.deps.ctx.channels;
    if (!channel) throw new Error('there is no SIM');
    let writes = 0;
    const { db } = app.deps.ctx;
    const counted: Context['db'] = { ...db, withActor: (actor, work) => ((writes += 1), db.withActor(actor, work)) };
    const sighted = createSightings({ db: counted, clock });
    clock.advance(minute);
    const first = clock.now().toISOString();
    for (let i = 0; i < 200; i += 1) {
      clock.advance(90);
      await sighted(channel);
    }
    expect(writes).toBe(1);
    expect((await seen()).lastSeenAt).toBe(new Date(Date.parse(first) + 90).toISOString());
    clock.advance(20 * second);
    await sighted(channel);
    expect(writes).toBe(2);
    expect((await seen()).lastSeenAt).toBe(clock.now().toISOString());
  });

  it('is never put back by a process that heard it earlier', async () => {
    const [channel] = app.deps.ctx.channels;
    if (!channel) throw new Error('there is no SIM');
    clock.advance(minute);
    const late = clock.now();
    await createSightings({ db: app.deps.ctx.db, clock })(channel);
    await createSightings({ db: app.deps.ctx.db, clock: { now: () => new Date(late.getTime() - 40 * second) } })(channel);
    expect((await seen()).lastSeenAt).toBe(late.toISOString());
  });
});

describe('the check of each minute', () => {
  it('is made once, however many workers run, and not twice within a minute', async () => {
    let asked = 0;
    const ctx = withHealth(async () => ((asked += 1), { ok: true }));
    clock.advance(minute);
    await Promise.all(Array.from({ length: 10 }, () => checkChannels(ctx)));
    expect(asked).toBe(1);
    clock.advance(30 * second);
    await checkChannels(ctx);
    expect(asked).toBe(1);
    clock.advance(30 * second);
    await checkChannels(ctx);
    expect(asked).toBe(2);
  });

  it('keeps since when a provider fails, over many checks and whatever its codes, and forgets it once it is well', async () => {
    let code = 'http_401';
    const failing = withHealth(async () => ({ ok: false, code }));
    await pass(1, failing);
    const since = clock.now().toISOString();
    code = 'ETIMEDOUT';
    await pass(2, failing);
    await app.phone.ping();
    expect(await seen()).toMatchObject({ state: 'degraded', since, figures: { code: 'ETIMEDOUT', checkedAt: clock.now().toISOString() } });
    await pass(1, withHealth());
    expect(await seen()).toMatchObject({ state: 'ok', since: null, figures: { code: null } });
  });

  it('of a provider that answers late writes over nothing that a later one found', async () => {
    const held = Promise.withResolvers<{ ok: false; code: string }>();
    clock.advance(minute);
    const slow = checkChannels(withHealth(() => held.promise));
    await expect.poll(async () => (await seen()).figures?.checkedAt).toBe(clock.now().toISOString());
    await pass(1, withHealth());
    held.resolve({ ok: false, code: 'ETIMEDOUT' });
    await slow;
    expect((await seen()).figures?.code).toBe(null);
  });

  it('asks the others while one hangs', async () => {
    const held = Promise.withResolvers<{ ok: true }>();
    clock.advance(minute);
    const slow = checkChannels(withHealth(() => held.promise));
    await expect.poll(async () => (await seen('supervisor', whatsapp)).figures?.checkedAt).toBe(clock.now().toISOString());
    held.resolve({ ok: true });
    await slow;
  });
});

/** Reports come of all that providers took: here their time is the real one. */
const arrived = () => rows("update messages set state = 'delivered' where state = 'sending'");

describe('the line as the staff see it', () => {
  // Nor does one test's backlog count in the next.
  afterEach(() => rows("update messages set state = 'delivered' where direction = 'out' and state in ('sending', 'queued')"));

  it('is deaf to everybody at work once its phone was silent for ten minutes, and well again by its first word', async () => {
    await pass(1);
    await app.phone.ping();
    const last = clock.now().toISOString();
    await pass(9);
    expect(await seen('operator')).toMatchObject({ state: 'degraded', since: last });
    await pass(1);
    for (const who of ['operator', 'supervisor', 'administrator'] as const) expect(await seen(who)).toMatchObject({ channel: 'sms', state: 'deaf', since: last, lastSeenAt: last });
    // Nobody needs to write to the others for them to be well.
    expect([await seen('operator', twilio), await seen('operator', whatsapp)]).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
    await app.phone.ping();
    expect(await seen('operator')).toMatchObject({ state: 'ok', since: null });
  });

  it('is down once no worker checks it any more', async () => {
    const last = clock.now().toISOString();
    clock.advance(10 * minute);
    expect(await seen('operator', whatsapp)).toMatchObject({ state: 'down', since: last });
    await checkChannels(app.deps.ctx);
    expect(await seen('operator', whatsapp)).toMatchObject({ state: 'ok' });
  });

  it('tells operators no account, no code and no number of ours', async () => {
    const answer = await app.get('/api/v1/staff/channels', people.operator);
    expect(Channels.parse(answer.json).map(({ figures }) => figures)).toEqual([null, null, null, null]);
    for (const { account } of app.deps.ctx.channels) expect(answer.text).not.toContain(account);
    expect(answer.text).not.toContain(line);
    expect(answer.text).not.toContain(app.deps.ctx.telephone?.voice.account);
    for (const who of ['supervisor', 'administrator'] as const) expect((await seen(who)).figures?.account).toBe('smsgate:default');
  });

  it('shows those who mend it what waits, of each channel its own, and since when', async () => {
    // No worker runs here: what arrives waits to be routed, and a receipt to leave.
    const received = (await seen()).figures?.received;
    const since = clock.now().toISOString();
    clock.advance(minute);
    await app.phone.receiveFromHandset({ from: '+212661550009', text: 'ينتظر' });
    expect((await seen()).figures?.received).toEqual({ count: (received?.count ?? 0) + 1, oldestAt: received?.oldestAt ?? since });
    expect((await seen('administrator', whatsapp)).figures?.received).toEqual({ count: 0, oldestAt: null });
    const id = await receiptTo('+212661550010');
    const queued = { count: 1, oldestAt: clock.now().toISOString() };
    expect((await seen()).figures?.queued).toEqual(queued);
    expect((await seen('supervisor', twilio)).figures?.queued).toEqual({ count: 0, oldestAt: null });
    await pass(10);
    await app.phone.ping();
    // Also who is not shown what waits is told that something does.
    expect([(await seen()).state, (await seen('operator')).state]).toEqual(['degraded', 'degraded']);
    await sendMessage(app.deps.ctx, id);
    expect((await seen()).figures?.queued.count).toBe(0);
  });

  it('has a telephone too: heard with each call, and with who waits to be called and since when', async () => {
    clock.advance(minute);
    const call = await app.fake.voice.call('+212661550031');
    await call.hangUp();
    const at = clock.now().toISOString();
    expect(await seen('supervisor', telephone)).toMatchObject({ channel: 'phone', lastSeenAt: at, figures: { queued: { count: 1, oldestAt: at }, lastHour: { tried: 0, failed: 0 }, carriedAt: null } });
    expect((await seen('supervisor', twilio)).lastSeenAt).not.toBe(at);
  });

  it('is without a telephone once its provider has not answered for ten minutes, however long people wait to be called', async () => {
    const { telephone: set } = app.deps.ctx;
    if (set === null) throw new Error('there is no telephone');
    let answer: Awaited<ReturnType<Channel['health']>> = { ok: true };
    const ctx: Context = { ...withHealth(), telephone: { ...set, voice: { ...set.voice, health: async () => answer } } };
    await pass(30, ctx);
    await signIn();
    expect(await seen('operator', telephone)).toMatchObject({ state: 'ok', since: null });
    answer = { ok: false, code: '20003' };
    await pass(1, ctx);
    const since = clock.now().toISOString();
    await pass(9, ctx);
    expect(await seen('supervisor', telephone)).toMatchObject({ state: 'degraded', since, figures: { code: '20003' } });
    await pass(1, ctx);
    expect(await seen('operator', telephone)).toMatchObject({ state: 'down', since, figures: null });
    answer = { ok: true };
    await pass(1, ctx);
    expect((await seen('operator', telephone)).state).toBe('ok');
  });

  it('is not well while a provider keeps what it took, or asks us to wait and takes nothing, for ten minutes', async () => {
    await pass(1);
    const [first, ...others] = app.deps.ctx.channels;
    if (!first) throw new Error('there is no SIM');
    const answering = (send: Channel['send']): Context => ({ ...app.deps.ctx, channels: [{ ...first, send, health: async () => ({ ok: true }) }, ...others.map((one): Channel => ({ ...one, health: async () => ({ ok: true }) }))] });
    for (const send of [async ({ id }: { id: string }) => ({ outcome: 'accepted' as const, providerId: id }), async () => ({ outcome: 'rejected' as const, class: 'throttled' as const, code: 'http_429' })]) {
      await rows('update channel_accounts set faults = 0, held_until = null, held_class = null');
      const ctx = answering(send);
      const id = await receiptTo('+212661550020');
      await sendMessage(ctx, id);
      const since = clock.now().toISOString();
      await pass(9, ctx);
      await app.phone.ping();
      expect(await seen('operator')).toMatchObject({ state: 'ok' });
      await pass(1, ctx);
      await app.phone.ping();
      expect(await seen('operator')).toMatchObject({ state: 'degraded', since, figures: null });
      expect((await seen()).figures?.queued).toEqual({ count: 1, oldestAt: since });
      await rows("update messages set state = 'delivered' where id = $1", id);
    }
    await rows('update channel_accounts set faults = 0, held_until = null, held_class = null');
  });

  it('shows those who mend it how many messages failed in the last hour, at once or by a report, and not those that were only put off', async () => {
    clock.advance(2 * 60 * minute);
    await signIn();
    await app.phone.ping();
    await checkChannels(app.deps.ctx);
    const send = async (phone: string): Promise<string> => {
      const id = await receiptTo(phone);
      await sendMessage(app.deps.ctx, id);
      return id;
    };
    expect((await seen()).figures?.lastHour).toEqual({ tried: 0, failed: 0 });
    await send('+212661550011');
    // Refused for ever, as the phone's script says of this ending.
    await send('+212661550001');
    const late = await send('+212661550012');
    expect((await seen()).figures?.lastHour).toEqual({ tried: 3, failed: 1 });
    await recordDelivery(app.deps.ctx, 'smsgate:default', { providerId: late, status: 'failed', class: 'unreachable' });
    expect((await seen()).figures?.lastHour).toEqual({ tried: 3, failed: 2 });
    expect((await seen('supervisor', twilio)).figures?.lastHour).toEqual({ tried: 0, failed: 0 });
    // Asked to wait.
    await send('+212661550003');
    expect((await seen()).figures?.lastHour).toEqual({ tried: 3, failed: 2 });
    await arrived();
    clock.advance(15 * minute - second);
    // The words that did not arrive are said again later: until then they rest, and are no backlog.
    expect((await seen()).figures?.queued.count).toBe(1);
    clock.advance(second);
    expect((await seen()).figures?.queued).toMatchObject({ count: 2 });
    clock.advance(45 * minute + second);
    await signIn();
    expect((await seen()).figures?.lastHour).toEqual({ tried: 0, failed: 0 });
  });

  it('is down as soon as its provider refuses our account, with its code, until it takes a message again', async () => {
    await pass(1);
    await app.phone.ping();
    const [first, ...others] = app.deps.ctx.channels;
    if (!first) throw new Error('there is no SIM');
    const refusing: Context = { ...app.deps.ctx, channels: [{ ...first, send: async () => ({ outcome: 'rejected', class: 'config', code: 'http_401' }) }, ...others] };
    const id = await receiptTo('+212661550014');
    await sendMessage(refusing, id);
    const since = clock.now().toISOString();
    expect(await seen('operator')).toMatchObject({ state: 'down', since });
    expect(await seen()).toMatchObject({ state: 'down', figures: { code: 'http_401' } });
    await pass(2);
    await app.phone.ping();
    // Refused again, it is down since it was first.
    await sendMessage(refusing, id);
    expect(await seen('operator')).toMatchObject({ state: 'down', since });
    await pass(2);
    await app.phone.ping();
    await sendMessage(app.deps.ctx, id);
    expect(await seen('operator')).toMatchObject({ state: 'ok' });
  });

  it('is well again as soon as a worker starts, after a night without one', async () => {
    clock.advance(9 * 60 * minute);
    await signIn();
    expect(await seen('operator', whatsapp)).toMatchObject({ state: 'down' });
    app.work();
    await expect.poll(async () => (await seen('operator', whatsapp)).state, { timeout: 10_000 }).toBe('ok');
  });
});
