import { createHash } from 'node:crypto';
import { request } from 'node:http';
import postgres from 'postgres';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Receipt } from '#contract/filing';
import type { FakeCall } from '#dev/fake-twilio/call';
import { system, type StaffActor } from '#db/actor';
import { blockFromCase } from '#domain/access/conflicts.actions';
import { ringCallback } from '#domain/callbacks/calling.actions';
import { concludeCalls } from '#domain/calls/ending.actions';
import { recountFirstReply } from '#domain/messages/failing.actions';
import { fetchRecording, sweepCalls } from '#domain/calls/recordings.actions';
import { retain } from '#domain/rights/retention.actions';
import { eraseCase } from '#domain/rights/erasing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { deriveCode } from '#lib/code';
import { texts } from '#texts/index';
import { eventually, filing, line, startApp, testClock, type TestApp } from '../support/app.ts';
import { stored } from '../support/files.ts';
import { faultsOf } from '../support/twiml.ts';

/** As startApp sets the line up. */
const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'a-token-for-tests-only';
const monday = new Date('2026-11-23T10:00:00Z');
const minute = 60_000;

const clock = testClock(monday);
let app: TestApp;
let sql: postgres.Sql;
let base: string;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = postgres(app.databaseUrl, { max: 1 });
  base = `${app.url}/webhooks/twilio/voice`;
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(() => clock.set(monday));

type Form = Record<string, string>;
const ar = texts.ar.voice.prompts;
let numbers = 0;
const newNumber = (): string => `+21266199${String((numbers += 1)).padStart(4, '0')}`;
const newSid = (): string => `CA${crypto.randomUUID().replaceAll('-', '')}`;
const ringing = (more: Form = {}): Form => ({ AccountSid: accountSid, CallSid: newSid(), CallStatus: 'ringing', Direction: 'inbound', From: newNumber(), To: line, ...more });
const sign = (path: string, form: Form, { token = authToken, at = app.url } = {}): string => twilio.getExpectedTwilioSignature(token, at + path, form);

/** Past any client that would tidy the address. */
const post = (path: string, form: Form, headers: Record<string, string>): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const asked = request(app.url, { path, method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end(new URLSearchParams(form).toString());
  });
const deliver = (path: string, form: Form) => post(path, form, { 'x-twilio-signature': sign(path, form) });
const rows = async (): Promise<unknown> =>
  (await sql`select (select count(*) from calls) as c, (select count(*) from cases) as k, (select count(*) from callbacks) as b, (select count(*) from recordings) as r, (select count(*) from contact_points) as p,
    (select coalesce(sum(version), 0) from calls) as v`)[0];

const inbound = '/webhooks/twilio/voice/inbound';
const paths = [inbound, '/webhooks/twilio/voice/step/menu?v=1', '/webhooks/twilio/voice/queue/wait?v=1', '/webhooks/twilio/voice/queue/result?v=1', '/webhooks/twilio/voice/dial/result?v=1', '/webhooks/twilio/voice/status', '/webhooks/twilio/voice/recording', '/webhooks/twilio/voice/client/outgoing'];

describe('a request about a call that the provider did not sign for this account, address and content', () => {
  const forgeries: [name: string, forge: (form: Form, path: string) => { form?: Form; path?: string; signature?: string }][] = [
    ['without a signature', () => ({})],
    ['with a made-up one', () => ({ signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })],
    ['signed with another token', (form, path) => ({ signature: sign(path, form, { token: 'the-token-of-a-stranger' }) })],
    ['signed for another host', (form, path) => ({ signature: sign(path, form, { at: 'http://evil.example' }) })],
    ['signed for another address of the same call', (form, path) => ({ signature: sign(path === inbound ? '/webhooks/twilio/voice/status' : inbound, form) })],
    ['with another step than was signed', (form, path) => ({ path: path.includes('?') ? path.replace('v=1', 'v=2') : `${path}?v=2`, signature: sign(path, form) })],
    ['with a slash twice', (form, path) => ({ path: path.replace('/voice/', '/voice//'), signature: sign(path, form) })],
    ['with a slash written %2F', (form, path) => ({ path: path.replace('/voice/', '/voice%2F'), signature: sign(path, form) })],
    ['of another account, signed with our token', (form, path) => {
      const other = { ...form, AccountSid: `AC${'1'.repeat(32)}` };
      return { form: other, signature: sign(path, other) };
    }],
    ['with another key than was pressed', (form, path) => ({ form: { ...form, Digits: '2' }, signature: sign(path, form) })],
  ];
  for (const path of paths)
    for (const [name, forge] of forgeries)
      it(`${path} ${name}: is refused, and nothing is stored`, async () => {
        const form = ringing({ Digits: '1', CallStatus: 'completed' });
        const before = await rows();
        const { form: sent = form, path: at = path, signature } = forge(form, path);
        const answer = await post(at, sent, signature === undefined ? {} : { 'x-twilio-signature': signature });
        expect([answer.status, JSON.parse(answer.text)]).toMatchObject([403, { code: 'bad_signature' }]);
        expect(await rows()).toEqual(before);
      });
});

