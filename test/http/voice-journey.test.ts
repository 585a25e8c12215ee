import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { system } from '#db/actor';
import type { FakeCall } from '#dev/fake-twilio/call';
import { ringCallback } from '#domain/callbacks/calling.actions';
import { fetchRecording } from '#domain/calls/recordings.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { texts } from '#texts/index';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

// A Monday at ten.
const clock = testClock(new Date('2026-11-23T10:00:00Z'));
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock });
});
afterAll(() => app.close());

const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));

const { prompts, digits } = texts.fr.voice;
const spoken = (number: string): string => [...number].map((digit) => z.record(z.string(), z.string()).parse(digits)[digit] ?? '').join(', ');
const figures = Object.fromEntries(Object.entries(digits).map(([figure, word]) => [word, figure]));
/** The digits that stand between two sentences. */
const figuresBetween = (said: string, before: string, after: string): string => {
  const from = said.indexOf(before) + before.length;
  const part = said.slice(from, said.indexOf(after, from));
  return part.split(/[ ,.]+/).map((word) => figures[word] ?? '').join('');
};

const inFrench = async (from: string): Promise<FakeCall> => {
  const call = await app.fake.voice.call(from);
  expect(call.said()).toContain(prompts.choose_fr);
  await call.press('3');
  return call;
};

