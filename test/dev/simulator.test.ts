import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildApp } from '#app';
import { system } from '#db/actor';
import { openDatabase } from '#db/client';
import { messages } from '#db/schema/tables';
import { startFakeTwilio, type FakeTwilio } from '#dev/fake-twilio/server';
import { throughTwilio } from '#dev/simulator/carriers';
import { simulatorRoutes } from '#dev/simulator/routes';
import { fetchFile } from '#domain/attachments/fetching.actions';
import { processAttachment } from '#domain/attachments/processing.actions';
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
import { triageCase } from '#domain/triage/triage.actions';
import type { JobName } from '#jobs/definitions';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { openLive } from '#live/bus';
import { freshDatabase } from '../support/database.ts';
import { noFiles } from '../support/files.ts';
import { keysFor } from '../support/keys.ts';
import { account, publicUrl, smsAt } from '../support/twilio-line.ts';

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
    ...account, publicUrl, webhookBase: 'http://127.0.0.1:9', schedule: (_, step) => void carried.push(step),
  });
  const live = openLive({ publish: async () => undefined, subscribe: async () => undefined, close: async () => undefined }, createLog('silent'));
  const base = {
    db: openDatabase(database.url, createLog('silent')),
    clock: systemClock,
    log: createLog('silent'),
    jobs: { add: (name: JobName, ids: readonly string[]) => void jobs.push(...ids.map((id) => ({ name, id }))) },
    live,
    codeKey: randomBytes(32), witnesses: [],
    secondFactor: { required: false, rpId: 'localhost', origins: [] },
    channels: [smsAt(fake.url)], smsDailyCap: 10_000, smallestCell: 10,
    ...keysFor(database.url),
    sso: null,
    ...noFiles,
  };
  ctx = { ...base, intake: createIntake(base), admission: createAdmission(base), inbox: createInbox(base) };
  app = await buildApp(ctx, live, {
    publicUrl,
    origins: new Set([publicUrl]),
    trustProxy: [],
    log: createLog('silent'),
    more: async (web) => void (await web.register(simulatorRoutes([throughTwilio(fake, account.number)], account.number))),
  });
});
afterAll(async () => {
  await fake.close();
  await app.close();
  await ctx.db.close();
  await ctx.keys.close();
  await database.drop();
});

const Thread = z.object({ messages: z.array(z.object({ direction: z.string(), text: z.string(), state: z.string() })) });
const post = (path: string, body: unknown) => app.inject({ method: 'POST', url: `/simulator/${path}`, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const read = async (number: string) => Thread.parse((await post('thread', { number })).json()).messages;
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
    expect(Thread.parse(sent.json()).messages).toMatchObject([{ direction: 'out', text, state: 'delivered' }]);

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
    for (const [path, type] of [['phone.js', 'text/javascript'], ['phone.css', 'text/css']] as const) {
      expect(page.body).toContain(`/simulator/${path}`);
      expect((await app.inject(`/simulator/${path}`)).headers['content-type']).toContain(type);
    }
  });
});