describe('a step of a call', () => {
  it('told several times at once is one wrong code, however often', async () => {
    const { reference, code } = Receipt.parse((await app.post('/api/v1/cases', filing())).json);
    const form = ringing();
    const wrong = code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
    for (const [at, Digits] of ['', '1', '3', reference].entries()) await deliver(at === 0 ? inbound : `/webhooks/twilio/voice/step/language?v=${at}`, { ...form, Digits });
    const counted = async () => Number((await sql`select count(*) from failed_attempts where subject_hash = ${createHash('sha256').update(`code:${reference}`).digest()}`)[0]?.['count']);
    const answers = await Promise.all(Array.from({ length: 7 }, () => deliver('/webhooks/twilio/voice/step/track_code?v=4', { ...form, Digits: wrong })));
    for (const { text } of answers) expect(text).toContain(ar.track_wrong);
    expect(await counted()).toBe(1);
    // Typed anew it is another.
    await deliver('/webhooks/twilio/voice/step/track_reference?v=5', { ...form, Digits: reference });
    await deliver('/webhooks/twilio/voice/step/track_code?v=6', { ...form, Digits: wrong });
    expect(await counted()).toBe(2);
  });

  it('told again, at once or later, changes nothing and is answered the same', async () => {
    const form = ringing();
    const first = await Promise.all(Array.from({ length: 8 }, () => deliver(inbound, form)));
    expect(new Set(first.map(({ text }) => text)).size).toBe(1);
    expect(await sql`select version from calls where provider_id = ${form['CallSid'] ?? ''}`).toEqual([{ version: 1 }]);
    const pressed = [['language', '1'], ['menu', '1'], ['complaint', '2']] as const;
    const answers: string[] = [];
    for (const [at, [node, Digits]] of pressed.entries()) answers.push((await deliver(`/webhooks/twilio/voice/step/${node}?v=${at + 1}`, { ...form, Digits })).text);
    const before = await rows();
    // Late, and with other keys: what was answered then is answered again.
    for (const [at, [node]] of pressed.entries())
      for (const Digits of ['1', '9', ''])
        expect((await deliver(`/webhooks/twilio/voice/step/${node}?v=${at + 1}`, { ...form, Digits })).text).toBe(answers[at]);
    expect((await deliver(inbound, form)).text).toBe(first[0]?.text);
    expect(await rows()).toEqual(before);
    expect(await sql`select state from callbacks where contact_point_id = (select contact_point_id from calls where provider_id = ${form['CallSid'] ?? ''})`).toEqual([{ state: 'open' }]);
  });

  it('of a call that nobody knows, or that is ahead of us, ends it', async () => {
    for (const path of ['/webhooks/twilio/voice/step/menu?v=1', '/webhooks/twilio/voice/step/menu?v=999', '/webhooks/twilio/voice/queue/result?v=1'])
      expect((await deliver(path, ringing())).text).toContain('<Hangup/>');
    expect((await deliver('/webhooks/twilio/voice/step/menu?v=x', ringing())).status).toBe(400);
    expect((await deliver('/webhooks/twilio/voice/status', { AccountSid: accountSid, CallSid: 'x' })).status).toBe(400);
  });

  it('never holds a code, a number or a name where it is stored', async () => {
    const from = newNumber();
    const call = await app.fake.voice.call(from);
    for (const keys of ['1', '1', '1']) await call.press(keys);
    await call.speak();
    await call.press('1');
    const [kept] = await sql<{ text: string }[]>`select state::text || answers::text as text from calls where provider_id = ${call.sid}`;
    const [opened] = await sql<{ reference: string }[]>`select reference from cases where id = (select case_id from calls where provider_id = ${call.sid})`;
    for (const secret of [from, from.slice(4), opened?.reference ?? '-']) expect(kept?.text).not.toContain(secret);
    await call.stayOnLine();
  });
});

/** Arabic, complaint, recorded. */
const recorded = async (call: FakeCall, notYet = 0) => {
  for (const keys of ['1', '1', '1']) await call.press(keys);
  return call.speak(undefined, notYet);
};
const recordingsOf = (call: FakeCall) => sql<{ id: string; state: string; next_at: Date | null }[]>`select r.id, r.state, r.next_at from recordings r join calls c on c.id = r.call_id where c.provider_id = ${call.sid} order by r.state`;
const casesOf = (call: FakeCall) => sql<{ id: string; channel: string; kind: string; consent_text: string | null }[]>`select k.* from cases k join calls c on c.case_id = k.id where c.provider_id = ${call.sid}`;

