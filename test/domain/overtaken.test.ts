import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseDetail } from '#contract/staff';
import { recordDelivery } from '#domain/messages/delivery.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { deriveCode } from '#lib/code';
import { line, startApp, testClock, type TestApp } from '../support/app.ts';
import { createLineTurns } from '../support/line-turns.ts';
import { outgoingOf } from '../support/outgoing.ts';

const minuteMs = 60_000;
const clock = testClock();
let app: TestApp;
const { rows, file, messageOf } = outgoingOf(() => app);
const { provider, pass } = createLineTurns(() => app, clock);

const question = 'في أي شهر توقف الدعم؟';
const signIn = () => app.as('operator', 'centre-04');
const detail = async (caseId: string): Promise<CaseDetail> => (await app.get(`/api/v1/staff/cases/${caseId}`, await signIn())).json as CaseDetail;
const act = async (caseId: string, verb: string, body: object) => {
  const { version } = await detail(caseId);
  return app.post(`/api/v1/staff/cases/${caseId}/${verb}`, { version, ...body }, await signIn());
};
/** A case in an operator's hands, its receipt behind it. */
const held = async (phone: string): Promise<string> => {
  const caseId = await file(phone);
  await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
  await pass(4000);
  await act(caseId, 'claim', {});
  return caseId;
};
const ask = async (caseId: string) => {
  expect((await act(caseId, 'reply', { text: question, question: true })).status).toBe(200);
  expect((await detail(caseId)).status).toBe('awaiting_citizen');
};
const citizen = async (caseId: string, verb: string, body: object) => {
  const { reference } = await detail(caseId);
  return app.post(`/api/v1/track/${verb}`, { reference, code: deriveCode(app.deps.ctx.codeKey, caseId), ...body });
};
const lastStates = (caseId: string, kind: string) => rows<{ state: string; error_code: string | null }>("select state, error_code from messages where case_id = $1 and direction = 'out' and kind = $2 order by seq", caseId, kind);
const heard = (phone: string, words: string): number => app.fake.messagesTo(phone).filter(({ text }) => text.includes(words)).length;
const backToWork = { type: 'case.moved', actor: 'system', data: { from: 'awaiting_citizen', to: 'in_progress', reason: 'question_not_delivered' } };
const moved = async (caseId: string) => (await detail(caseId)).events.filter(({ type, data }) => type === 'case.moved' && data['from'] === 'awaiting_citizen');

beforeAll(async () => {
  app = await startApp({ clock, provider });
});
afterAll(() => app.close());

describe('a question that never arrived does not keep its case waiting', () => {
  it('once the last of its tries was in vain, and not before', async () => {
    const caseId = await held('+212661310002');
    await ask(caseId);
    await pass(100 * minuteMs, 10 * minuteMs);
    expect((await detail(caseId)).status).toBe('awaiting_citizen');
    await pass(60 * minuteMs, 10 * minuteMs);
    expect((await detail(caseId)).status).toBe('in_progress');
    expect(await moved(caseId)).toMatchObject([backToWork]);
  });

  it('nor where the provider says that it never can', async () => {
    const caseId = await held('+212661320086');
    await ask(caseId);
    await pass(4000);
    expect((await detail(caseId)).status).toBe('in_progress');
    expect(await moved(caseId)).toMatchObject([backToWork]);
  });

  it('but another question that may have arrived is waited for', async () => {
    const caseId = await held('+212661330006');
    await ask(caseId);
    await pass(4000);
    expect((await act(caseId, 'reply', { text: 'وفي أي حي؟', question: true })).status).toBe(200);
    await pass(4000);
    const [second] = await rows<{ provider_id: string }>("select provider_id from messages where case_id = $1 and kind = 'question' order by seq desc", caseId);
    await recordDelivery(app.deps.ctx, app.deps.ctx.channels[0]?.account ?? '', { providerId: second?.provider_id ?? '', status: 'failed', errorCode: '30007', class: 'permanent' });
    expect((await lastStates(caseId, 'question')).map(({ state }) => state)).toEqual(['sending', 'failed']);
    expect((await detail(caseId)).status).toBe('awaiting_citizen');
  });
});

