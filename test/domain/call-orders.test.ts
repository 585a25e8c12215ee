import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CallReport } from '#channels/voice';
import { system } from '#db/actor';
import { ringCallback } from '#domain/callbacks/calling.actions';
import { stepCall } from '#domain/calls/answering.actions';
import type { CallEvent } from '#domain/calls/call.rules';
import { concludeCalls, endCall } from '#domain/calls/ending.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { startApp, testClock, type TestApp } from '../support/app.ts';

const monday = new Date('2026-11-23T10:00:00Z');
const clock = testClock(monday);
let app: TestApp;
let operator: { cookie: string };
beforeAll(async () => {
  app = await startApp({ clock });
  operator = await app.as('operator', 'centre-04');
});
afterAll(() => app.close());
beforeEach(() => clock.set(monday));

const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> => app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
let numbers = 0;
const newNumber = (): string => `+21266144${String((numbers += 1)).padStart(4, '0')}`;

type End = { event: CallEvent } | 'over';
const talked: CallEvent = { type: 'queue', result: 'talked' };
const gone: CallEvent = { type: 'queue', result: 'gone' };
const left: CallEvent = { type: 'queue', result: 'left' };
const connected: CallEvent = { type: 'dial', result: 'talked' };
const missed: CallEvent = { type: 'dial', result: 'missed' };

/** @returns the provider's number of a call that waits for an operator, or in which a citizen is being rung */
const inQueue = async (): Promise<string> => {
  const call = await app.fake.voice.call(newNumber());
  for (const keys of ['1', '0']) await call.press(keys);
  return call.sid;
};
const ringing = async (): Promise<string> => {
  const bip = await app.fake.voice.call(newNumber());
  await bip.hangUp();
  const [found] = await rows<{ id: string; case_id: string }>('select b.id, b.case_id from callbacks b join calls c on c.case_id = b.case_id where c.provider_id = $1', bip.sid);
  if (!found) throw new Error('nobody is called back');
  await triageCase(app.deps.ctx, found.case_id);
  await app.post(`/api/v1/staff/callbacks/${found.id}/take`, {}, operator);
  await ringCallback(app.deps.ctx, found.id);
  const { identity } = (await app.post('/api/v1/staff/voice/token', {}, operator)).json;
  const talk = await app.fake.voice.ringing(`client:${String(identity)}`)[0]?.answer();
  if (!talk) throw new Error('no browser rings');
  await talk.press('1');
  return talk.sid;
};

/** Tells how the call ended, in this order. @returns what is left of it, times and ids apart */
const endingOf = async (start: () => Promise<string>, told: readonly End[]) => {
  const callId = await start();
  const [row] = await rows<{ account: string; version: number; direction: 'in' | 'out' }>('select account, version, direction from calls where provider_id = $1', callId);
  if (!row) throw new Error('the call is not there');
  const report: CallReport = { account: row.account, callId, direction: row.direction, from: null, operator: null, digits: '', recordingId: null, queue: null, place: 0, waitedSeconds: 0, dialled: null, ended: true };
  for (const one of told) {
    clock.advance(1000);
    if (one === 'over') await endCall(app.deps.ctx, report, null);
    else await stepCall(app.deps.ctx, report, { version: row.version, ours: null }, one.event);
  }
  clock.advance(3 * 60_000);
  await concludeCalls(app.deps.ctx);
  const [rest] = await rows<object>(
    `select c.outcome, c.state->>'node' as node, c.version, c.ended_at is not null as over, k.kind, k.channel,
       (select array_agg(b.state || ' ' || b.attempts order by b.id) from callbacks b where b.case_id = c.case_id) as callbacks,
       (select array_agg(e.type order by e.id) from events e where e.case_id = c.case_id and e.type like 'callback.%') as events
     from calls c left join cases k on k.id = c.case_id where c.provider_id = $1`, callId);
  return rest;
};

it.each([
  ['was talked to by an operator', inQueue, talked, 'talked'],
  ['hung up while waiting', inQueue, gone, 'callback'],
  ['left the queue and hung up', inQueue, left, 'callback'],
  ['was called back and answered', ringing, connected, 'connected'],
  ['was called back and did not answer', ringing, missed, 'citizen_missed'],
] as const)('a citizen who %s: the same is known of it, in whatever order and however often it is told', async (_, start, event, outcome) => {
  const usual = await endingOf(start, [{ event }, 'over']);
  expect(usual).toMatchObject({ outcome, node: 'ended', over: true });
  const orders = fc.array(fc.constantFrom<End>({ event }, 'over'), { maxLength: 3 }).chain((more) => fc.shuffledSubarray<End>([{ event }, 'over', ...more], { minLength: 2 + more.length }));
  await fc.assert(fc.asyncProperty(orders, async (told) => {
    expect(await endingOf(start, told)).toEqual(usual);
  }), { numRuns: 12, examples: [[['over', { event }]]] });
}, 60_000);