describe('a complaint by voice', () => {
  it('exists from the first audio on, also of somebody who hangs up in the middle of a sentence', async () => {
    const call = await app.fake.voice.call(newNumber());
    for (const keys of ['1', '1', '1']) await call.press(keys);
    expect(await casesOf(call)).toEqual([]);
    await call.hangUp(Buffer.from([0xff, 0xfb, 0x90, 0x64, ...Array.from({ length: 500 }, () => 0)]));
    expect(await casesOf(call)).toMatchObject([{ channel: 'phone', kind: 'complaint' }]);
    expect(await recordingsOf(call)).toMatchObject([{ state: 'wanted' }]);
  });

  it('is one, however often it is said anew: the last recording is kept, the one before deleted', async () => {
    const call = await app.fake.voice.call(newNumber());
    const before = await recorded(call);
    await call.press('2');
    const last = await call.speak();
    await call.press('1');
    expect(await casesOf(call)).toHaveLength(1);
    const held = await recordingsOf(call);
    expect(held.map(({ state }) => state)).toEqual(['dropped', 'wanted']);
    for (const { id } of held) await fetchRecording(app.deps.ctx, id);
    expect([before, last].filter(({ sid }) => app.fake.voice.exchange.recordings.has(sid))).toEqual([]);
    expect(await sql`select type from attachments where case_id = ${(await casesOf(call))[0]?.id ?? ''}`).toEqual([{ type: 'audio/mpeg' }]);
  });

  it('keeps its words sealed on our side, and asks again for what the provider does not have yet', async () => {
    const call = await app.fake.voice.call(newNumber());
    const { audio, sid } = await recorded(call, 4);
    await call.press('1');
    const files = (await stored(app)).length;
    const [held] = await recordingsOf(call);
    for (const seconds of [0, 1, 3, 10]) {
      clock.advance(seconds * 1000);
      await fetchRecording(app.deps.ctx, held?.id ?? '');
      expect(await stored(app)).toHaveLength(files);
      // Not before its time.
      await fetchRecording(app.deps.ctx, held?.id ?? '');
    }
    expect(await recordingsOf(call)).toMatchObject([{ state: 'wanted', next_at: new Date(clock.now().getTime() + 60_000) }]);
    clock.advance(60_000);
    await fetchRecording(app.deps.ctx, held?.id ?? '');
    expect(await recordingsOf(call)).toMatchObject([{ state: 'deleted', next_at: null }]);
    expect(await stored(app)).toHaveLength(files + 1);
    expect(app.fake.voice.exchange.recordings.has(sid)).toBe(false);
    expect(await sql`select size from attachments where case_id = ${(await casesOf(call))[0]?.id ?? ''}`).toEqual([{ size: audio.length }]);
  });

  it('that is erased leaves no number of who called, nor a key to one, and nobody is called', async () => {
    const call = await app.fake.voice.call(newNumber());
    await call.hangUp();
    const [{ id: caseId } = { id: '' }] = await casesOf(call);
    const [made] = await sql<{ id: string }[]>`select id from calls where provider_id = ${call.sid} and caller is not null`;
    await sql`update cases set status = 'withdrawn' where id = ${caseId}`;
    await eraseCase(app.deps.ctx, caseId, { why: 'retention', actor: system });
    expect(await sql`select caller, contact_point_id from calls where provider_id = ${call.sid}`).toEqual([{ caller: null, contact_point_id: null }]);
    expect([...(await app.deps.ctx.keys.read([made?.id ?? ''])).keys()]).toEqual([]);
    expect(await sql`select state, contact_point_id from callbacks where case_id = ${caseId}`).toEqual([{ state: 'done', contact_point_id: null }]);
  });

  it('that is no audio we take is seen on its case as refused, and asked for no more', async () => {
    const call = await app.fake.voice.call(newNumber());
    for (const keys of ['1', '1', '1']) await call.press(keys);
    await call.hangUp(Buffer.from('#!/bin/sh'));
    const [held] = await recordingsOf(call);
    await fetchRecording(app.deps.ctx, held?.id ?? '');
    expect(await recordingsOf(call)).toMatchObject([{ state: 'lost', next_at: null }]);
    expect(await sql`select state from attachments where case_id = ${(await casesOf(call))[0]?.id ?? ''}`).toEqual([{ state: 'refused' }]);
  });

  it('whose audio the provider never has, or could not be asked for in a week, is seen on its case as lost', async () => {
    const { ctx } = app.deps;
    const [never, away] = [await app.fake.voice.call(newNumber()), await app.fake.voice.call(newNumber())];
    await recorded(never, 99);
    await recorded(away);
    for (const call of [never, away]) await call.press('1');
    const [asked] = await recordingsOf(never);
    for (const seconds of [0, 1, 3, 10, 60, 600, 3600, 6 * 3600]) {
      clock.advance(seconds * 1000);
      await fetchRecording(ctx, asked?.id ?? '');
    }
    // The line has no telephone any more.
    const off = { ...ctx, telephone: null };
    clock.advance(6 * 24 * 60 * minute);
    await sweepCalls(off);
    expect(await recordingsOf(away)).toMatchObject([{ state: 'wanted' }]);
    clock.advance(24 * 60 * minute);
    for (let i = 0; i < 2; i += 1) await sweepCalls(off);
    for (const call of [never, away]) {
      expect(await recordingsOf(call)).toMatchObject([{ state: 'lost', next_at: null }]);
      expect(await sql`select state, reason from attachments where case_id = ${(await casesOf(call))[0]?.id ?? ''}`).toEqual([{ state: 'refused', reason: 'lost' }]);
    }
  });

  it('brings the receipt by SMS to a mobile, and asks no consent to record of who is called back', async () => {
    const [spoken, asked] = [newNumber(), newNumber()];
    const call = await app.fake.voice.call(spoken);
    await recorded(call);
    await call.press('1');
    expect(call.said()).toContain(ar.sms_follows);
    const other = await app.fake.voice.call(asked);
    for (const keys of ['1', '1', '2']) await other.press(keys);
    for (const one of [call, other]) for (const { id } of await casesOf(one)) await triageCase(app.deps.ctx, id);
    expect((await casesOf(call))[0]?.consent_text).not.toBeNull();
    expect((await casesOf(other))[0]?.consent_text).toBeNull();
    for (const one of [call, other])
      expect(await sql`select channel, state from messages where direction = 'out' and case_id = ${(await casesOf(one))[0]?.id ?? ''}`).toEqual([{ channel: 'sms', state: 'queued' }]);
  });
});

