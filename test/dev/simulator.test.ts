import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { buildApp } from '#app';
import { createTwilioVoice } from '#channels/twilio/voice/voice';
import { system } from '#db/actor';
import { openDatabase } from '#db/client';
import { callbacks, cases, messages, providerFiles, staff } from '#db/schema/tables';
import { browserIn } from '#dev/fake-twilio/browser-token';
import { startFakeTwilio, type FakeTwilio } from '#dev/fake-twilio/server';
import { throughTwilio } from '#dev/simulator/carriers';
import { simulatorRoutes } from '#dev/simulator/routes';
import { fetchFile } from '#domain/attachments/fetching.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
import { softphoneOf } from '#domain/callbacks/hours.rules';
import { ringCallback } from '#domain/callbacks/calling.actions';
import { fetchRecording } from '#domain/calls/recordings.actions';
import { createIntake } from '#domain/cases/intake.actions';
import { createAdmission } from '#domain/challenge/admission.actions';
import type { Context } from '#domain/context';
import { createInbox } from '#domain/messages/inbound.actions';
import { routeMessage } from '#domain/messages/routing.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { settleMessage } from '#domain/messages/settling.actions';
import { settleMerges } from '#domain/merging/settling-merges.actions';
import { putStaff } from '#domain/staff/accounts.actions';
import { triageCase } from '#domain/triage/triage.actions';
import type { JobName } from '#jobs/definitions';
import { createLog } from '#lib/log';
import { openLive } from '#live/bus';
import { texts } from '#texts/index';
import { freshDatabase } from '../support/database.ts';
import { testClock } from '../support/app.ts';
import { noFiles, photo } from '../support/files.ts';
import { keysFor } from '../support/keys.ts';
import { account, publicUrl, smsAt, whatsAppAt } from '../support/twilio-line.ts';

const work: Record<JobName, (ctx: Context, id: string) => Promise<void>> = {
  'route-message': routeMessage,
  'triage-case': triageCase,
  'send-message': sendMessage,
  'settle-message': settleMessage,
  'settle-merges': settleMerges,
  'process-attachment': processAttachment,
  'fetch-file': fetchFile,
  'fetch-recording': fetchRecording,
  'ring-callback': ringCallback,
};

// A Monday at ten.
const monday = new Date('2026-11-23T10:00:00Z');
const apiKey = { sid: `SK${'0'.repeat(32)}`, secret: 'a-secret-for-tests-only' };
let database: Awaited<ReturnType<typeof freshDatabase>>;
let ctx: Context;
let fake: FakeTwilio;
let app: FastifyInstance;
const jobs: { name: JobName; id: string }[] = [];
const carried: (() => Promise<void>)[] = [];

/** Does the workers' part, then the provider's. */
const settle = async (): Promise<void> => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await work[job.name](ctx, job.id);
  for (let step = carried.shift(); step; step = carried.shift()) await step();
};

beforeAll(async () => {
  database = await freshDatabase();
  // Where the line listens is known once it does.
  fake = await startFakeTwilio({
    ...account, whatsApp: account.number, apiKeySecret: apiKey.secret, publicUrl, webhookBase: 'http://127.0.0.1:9', schedule: (_, step) => void carried.push(step),
  });
  const live = openLive({ publish: async () => undefined, subscribe: async () => undefined, close: async () => undefined }, createLog('silent'));
  const base = {
    db: openDatabase(database.url, createLog('silent')),
    clock: testClock(monday),
    log: createLog('silent'),
    jobs: { add: (name: JobName, ids: readonly string[]) => void jobs.push(...ids.map((id) => ({ name, id }))) },
    live,
    codeKey: randomBytes(32), witnesses: [],
    secondFactor: { required: false, rpId: 'localhost', origins: [] },
    channels: [smsAt(fake.url), whatsAppAt(fake.url)], smsDailyCap: 10_000, smallestCell: 10,
    ...keysFor(database.url),
    sso: null,
    ...noFiles,
    telephone: {
      voice: createTwilioVoice({ accountSid: account.accountSid, authTokens: [account.authToken], apiKey, appSid: `AP${'0'.repeat(32)}`, from: account.number, publicUrl, baseUrl: fake.url }),
      prompts: { has: (name: string) => name === 'ar/notice', read: () => Readable.from([]) },
    },
  };
  ctx = { ...base, intake: createIntake(base), admission: createAdmission(base), inbox: createInbox(base) };
  app = await buildApp(ctx, live, {
    publicUrl,
    origins: new Set([publicUrl]),
    trustProxy: [],
    log: createLog('silent'),
    more: async (web) => void (await web.register(simulatorRoutes({ number: account.number, sms: [throughTwilio(fake, account.number)], twilio: fake }))),
  });
});
afterAll(async () => {
  await fake.close();
  await app.close();
  await ctx.db.close();
  await ctx.keys.close();
  await database.drop();
});

