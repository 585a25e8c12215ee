import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { system } from '#db/actor';
import { freePort } from '#db/embedded/port';
import { reconcile } from '#domain/channels/reconciling.actions';
import { concludeCalls } from '#domain/calls/ending.actions';
import { fetchRecording } from '#domain/calls/recordings.actions';
import { texts } from '#texts/index';
import type { FakeCall } from '#dev/fake-twilio/call';
import { startApp, testClock, type TestApp } from '../support/app.ts';

const minutes = 60_000;
const clock = testClock(new Date());
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock });
});
afterAll(() => app.close());
// The last run of the test before is over.
beforeEach(() => clock.advance(6 * minutes));

const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> => app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
const callOf = async (call: FakeCall) =>
  (await rows<{ outcome: string | null; over: boolean }>('select outcome, ended_at is not null as over from calls where provider_id = $1', call.sid))[0];
const casesOf = (call: FakeCall) => rows<{ id: string }>('select k.id from cases k join calls c on c.case_id = k.id where c.provider_id = $1', call.sid);
let numbers = 0;
const newNumber = (): string => `+21266155${String((numbers += 1)).padStart(4, '0')}`;
/** What the provider tells meanwhile reaches nobody. */
const lost = async (work: () => Promise<unknown>): Promise<void> => {
  app.fake.pointAt({ publicUrl: app.url, webhookBase: `http://127.0.0.1:${await freePort()}` });
  // Nobody answers there, as is meant.
  await work().catch(() => undefined);
  app.fake.pointAt({ publicUrl: app.url, webhookBase: app.url });
};
const nextRun = (): Promise<number> => {
  clock.advance(6 * minutes);
  return reconcile(app.deps.ctx);
};

describe('what the provider holds of calls', () => {
  it('ends a call of whose end nothing was told: who rang and said nothing is called back', async () => {
    const call = await app.fake.voice.call(newNumber());
    await lost(() => call.hangUp());
    expect(await callOf(call)).toEqual({ outcome: null, over: false });
    expect(await reconcile(app.deps.ctx)).toBe(1);
    expect(await callOf(call)).toEqual({ outcome: 'callback', over: true });
    expect(await nextRun()).toBe(0);
    expect(await casesOf(call)).toHaveLength(1);
  });

  it('brings a call that never reached us: it is called back, from the day on which it came', async () => {
    const from = newNumber();
    const before = new Date(Math.floor(Date.now() / 1000) * 1000);
    await lost(() => app.fake.voice.call(from));
    const held = [...app.fake.voice.exchange.calls.values()].find((one) => one.from === from);
    if (!held) throw new Error('the provider holds no call');
    held.status = 'completed';
    clock.advance(30 * minutes);
    expect(await reconcile(app.deps.ctx)).toBe(1);
    const [found] = await rows<{ received: Date; requested: Date; state: string }>(
      'select k.received_at as received, b.requested_at as requested, b.state from callbacks b join cases k on k.id = b.case_id join calls c on c.case_id = k.id where c.provider_id = $1', held.sid);
    expect(found?.state).toBe('open');
    for (const at of [found?.received, found?.requested]) expect(Math.abs(Number(at) - before.getTime())).toBeLessThan(5 * minutes);
    expect(await nextRun()).toBe(0);
  });

  it('brings a voice of which nothing was told, also of a caller who is gone: a case, with its audio', async () => {
    const call = await app.fake.voice.call(newNumber());
    for (const keys of ['1', '1', '1']) await call.press(keys);
    await lost(() => call.speak());
    await lost(() => call.hangUp());
    expect(await casesOf(call)).toEqual([]);
    expect(await reconcile(app.deps.ctx)).toBe(2);
    expect(await callOf(call)).toEqual({ outcome: 'filed', over: true });
    const [recording] = await rows<{ id: string; state: string }>('select r.id, r.state from recordings r join calls c on c.id = r.call_id where c.provider_id = $1', call.sid);
    expect(recording?.state).toBe('wanted');
    await fetchRecording(app.deps.ctx, recording?.id ?? '');
    expect(await rows('select 1 from attachments where case_id = $1', (await casesOf(call))[0]?.id ?? '')).toHaveLength(1);
    expect(await nextRun()).toBe(0);
  });

  it('leaves alone a call that lasts, one that an operator’s browser makes, and what is known already', async () => {
    const lasting = await app.fake.voice.call(newNumber());
    await app.fake.voice.callFromBrowser('somebody');
    const known = await app.fake.voice.call(newNumber());
    await known.hangUp();
    expect(await reconcile(app.deps.ctx)).toBe(0);
    expect(await callOf(lasting)).toEqual({ outcome: null, over: false });
    await lasting.hangUp();
  });

  it('is read to its end, however many pages it has', async () => {
    const { exchange } = app.fake.voice;
    for (let i = 0; i < 70; i += 1) exchange.add({ direction: 'inbound', from: newNumber(), to: '+212661864445', status: 'no-answer', url: null, statusCallback: null });
    expect(await reconcile(app.deps.ctx)).toBe(70);
    expect(await rows("select 1 from calls where outcome = 'callback'")).toSatisfy((all: unknown[]) => all.length >= 70);
    expect(await nextRun()).toBe(0);
  });

  it('is asked for by one of ten processes', async () => {
    const call = await app.fake.voice.call(newNumber());
    await lost(() => call.hangUp());
    const found = await Promise.all(Array.from({ length: 10 }, () => reconcile(app.deps.ctx)));
    expect(found.filter((count) => count > 0)).toEqual([1]);
  });

  it('counts a call for as long as the provider says that it lasted, however late it is told: the next one is let in', async () => {
    const from = newNumber();
    await lost(() => app.fake.voice.call(from));
    const held = [...app.fake.voice.exchange.calls.values()].find((one) => one.from === from);
    if (!held) throw new Error('the provider holds no call');
    app.fake.voice.exchange.end(held, 'completed');
    held.createdAt = held.endedAt = clock.now();
    clock.advance(70 * minutes);
    expect(await reconcile(app.deps.ctx)).toBe(1);
    const next = await app.fake.voice.call(from);
    expect(next.said()).toContain(texts.ar.voice.prompts.choose_ar);
    await next.hangUp();
  });
});

it('nothing more is told of a caller who waited and is gone: after two minutes they are called back', async () => {
  const call = await app.fake.voice.call(newNumber());
  await rows("update calls set ended_at = $2, state = state || '{\"node\":\"operator\"}' where provider_id = $1 returning 1", call.sid, clock.now().toISOString());
  clock.advance(minutes);
  await concludeCalls(app.deps.ctx);
  expect(await callOf(call)).toMatchObject({ outcome: null });
  clock.advance(minutes);
  await concludeCalls(app.deps.ctx);
  await concludeCalls(app.deps.ctx);
  expect(await callOf(call)).toMatchObject({ outcome: 'callback' });
  expect(await casesOf(call)).toHaveLength(1);
});