describe('a caller without a number', () => {
  it.each(['anonymous', '+266696687', 'sip:box@sip.example', ''])('%j complains by voice, but is not called back', async (from) => {
    const call = await app.fake.voice.call(from);
    await call.press('1');
    await call.press('1');
    expect(call.said()).toContain(ar.complaint_unreachable);
    await call.press('2');
    expect(call.said()).toContain(ar.not_understood);
    await call.press('1');
    await call.speak();
    await call.press('1');
    expect(call.said()).toContain(ar.case_number);
    await call.stayOnLine();
    expect(await casesOf(call)).toMatchObject([{ channel: 'phone' }]);
    const missed = await app.fake.voice.call(from);
    await missed.hangUp();
    expect(await casesOf(missed)).toEqual([]);
    expect(await sql`select outcome from calls where provider_id = ${missed.sid}`).toEqual([{ outcome: 'left' }]);
  });

  it('is never rung at a number that can be made to cost us: special, foreign', async () => {
    for (const from of ['+212801234567', '+33612345678']) {
      const call = await app.fake.voice.call(from);
      await call.hangUp();
      expect(await casesOf(call)).toEqual([]);
    }
  });
});

describe('asking for news by keypad', () => {
  const withCase = async () => Receipt.parse((await app.post('/api/v1/cases', filing())).json);
  const typed = async (call: FakeCall, reference: string, code: string): Promise<string> => {
    await call.press(`${reference}#`);
    await call.press(`${code}#`);
    return call.said();
  };
  const tracking = async (): Promise<FakeCall> => {
    const call = await app.fake.voice.call(newNumber());
    for (const keys of ['1', '3']) await call.press(keys);
    call.said();
    return call;
  };

  it('gives one and the same answer to a wrong code, an unknown reference and what is none; the third leads to an operator', async () => {
    const { reference, code } = await withCase();
    const wrong = code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
    const said: string[] = [];
    for (const [number, secret] of [[reference, wrong], ['1000000008', code], ['12', code]] as const) said.push(await typed(await tracking(), number, secret));
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toContain(ar.track_wrong);
    const call = await tracking();
    expect(await typed(call, reference, wrong)).toContain(ar.track_reference);
    expect(await typed(call, reference, wrong)).toContain(ar.track_reference);
    expect(await typed(call, reference, wrong)).toContain(ar.queue);
    expect(call.wait).toBe('queue');
    await call.hangUp();
  });

  it('uses up the budget that the web has: a reference that is locked there is locked here', async () => {
    const { reference, code } = await withCase();
    for (let i = 0; i < 5; i += 1) await app.post('/api/v1/track', { reference, code: '000000' === code ? '111111' : '000000' });
    const locked = await tracking();
    expect(await typed(locked, reference, code)).toContain(ar.track_locked);
    await locked.hangUp();
    clock.advance(15 * minute);
    expect(await typed(await tracking(), reference, code)).toContain(ar.your_case);
  });
});

describe('the queue for an operator', () => {
  it('tells the place, and whoever presses 1 or has waited four minutes is called back', async () => {
    const [first, second] = [await app.fake.voice.call(newNumber()), await app.fake.voice.call(newNumber())];
    for (const call of [first, second]) for (const keys of ['1', '0']) await call.press(keys);
    expect(second.said()).toContain(`${ar.queue_place} ${texts.ar.voice.digits[2]}`);
    await second.press('1');
    expect(second.said()).toContain(ar.call_back);
    for (let waited = 0; waited < 240; waited += 20) if (first.wait === 'queue') await first.waitFor(20);
    expect(first.wait).toBe('keys');
    expect(first.said()).toContain(ar.call_back);
    for (const call of [first, second]) expect(await sql`select count(*)::int from callbacks b join calls c on c.case_id = b.case_id where c.provider_id = ${call.sid}`).toEqual([{ count: 1 }]);
    await first.hangUp();
    await second.hangUp();
  });

  it('ends with an operator, whose browser takes whoever waits longest; nobody else can', async () => {
    const operator = await app.as('operator', 'centre-04', 'taker');
    const { identity } = (await app.post('/api/v1/staff/voice/token', {}, operator)).json;
    const call = await app.fake.voice.call(newNumber());
    for (const keys of ['1', '0']) await call.press(keys);
    for (const name of ['operator_00000000000070008000000000000000', 'somebody']) expect((await app.fake.voice.callFromBrowser(name)).wait).toBe('over');
    const browser = await app.fake.voice.callFromBrowser(String(identity));
    expect([browser.wait, call.wait]).toEqual(['talking', 'talking']);
    await browser.hangUp();
    expect(await sql`select outcome from calls where provider_id = ${call.sid}`).toEqual([{ outcome: 'talked' }]);
  });

  it('is closed at night: whoever asks for an operator is called back instead', async () => {
    clock.set(new Date('2026-11-23T21:00:00Z'));
    const call = await app.fake.voice.call(newNumber());
    for (const keys of ['1', '0']) await call.press(keys);
    expect(call.said()).toContain(`${ar.closed} ${ar.call_back}`);
    await call.hangUp();
  });
});