describe('what a case has overtaken is not said any more', () => {
  it('a question that was answered is not asked again', async () => {
    const phone = '+212661340002';
    const caseId = await held(phone);
    await ask(caseId);
    await pass(4000);
    expect((await citizen(caseId, 'messages', { text: 'في شهر شتنبر' })).status).toBeLessThan(300);
    await pass(140 * minuteMs, 10 * minuteMs);
    expect(heard(phone, question)).toBe(1);
    expect(await lastStates(caseId, 'question')).toEqual([expect.objectContaining({ state: 'failed' }), { state: 'withheld', error_code: 'overtaken' }]);
    expect((await detail(caseId)).status).toBe('in_progress');
  });

  it('an answer is not repeated once the case is worked on again', async () => {
    const phone = '+212661350002';
    const caseId = await held(phone);
    expect((await act(caseId, 'move', { to: 'resolved', outcome: 'granted', text: 'تم حل مشكلكم.' })).status).toBe(200);
    await pass(4000);
    expect((await citizen(caseId, 'reopen', { reason: 'لم يحل المشكل' })).status).toBeLessThan(300);
    await pass(20 * minuteMs, 10 * minuteMs);
    expect(heard(phone, 'تم حل مشكلكم.')).toBe(1);
    expect((await lastStates(caseId, 'resolution')).at(-1)).toEqual({ state: 'withheld', error_code: 'overtaken' });
  });

  it('who withdrew is asked nothing more', async () => {
    const phone = '+212661300410';
    const caseId = await held(phone);
    await ask(caseId);
    expect((await citizen(caseId, 'withdraw', { reason: 'لم أعد أحتاج' })).status).toBeLessThan(300);
    await pass(8000);
    expect(heard(phone, question)).toBe(0);
    expect(await messageOf(caseId, 'question')).toMatchObject({ state: 'withheld', error_code: 'overtaken' });
    expect((await rows('select first_reply_at from cases where id = $1', caseId))).toEqual([{ first_reply_at: null }]);
  });
});

it('a rating is waited for once the words that ask for it have left, and not before', async () => {
  const phone = '+212661360010';
  await app.fake.receiveFromHandset({ from: phone, to: line, text: 'توقف الدعم منذ شهرين بدون تفسير، أسكن في سلا' });
  await pass(12_000);
  const [written] = await rows<{ id: string }>("select case_id as id from messages where direction = 'in' and case_id is not null order by created_at desc limit 1");
  const caseId = written?.id ?? '';
  const asked = () => rows<{ name: string | null }>("select t.question->>'name' as name from threads t join cases c using (contact_point_id) where c.id = $1", caseId);
  await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
  await act(caseId, 'claim', {});
  app.fake.fail('busy');
  expect((await act(caseId, 'move', { to: 'resolved', outcome: 'granted', text: 'تم حل مشكلكم.' })).status).toBe(200);
  await pass(8000);
  expect((await asked()).map(({ name }) => name)).not.toContain('rating');
  app.fake.fail(null);
  await pass(2 * minuteMs, 10_000);
  expect(heard(phone, 'تم حل مشكلكم.')).toBe(1);
  expect(await asked()).toEqual([{ name: 'rating' }]);
});

it('what is sent again because it did not arrive is not held back for being sent again', async () => {
  const phone = '+212661370002';
  const filed = [await file(phone), await file(phone), await file(phone)];
  for (const caseId of filed) await triageCase({ ...app.deps.ctx, jobs: { add: () => undefined } }, caseId);
  await pass(5 * 60 * minuteMs, 10 * minuteMs);
  for (const caseId of filed) expect((await lastStates(caseId, 'acknowledgement')).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
});

it('what waits for a number that is corrected, or failed for it alone, goes to the new one at once, and never more to the old', async () => {
  const [old, corrected] = ['+212661380002', '+212661380010'];
  const caseId = await held(old);
  expect((await act(caseId, 'reply', { text: 'نراجع ملفكم.' })).status).toBe(200);
  await pass(4000);
  const before = app.fake.messagesTo(old).length;
  expect((await act(caseId, 'rectify', { phone: corrected, reason: 'الرقم خطأ' })).status).toBe(200);
  await pass(8000);
  expect(heard(corrected, 'نراجع ملفكم.')).toBe(1);
  expect(app.fake.messagesTo(corrected)).toHaveLength(2);
  await pass(3 * 60 * minuteMs, 10 * minuteMs);
  expect([app.fake.messagesTo(old).length, app.fake.messagesTo(corrected).length]).toEqual([before, 2]);

  const [nobody, wrong, somebody] = ['+212661390081', '+212661400081', '+212661390010'];
  const dead = await held(nobody);
  expect((await lastStates(dead, 'acknowledgement')).map(({ state }) => state)).toEqual(['failed']);
  const unreachable = async () => (await detail(dead)).events.filter(({ type }) => type === 'citizen.unreachable').length;
  expect(await unreachable()).toBe(1);
  // That nobody is there either is known of the other number only.
  expect((await act(dead, 'rectify', { phone: wrong, reason: 'الرقم خطأ' })).status).toBe(200);
  await pass(8000);
  expect(await unreachable()).toBe(2);
  expect((await act(dead, 'rectify', { phone: somebody, reason: 'الرقم خطأ' })).status).toBe(200);
  await pass(8000);
  expect((await lastStates(dead, 'acknowledgement')).map(({ state }) => state)).toEqual(['failed', 'failed', 'delivered']);
  expect(app.fake.messagesTo(somebody)).toHaveLength(1);
});