const Messages = z.array(z.object({ direction: z.string(), text: z.string(), file: z.string().optional(), state: z.string() }));
const Call = z.object({ state: z.string(), direction: z.string(), typed: z.string(), heard: z.array(z.object({ by: z.string(), language: z.string().optional(), text: z.string() })) });
const Seen = z.object({ sms: Messages, whatsapp: Messages, call: Call });
const post = (path: string, body: unknown) => app.inject({ method: 'POST', url: `/simulator/${path}`, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const see = async (number: string) => Seen.parse((await post('thread', { number })).json());
const read = async (number: string) => (await see(number)).sms;
const stored = () => ctx.db.withActor(system, (tx) => tx.db.$count(messages));

const text = 'توقف الدعم منذ شهرين، أسكن في سلا';

describe('the simulator', () => {
  it('says that a text did not get through while the line is away, and never that it did', async () => {
    expect((await post('messages', { from: '0600099999', text })).statusCode).toBe(503);
    expect(await read('0600099999')).toMatchObject([{ direction: 'out', text, state: 'failed' }]);
    expect(await stored()).toBe(0);
  });

  it('texts the line through its signed webhook, and shows the receipt once it has reached the phone', async () => {
    const webhookBase = await app.listen({ port: 0, host: '127.0.0.1' });
    fake.pointAt({ publicUrl, webhookBase });

    const sent = await post('messages', { from: '٠٦٠٠٠ ١١ ١١١', text });
    expect(sent.statusCode).toBe(202);
    expect(Seen.parse(sent.json()).sms).toMatchObject([{ direction: 'out', text, state: 'delivered' }]);

    await settle();
    const thread = await read('+212600011111');
    expect(thread).toMatchObject([{ direction: 'out' }, { direction: 'in', state: 'delivered' }]);
    expect(thread[1]?.text).toMatch(/\d{10}.*\b\d{6}\b/s);
  });

  it('shows a text to a phone that is off as one that did not arrive', async () => {
    await post('messages', { from: '0600020002', text });
    await settle();
    expect(await read('0600020002')).toMatchObject([{ direction: 'out' }, { direction: 'in', state: 'failed' }]);
  });

  it('sends a photo on WhatsApp, and says whether the answer was opened', async () => {
    const from = '0600044444';
    const sent = await post('files', { from, type: 'image/jpeg', data: (await photo()).toString('base64'), text });
    expect(Seen.parse(sent.json()).whatsapp).toMatchObject([{ direction: 'out', text, file: 'image/jpeg', state: 'delivered' }]);
    await settle();
    expect(await see(from)).toMatchObject({ sms: [], whatsapp: [{}, { direction: 'in', state: 'delivered' }] });
    await post('read', { number: from });
    expect((await see(from)).whatsapp[1]).toMatchObject({ state: 'read' });
    const states = await ctx.db.withActor(system, (tx) => tx.db.select({ state: messages.state }).from(messages).where(eq(messages.channel, 'whatsapp')));
    expect(states).toContainEqual({ state: 'read' });
    expect(await ctx.db.withActor(system, (tx) => tx.db.$count(providerFiles))).toBe(1);
  });

  describe('as a telephone', () => {
    const act = async (number: string, what: string, key?: string) => {
      const answer = await post('calls', { number, act: what, key });
      expect(answer.statusCode).toBe(200);
      return Seen.parse(answer.json()).call;
    };
    const { prompts } = texts.ar.voice;

    it('hears each sentence as words, with its language and whether a person recorded it, and files by keypad and voice', async () => {
      const from = '0600055555';
      const begun = await act(from, 'dial');
      expect(begun).toMatchObject({ state: 'keys', direction: 'out', heard: [{ by: 'machine', language: 'ar' }, { by: 'machine', language: 'fr', text: texts.fr.voice.prompts.choose_fr }] });
      const menu = await act(from, 'key', '1');
      expect(menu.heard).toContainEqual({ by: 'recording', language: 'ar', text: prompts.notice });
      await act(from, 'key', '1');
      expect(await act(from, 'key', '1')).toMatchObject({ state: 'voice' });
      expect((await act(from, 'speak')).heard.at(-1)).toMatchObject({ by: 'machine', text: prompts.review });
      expect((await act(from, 'key', '1')).heard.at(-1)?.text).toContain(prompts.case_number);
      expect(await act(from, 'wait')).toMatchObject({ state: 'over' });
      expect(await ctx.db.withActor(system, (tx) => tx.db.$count(cases, eq(cases.channel, 'phone')))).toBe(1);
    });

    it('types a number key by key, and tells the line once it is whole', async () => {
      const from = '0600066666';
      await act(from, 'dial');
      await act(from, 'key', '1');
      await act(from, 'key', '3');
      for (const key of '1234') await act(from, 'key', key);
      expect(await act(from, 'key', '5')).toMatchObject({ state: 'keys', typed: '12345' });
      const whole = await act(from, 'key', '#');
      expect([whole.typed, whole.heard.at(-1)?.text]).toEqual(['', prompts.track_code]);
      expect(await act(from, 'hang_up')).toMatchObject({ state: 'over' });
    });

    it('that rings once and hangs up is called back: the operator first, at the headset of whoever is signed in', async () => {
      const from = '0600077777';
      await act(from, 'dial');
      await act(from, 'hang_up');
      await settle();
      await putStaff(ctx, { login: 'operator', name: 'Operator', role: 'operator', language: 'ar', centreId: 'centre-04', password: 'correct horse battery' });
      const [person] = await ctx.db.withActor(system, (tx) => tx.db.select({ id: staff.id }).from(staff));
      const operator = person?.id ?? '';
      const { token } = ctx.telephone?.voice.token(softphoneOf(operator)) ?? {};
      const headset = async (what?: string, key?: string) => Call.parse((await post('headset', { token, act: what, key })).json());
      expect(await headset()).toMatchObject({ state: 'idle' });
      const [missed] = await ctx.db.withActor(system, (tx) => tx.db.update(callbacks).set({ state: 'taken', takenBy: operator, nextAt: monday }).returning({ id: callbacks.id }));
      await ringCallback(ctx, missed?.id ?? '');
      expect(await headset()).toMatchObject({ state: 'ringing', direction: 'in' });
      expect((await headset('answer')).heard).toMatchObject([{ text: prompts.whisper }]);
      expect((await see(from)).call.state).toBe('over');
      expect(await headset('key', '1')).toMatchObject({ state: 'dial' });
      expect((await see(from)).call).toMatchObject({ state: 'ringing', direction: 'in' });
      expect(await act(from, 'answer')).toMatchObject({ state: 'talking' });
      expect(await headset()).toMatchObject({ state: 'talking' });
      await act(from, 'hang_up');
      expect(await headset()).toMatchObject({ state: 'over' });
    });

    it.each([
      ['no act', { number: '0600011111' }, 400],
      ['a key that no telephone has', { number: '0600011111', act: 'key', key: 'A' }, 400],
      ['a key without saying which', { number: '0600011111', act: 'key' }, 400],
      ['a key outside a call', { number: '0600088888', act: 'key', key: '1' }, 404],
    ])('never takes %s', async (_, body, status) => {
      expect((await post('calls', body)).statusCode).toBe(status);
    });

    it('never takes a token that the line did not sign, or whose time is over', async () => {
      const right = ctx.telephone?.voice.token('operator_1').token ?? '';
      const [header, payload] = right.split('.');
      for (const token of ['', 'x.y.z', `${header}.${payload}.`, `${right}x`]) expect((await post('headset', { token })).statusCode).toBe(401);
      expect([599, 601].map((seconds) => browserIn(right, apiKey.secret, new Date(Date.now() + seconds * 1000)))).toEqual(['operator_1', null]);
    });
  });

  it("never shows one phone another phone's texts", async () => {
    expect(await read('0600033333')).toEqual([]);
  });

  it.each([
    ['a sender that is no number', { from: 'INWI', text }, { path: 'from', code: 'invalid_phone' }],
    ['an empty text', { from: '0600011111', text: ' ' }, { path: 'text', code: 'empty' }],
    ['a text longer than ten SMS', { from: '0600011111', text: 'x'.repeat(1601) }, { path: 'text', code: 'too_long' }],
  ])('never takes %s', async (_, body, error) => {
    const before = await stored();
    const refused = await post('messages', body);
    expect(refused.statusCode).toBe(400);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.json()).toMatchObject({ code: 'invalid', errors: [error] });
    expect(await stored()).toBe(before);
  });

  it('never takes anything but JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json;garbage']) {
      const refused = await app.inject({ method: 'POST', url: '/simulator/thread', payload: '{"number":"0600011111"}', headers: { 'content-type': type } });
      expect(refused.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    }
  });

  it('is a page that runs its own script and style, and nothing else', async () => {
    const page = await app.inject('/simulator');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'");
    expect(page.body).not.toMatch(/<style|style=|<script>|https?:\/\/(?!www\.w3\.org)/);
    for (const [path, type] of [['main.js', 'text/javascript'], ['phone.css', 'text/css']] as const) {
      expect(page.body).toContain(`/simulator/${path}`);
      expect((await app.inject(`/simulator/${path}`)).headers['content-type']).toContain(type);
    }
  });
});