describe('a number that has the line too much of the time', () => {
  const inFrench = async (from: string): Promise<FakeCall> => {
    const call = await app.fake.voice.call(from);
    await call.press('3');
    return call;
  };
  const { line_held: held, call_back: promised, call_back_known: known } = texts.fr.voice.prompts;

  it('has three calls at once; the next hears why, and is called back, and so is every other, once', async () => {
    const from = newNumber();
    const calls = await Promise.all([inFrench(from), inFrench(from), inFrench(from)]);
    const turned = await Promise.all([app.fake.voice.call(from), app.fake.voice.call(from)]);
    expect(turned.map((call) => call.said()).toSorted()).toEqual([expect.stringContaining(`${held} ${promised}`), expect.stringContaining(`${held} ${known}`)]);
    expect(await sql`select b.state from callbacks b join contact_points p on p.id = b.contact_point_id where p.id = (select contact_point_id from calls where provider_id = ${turned[0]?.sid ?? ''})`).toEqual([{ state: 'open' }]);
    for (const call of turned) if (call.wait !== 'over') await call.hangUp();
    await calls[0].hangUp();
    const again = await app.fake.voice.call(from);
    expect(again.said()).toContain(ar.choose_ar);
    for (const call of [...calls.slice(1), again]) await call.hangUp();
  });

  it('has an hour in a day, whatever operators talked; the next day it is let in again', async () => {
    const [chatty, talked] = [newNumber(), newNumber()];
    const lasting = async (from: string, minutes: number): Promise<FakeCall> => {
      const call = await inFrench(from);
      call.said();
      clock.advance(minutes * minute);
      await call.hangUp();
      return call;
    };
    for (let i = 0; i < 3; i += 1) await lasting(chatty, 20);
    for (let i = 0; i < 3; i += 1) await sql`update calls set outcome = 'talked' where provider_id = ${(await lasting(talked, 20)).sid}`;
    const [turned, letIn] = [await app.fake.voice.call(chatty), await app.fake.voice.call(talked)];
    expect([turned.said(), letIn.said()]).toEqual([expect.stringContaining(held), expect.stringContaining(ar.choose_ar)]);
    clock.advance(24 * 60 * minute);
    const later = await app.fake.voice.call(chatty);
    expect(later.said()).toContain(ar.choose_ar);
    for (const call of [turned, letIn, later]) await call.hangUp();
  });

  it('is kept out by no call of which nothing is heard any more, though nobody told that it is over', async () => {
    const from = newNumber();
    const calls = [await inFrench(from), await inFrench(from), await inFrench(from)];
    const turned = await app.fake.voice.call(from);
    expect(turned.said()).toContain(held);
    clock.advance(5 * minute + 1);
    const letIn = await app.fake.voice.call(from);
    expect(letIn.said()).toContain(ar.choose_ar);
    for (const call of [...calls, turned, letIn]) if (call.wait !== 'over') await call.hangUp();
  });

  it('is not turned away where it could not be called back', async () => {
    for (const from of ['anonymous', '+33612345678']) {
      const calls: FakeCall[] = [];
      for (let i = 0; i < 5; i += 1) calls.push(await app.fake.voice.call(from));
      expect(calls.at(-1)?.said()).toContain(ar.choose_ar);
      for (const call of calls) await call.hangUp();
    }
  });
});