it('a citizen who only has a telephone complains, hears the number, asks for news, rates the answer, has her case reopened and is called back', async () => {
  const fatima = '+212661000555';
  // She chooses French, hears that nothing is recorded unless she wants it, and chooses so.
  const call = await inFrench(fatima);
  expect(call.said()).toContain(prompts.notice);
  await call.press('1');
  expect(call.said()).toContain(prompts.complaint);
  await call.press('1');
  expect(call.said()).toContain(prompts.record);
  await call.speak();
  // A case exists from now on, whatever she does.
  expect(await rows('select 1 from cases')).toHaveLength(1);
  expect(call.said()).toContain(prompts.review);
  await call.press('1');
  // The number twice, digit by digit, and the code.
  const receipt = call.said();
  const reference = figuresBetween(receipt, prompts.case_number, prompts.again);
  const code = figuresBetween(receipt, prompts.case_code, prompts.write_down);
  expect(receipt).toContain(`${prompts.again} ${spoken(reference)}`);
  expect(reference).toMatch(/^\d{10}$/);
  await call.stayOnLine();
  expect(call.said()).toContain(prompts.goodbye);
  expect(call.wait).toBe('over');
  // What she said is an attachment of her case, and no longer with the provider.
  const [recording] = await rows<{ id: string; case_id: string }>('select id, case_id from recordings');
  await fetchRecording(app.deps.ctx, recording?.id ?? '');
  const caseId = recording?.case_id ?? '';
  expect(await rows('select type, size from attachments where case_id = $1', caseId)).toMatchObject([{ type: 'audio/mpeg' }]);
  expect(app.fake.voice.exchange.recordings.size).toBe(0);
  await triageCase(app.deps.ctx, caseId);
  expect(await rows('select channel, kind, language, status from cases')).toMatchObject([{ channel: 'phone', kind: 'complaint', language: 'fr', status: 'assigned' }]);

  // She asks for news, by keypad.
  const asking = await inFrench(fatima);
  await asking.press('3');
  await asking.press(`${reference}#`);
  await asking.press(`${code}#`);
  expect(asking.said()).toContain(texts.fr.words.statuses.assigned);
  await asking.hangUp();

  // An operator answers, and she rates the answer by keypad.
  const operator = await app.as('operator', 'centre-04');
  const act = async (verb: string, body: Record<string, unknown>): Promise<void> => {
    const { version } = z.object({ version: z.number() }).parse((await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json);
    expect((await app.post(`/api/v1/staff/cases/${caseId}/${verb}`, { version, ...body }, operator)).status).toBe(200);
  };
  await act('claim', {});
  // She is asked something, hears it when she asks for news, and answers by voice; the case goes on with what she said.
  await act('reply', { text: 'En quel mois le versement a-t-il cessé ?', question: true });
  const answering = await inFrench(fatima);
  await answering.press('3');
  await answering.press(`${reference}#`);
  await answering.press(`${code}#`);
  expect(answering.said()).toContain(prompts.answer_first);
  await answering.press('1');
  expect(answering.said()).toContain(`${prompts.your_question} En quel mois le versement a-t-il cessé ?`);
  await answering.speak();
  expect(answering.said()).toContain(prompts.answer_kept);
  expect(await rows('select status from cases')).toEqual([{ status: 'in_progress' }]);
  const [answer] = await rows<{ id: string }>('select id from recordings where message_id is not null');
  await fetchRecording(app.deps.ctx, answer?.id ?? '');
  expect(await rows("select a.type from attachments a join messages m on m.id = a.message_id where m.kind = 'follow_up'")).toEqual([{ type: 'audio/mpeg' }]);
  await act('move', { to: 'resolved', outcome: 'granted', text: 'Le versement a repris.' });
  const rating = await inFrench(fatima);
  await rating.press('3');
  await rating.press(`${reference}#`);
  await rating.press(`${code}#`);
  expect(rating.said()).toContain(prompts.rate_first);
  await rating.press('1');
  await rating.press('2');
  await rating.press('2');
  // Nothing is solved: she is asked whether the case is to go on, and it does, with its number.
  expect(rating.said()).toContain(`${prompts.thanks} ${prompts.reopening}`);
  expect(await rows('select rating, solved from feedback')).toEqual([{ rating: 2, solved: false }]);
  await rating.press('1');
  expect(rating.said()).toContain(prompts.reopened);
  expect(await rows('select status, reference from cases')).toEqual([{ status: expect.not.stringMatching('resolved|closed'), reference }]);

  // Later she rings once and hangs up, as calls cost: she is called back.
  const bip = await app.fake.voice.call(fatima);
  await bip.hangUp();
  const [missed] = await rows<{ id: string; case_id: string }>('select id, case_id from callbacks');
  await triageCase(app.deps.ctx, missed?.case_id ?? '');
  expect((await app.get('/api/v1/staff/callbacks', operator)).json).toMatchObject({ items: [{ id: missed?.id, state: 'open', phone: '+2126****0555' }], nextCursor: null });
  const softphone = z.object({ identity: z.string() }).parse((await app.post('/api/v1/staff/voice/token', {}, operator)).json).identity;
  expect((await app.post(`/api/v1/staff/callbacks/${missed?.id}/take`, {}, operator)).json).toMatchObject({ state: 'taken', nextAt: '2026-11-23T10:00:00.000Z' });
  await ringCallback(app.deps.ctx, missed?.id ?? '');
  // The operator's browser rings first; her telephone only once somebody is there.
  const [ringing] = app.fake.voice.ringing(`client:${softphone}`);
  const talk = await ringing?.answer();
  if (!talk) throw new Error('no browser rings');
  expect(talk.dials).toBe('');
  expect(talk.said()).toContain(texts.ar.voice.prompts.whisper);
  await talk.press('1');
  expect(talk.dials).toBe(fatima);
  await talk.dialled('answers');
  await talk.hangUp();
  expect((await app.post(`/api/v1/staff/callbacks/${missed?.id}/done`, {}, operator)).json).toMatchObject({ state: 'done', attempts: 1 });
  expect((await app.get('/api/v1/staff/callbacks', operator)).json).toEqual({ items: [], nextCursor: null, waiting: 0 });
  expect((await rows<{ type: string }>("select type from events where type like 'callback.%' order by id")).map(({ type }) => type)).toEqual([
    'callback.requested', 'callback.taken', 'callback.attempted', 'callback.done',
  ]);
});

it('what is said to a question of a case that has ended meanwhile is not lost: it begins one, which the caller is told of', async () => {
  const { reference, code } = z.object({ reference: z.string(), code: z.string() }).parse((await app.post('/api/v1/cases', { ...filing({}), territory: { province: 'MA-SAL' } })).json);
  const [filed] = await rows<{ id: string }>('select id from cases where reference = $1', reference);
  const caseId = filed?.id ?? '';
  await triageCase(app.deps.ctx, caseId);
  const operator = await app.as('operator', 'centre-04');
  const act = async (verb: string, body: Record<string, unknown>): Promise<void> => {
    const { version } = z.object({ version: z.number() }).parse((await app.get(`/api/v1/staff/cases/${caseId}`, operator)).json);
    expect((await app.post(`/api/v1/staff/cases/${caseId}/${verb}`, { version, ...body }, operator)).status).toBe(200);
  };
  await act('claim', {});
  await act('reply', { text: 'En quel mois ?', question: true });
  const call = await inFrench('+212661000556');
  await call.press('3');
  await call.press(`${reference}#`);
  await call.press(`${code}#`);
  await call.press('1');
  expect(call.said()).toContain(prompts.answer);
  expect((await app.post('/api/v1/track/withdraw', { reference, code })).status).toBe(200);
  await call.speak();
  expect(call.said()).toContain(prompts.review);
  expect(await rows("select c.channel, c.status from recordings r join cases c on c.id = r.case_id join calls l on l.id = r.call_id where l.provider_id = $1", call.sid)).toEqual([{ channel: 'phone', status: 'received' }]);
});