describe('a call-back', () => {
  const waiting = async () => {
    const number = newNumber();
    const call = await app.fake.voice.call(number);
    await call.hangUp();
    const [found] = await sql<{ id: string; case_id: string }[]>`select b.id, b.case_id from callbacks b join calls c on c.case_id = b.case_id where c.provider_id = ${call.sid}`;
    if (!found) throw new Error('nobody is called back');
    await triageCase(app.deps.ctx, found.case_id);
    return { ...found, number };
  };
  let people = 0;
  const operatorOf = async () => {
    people += 1;
    const headers = await app.as('operator', 'centre-04', `ringer${people}`);
    return { headers, softphone: `client:${String((await app.post('/api/v1/staff/voice/token', {}, headers)).json['identity'])}` };
  };
  const stateOf = async (id: string) => (await sql`select state, attempts, next_at from callbacks where id = ${id}`)[0];
  const historyOf = async (caseId: string) => (await sql`select type from events where case_id = ${caseId} and type like 'callback.%' order by id`).map(({ type }) => String(type));
  const ring = async (id: string, softphone: string) => {
    await ringCallback(app.deps.ctx, id);
    return app.fake.voice.ringing(softphone)[0];
  };

  it('is one for a number, and tells nothing of it to whoever calls from there again', async () => {
    const { number, id } = await waiting();
    const again = await app.fake.voice.call(number);
    for (const keys of ['1', '1', '2']) await again.press(keys);
    const said = again.said();
    expect(said).toContain(ar.call_back_known);
    expect(said).not.toContain(ar.case_number);
    expect(await casesOf(again)).toEqual([]);
    expect(await stateOf(id)).toMatchObject({ state: 'open' });
  });

  it('rings the citizen at another time of the day, and another day; then its history says that nobody was reached', async () => {
    const { id, case_id: caseId } = await waiting();
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    for (const next of ['2026-11-23T10:15:00Z', '2026-11-23T12:15:00Z', '2026-11-24T12:15:00Z', null]) {
      const talk = await (await ring(id, softphone))?.answer();
      await talk?.press('1');
      await talk?.dialled('misses');
      expect(talk?.said()).toContain(ar.citizen_missed);
      expect(await stateOf(id)).toMatchObject(next === null ? { state: 'unreachable', next_at: null } : { state: 'taken', next_at: new Date(next) });
      // Nobody is rung before.
      expect(await ring(id, softphone)).toBeUndefined();
      if (next !== null) clock.set(new Date(next));
    }
    expect(await sql`select type from events where case_id = ${caseId} and type like 'callback.%' order by id`).toMatchObject([
      { type: 'callback.requested' }, { type: 'callback.taken' }, ...Array.from({ length: 4 }, () => ({ type: 'callback.attempted' })), { type: 'callback.unreachable' },
    ]);
  });

  it('that lasts as long as it takes is never rung a second time meanwhile, and once it was had, a new request is a new one', async () => {
    const { id, number } = await waiting();
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    const talk = await (await ring(id, softphone))?.answer();
    await talk?.press('1');
    await talk?.dialled('answers');
    clock.advance(10 * 60_000);
    expect(await ring(id, softphone)).toBeUndefined();
    expect(await stateOf(id)).toMatchObject({ state: 'taken', next_at: null });
    await talk?.hangUp();
    // The operator forgot to say that it is done, and by now the call itself is forgotten.
    await sql`delete from calls where callback_id = ${id}`;
    const again = await app.fake.voice.call(number);
    await again.hangUp();
    expect(await stateOf(id)).toMatchObject({ state: 'done' });
    expect(await sql`select state from callbacks where contact_point_id = (select contact_point_id from calls where provider_id = ${again.sid}) order by requested_at`).toMatchObject([{ state: 'done' }, { state: 'open' }]);
  });

  it('about a case that was closed meanwhile disturbs nobody', async () => {
    const { id, case_id: caseId } = await waiting();
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    await sql`update cases set status = 'withdrawn' where id = ${caseId}`;
    expect(await ring(id, softphone)).toBeUndefined();
    expect(await stateOf(id)).toMatchObject({ state: 'done', next_at: null });
  });

  it.each([['closed', 'a new one'], ['duplicate', 'that one']])('that is promised to whoever has the code of a case that is %s is about %s, and made', async (status, about) => {
    const { id, number, case_id: caseId } = await waiting();
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/done`, {}, headers);
    const [{ reference } = { reference: '' }] = await sql<{ reference: string }[]>`update cases set status = ${status} where id = ${caseId} returning reference`;
    clock.set(new Date('2026-11-23T20:00:00Z'));
    const call = await app.fake.voice.call(number);
    for (const keys of ['1', '3', `${reference}#`, `${deriveCode(app.deps.ctx.codeKey, caseId)}#`, '0']) await call.press(keys);
    expect(call.said()).toContain(about === 'that one' ? ar.call_back_known : ar.call_back);
    if (call.wait !== 'over') await call.hangUp();
    const [promised] = await sql<{ id: string; case_id: string }[]>`select id, case_id from callbacks where ended_at is null and contact_point_id = (select contact_point_id from calls where provider_id = ${call.sid})`;
    expect(promised?.case_id === caseId).toBe(about === 'that one');
    await triageCase(app.deps.ctx, promised?.case_id ?? '');
    clock.set(new Date('2026-11-24T10:00:00Z'));
    const morning = await app.as('operator', 'centre-04', `ringer${people}`);
    expect(await app.post(`/api/v1/staff/callbacks/${promised?.id}/take`, {}, morning)).toMatchObject({ status: 200 });
    expect(await ring(promised?.id ?? '', softphone)).toBeDefined();
  });

  it('is of nobody whom a conflict of interest keeps from its case meanwhile: they are not rung, and somebody else has it', async () => {
    const { id, case_id: caseId } = await waiting();
    const [kept, other] = [await operatorOf(), await operatorOf()];
    clock.set(new Date('2026-11-23T20:00:00Z'));
    const late = await app.as('operator', 'centre-04', `ringer${people - 1}`);
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, late);
    const actor: StaffActor = { kind: 'staff', role: 'operator', centreId: 'centre-04', id: String((await app.get('/api/v1/staff/me', late)).json['id']) };
    const [{ version } = { version: 0 }] = await sql<{ version: number }[]>`select version from cases where id = ${caseId}`;
    const added: [string, readonly string[]][] = [];
    await blockFromCase({ ...app.deps.ctx, jobs: { add: (name, ids) => void added.push([name, ids]) } }, actor, caseId, { version, reason: 'named_in_case' });
    expect(added).toEqual([['ring-callback', [id]]]);
    // At once, long before it is due.
    expect(await ring(id, kept.softphone)).toBeUndefined();
    expect(await stateOf(id)).toMatchObject({ state: 'open', next_at: null });
    clock.set(new Date('2026-11-24T10:00:00Z'));
    expect(await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, await app.as('operator', 'centre-04', `ringer${people}`))).toMatchObject({ status: 200 });
    expect(await ring(id, other.softphone)).toBeDefined();
    expect(await ring(id, kept.softphone)).toBeUndefined();
  });

  it('to a number that can be made to cost us is not dialled, however it came on the list', async () => {
    const { reference } = (await app.post('/api/v1/cases', filing({ contact: { phone: '0801234567' } }))).json;
    const [{ id } = { id: '' }] = await sql<{ id: string }[]>`insert into callbacks (id, case_id, contact_point_id, state, requested_at) select id, id, contact_point_id, 'open', now() from cases where reference = ${String(reference)} returning id`;
    await triageCase(app.deps.ctx, id);
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    const talk = await (await ring(id, softphone))?.answer();
    await talk?.press('1');
    expect([talk?.wait, talk?.dials]).toEqual(['over', '']);
  });

  it('of which it is only known that it is over was not had: it stays with who rang, and is there for all once it is asked for again', async () => {
    const { id, number, case_id: caseId } = await waiting();
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    const talk = await (await ring(id, softphone))?.answer();
    await talk?.press('1');
    await deliver('/webhooks/twilio/voice/status', { AccountSid: accountSid, CallSid: talk?.sid ?? '', CallStatus: 'completed', Direction: 'outbound-api', From: line, To: softphone });
    clock.advance(2 * minute);
    await concludeCalls(app.deps.ctx);
    expect(await stateOf(id)).toMatchObject({ state: 'taken', attempts: 1, next_at: null });
    expect(await sql`select first_reply_at, (select talked_at from callbacks where id = ${id}), (select outcome from calls where callback_id = ${id}) from cases where id = ${caseId}`)
      .toEqual([{ first_reply_at: null, talked_at: null, outcome: 'unknown' }]);
    const again = await app.fake.voice.call(number);
    await again.hangUp();
    expect(await sql`select id, state, taken_by from callbacks where contact_point_id = (select contact_point_id from calls where provider_id = ${again.sid})`).toEqual([{ id, state: 'open', taken_by: null }]);
    expect(await historyOf(caseId)).toEqual(['callback.requested', 'callback.taken', 'callback.attempted', 'callback.released', 'callback.requested']);
  });

  it.each(['with', 'without'])('of a case that went where its taker may not see it is there for those who do, %s a telephone', async (how) => {
    const { id, case_id: caseId } = await waiting();
    const { headers } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    await sql`update callbacks set next_at = null where id = ${id}`;
    const added = async () => {
      const ids: string[] = [];
      const ctx = { ...app.deps.ctx, ...(how === 'with' ? {} : { telephone: null }) };
      await sweepCalls({ ...ctx, jobs: { add: (name, more) => void (name === 'ring-callback' && ids.push(...more)) } });
      for (const one of ids.filter((other) => other === id)) await ringCallback(ctx, one);
      return ids;
    };
    expect(await added()).not.toContain(id);
    await sql`update cases set queue_id = (select id from queues where centre_id = 'centre-05' and not restricted limit 1), centre_id = 'centre-05' where id = ${caseId}`;
    expect(await added()).toContain(id);
    expect(await stateOf(id)).toMatchObject({ state: 'open' });
    expect(await historyOf(caseId)).toEqual(['callback.requested', 'callback.taken', 'callback.released']);
    expect(await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, await app.as('operator', 'centre-05', `there-${how}`))).toMatchObject({ status: 200 });
  });

  it('can be rung, taken and told of at the same instant: none of them waits for what another waits for', async () => {
    const { id, case_id: caseId } = await waiting();
    const { headers } = await operatorOf();
    // As a ring does it: the call-back, then a call about its case.
    const taken = await sql.begin(async (held) => {
      await held`select 1 from callbacks where id = ${id} for no key update`;
      const taking = app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
      await eventually(async () => (await held`select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`).length > 0);
      await held`insert into calls (id, account, provider_id, direction, case_id, callback_id, language, state, version, answers, started_at, ended_at, outcome)
        values (${id}, 'ring', ${id}, 'out', ${caseId}, ${id}, 'ar', '{}', 0, '[]', now(), now(), 'unknown')`;
      return { taking };
    });
    expect(await taken.taking).toMatchObject({ status: 200 });
  });

  it('that was had, or that somebody says was, is the first reply, whatever becomes of messages', async () => {
    const [rung, byHand] = [await waiting(), await waiting()];
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${rung.id}/take`, {}, headers);
    const talk = await (await ring(rung.id, softphone))?.answer();
    await talk?.press('1');
    await talk?.dialled('answers');
    await talk?.hangUp();
    await app.post(`/api/v1/staff/callbacks/${byHand.id}/done`, {}, headers);
    for (const { case_id: caseId } of [rung, byHand]) {
      const repliedAt = async () => (await sql`select first_reply_at from cases where id = ${caseId}`)[0];
      expect(await repliedAt()).toEqual({ first_reply_at: monday });
      await app.deps.ctx.db.withActor(system, (tx) => recountFirstReply(tx, caseId));
      expect(await repliedAt()).toEqual({ first_reply_at: monday });
    }
  });

  it('that the operator does not answer goes back to all, and the citizen is not disturbed', async () => {
    const { id } = await waiting();
    const [first, second] = [await operatorOf(), await operatorOf()];
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, first.headers);
    expect(await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, second.headers)).toMatchObject({ status: 409, json: { code: 'taken' } });
    await (await ring(id, first.softphone))?.ignore();
    expect(await stateOf(id)).toMatchObject({ state: 'open', attempts: 0, next_at: null });
    expect(await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, second.headers)).toMatchObject({ status: 200 });
    const talk = await (await ring(id, second.softphone))?.answer();
    for (let slips = 0; slips < 3; slips += 1) await talk?.press('7');
    expect([talk?.wait, talk?.dials, await stateOf(id)]).toMatchObject(['over', '', { state: 'open', attempts: 0 }]);
  });

  it('is not taken from whoever is rung again when it is told late that nobody answered before', async () => {
    const { id } = await waiting();
    const { headers, softphone } = await operatorOf();
    await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, headers);
    const first = await ring(id, softphone);
    clock.advance(5 * minute);
    await ringCallback(app.deps.ctx, id);
    const talk = await app.fake.voice.ringing(softphone)[1]?.answer();
    await first?.ignore();
    expect(await stateOf(id)).toMatchObject({ state: 'taken', next_at: null });
    await talk?.press('1');
    await talk?.dialled('answers');
    await talk?.hangUp();
    expect(await stateOf(id)).toMatchObject({ state: 'taken', attempts: 1 });
  });

  it('taken at night rings when the centre opens; on Friday evening, on Monday', async () => {
    const { id } = await waiting();
    const { headers, softphone } = await operatorOf();
    clock.set(new Date('2026-11-27T17:00:00Z'));
    const signedIn = await app.as('operator', 'centre-04', `late${people}`);
    expect((await app.post(`/api/v1/staff/callbacks/${id}/take`, {}, signedIn)).json).toMatchObject({ nextAt: '2026-11-30T09:00:00.000Z' });
    expect(await ring(id, softphone)).toBeUndefined();
    expect(headers).toBeDefined();
  });

  it('is listed page by page, the longest wait first, and to those alone who see its case', async () => {
    const inOrder = async () => {
      clock.advance(1000);
      return waiting();
    };
    const [first, second, third] = [await inOrder(), await inOrder(), await inOrder()];
    const { headers } = await operatorOf();
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 50; page += 1) {
      const { json } = await app.get(`/api/v1/staff/callbacks?limit=2${cursor}`, headers);
      seen.push(...(json['items'] as { id: string }[]).map((one) => one.id));
      if (json['nextCursor'] === null) break;
      cursor = `&cursor=${String(json['nextCursor'])}`;
    }
    expect(seen.filter((id) => [first, second, third].some((one) => one.id === id))).toEqual([first.id, second.id, third.id]);
    expect(new Set(seen).size).toBe(seen.length);
    // Counted as long as nobody has them, on whatever page; who else's cases they are of, nobody is told.
    const counted = async (by = headers) => (await app.get('/api/v1/staff/callbacks?limit=1', by)).json['waiting'];
    const free = Number(await counted());
    expect(free).toBeGreaterThanOrEqual(3);
    await app.post(`/api/v1/staff/callbacks/${second.id}/take`, {}, headers);
    expect(await counted()).toBe(free - 1);
    await app.post(`/api/v1/staff/callbacks/${third.id}/done`, {}, headers);
    expect(await counted()).toBe(free - 2);
    const elsewhere = await app.as('operator', 'centre-06', 'elsewhere');
    expect((await app.get('/api/v1/staff/callbacks', elsewhere)).json).toEqual({ items: [], nextCursor: null, waiting: 0 });
    expect(await app.post(`/api/v1/staff/callbacks/${first.id}/take`, {}, elsewhere)).toMatchObject({ status: 404 });
    for (const made of ['x', Buffer.from(JSON.stringify(['0000-01-01T00:00:00Z', first.id])).toString('base64url')])
      expect(await app.get(`/api/v1/staff/callbacks?cursor=${made}`, headers)).toMatchObject({ status: 400 });
  });
});

it('a call is forgotten after thirty days, with the number that made it; the case that it opened stays', async () => {
  const call = await app.fake.voice.call(newNumber());
  await recorded(call);
  await call.press('1');
  const [opened] = await casesOf(call);
  const [row] = await sql<{ id: string }[]>`select id from calls where provider_id = ${call.sid}`;
  await retain(app.deps.ctx, { narrative: 730, raw: 30 }, { dryRun: false });
  expect(await sql`select 1 from calls where provider_id = ${call.sid}`).toHaveLength(1);
  clock.advance(60 * 24 * 60 * minute);
  await retain(app.deps.ctx, { narrative: 730, raw: 30 }, { dryRun: false });
  expect(await sql`select 1 from calls union all select 1 from recordings`).toEqual([]);
  expect((await app.deps.ctx.keys.read([row?.id ?? ''])).size).toBe(0);
  expect(await sql`select channel from cases where id = ${opened?.id ?? ''}`).toEqual([{ channel: 'phone' }]);
});

it('every document that a call was answered with is one that the provider obeys, in each language', async () => {
  const documents: { text: string; waiting?: boolean }[] = [];
  for (const language of ['1', '2', '3']) {
    const call = await app.fake.voice.call(newNumber());
    for (const keys of [language, '9', '7', '2', '1', '1']) await call.press(keys);
    await call.stayOnLine();
    await call.speak();
    for (const keys of ['1', '9']) await call.press(keys);
    documents.push(...call.documents.map((text) => ({ text })));
    const queued = await app.fake.voice.call(newNumber());
    for (const keys of [language, '0']) await queued.press(keys);
    documents.push(...queued.documents.slice(0, -1).map((text) => ({ text })), ...queued.documents.slice(-1).map((text) => ({ text, waiting: true })));
    await queued.hangUp();
  }
  expect(documents.length).toBeGreaterThan(30);
  for (const { text, waiting = false } of documents) expect(faultsOf(text, { waiting, base }), text).toEqual([]);
});
