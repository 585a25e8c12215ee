import { afterAll, beforeAll, expect, it } from 'vitest';
import { Filing } from '#contract/filing';
import { system } from '#db/actor';
import { fileCase } from '#domain/cases/filing.actions';
import { takeFromCaps } from '#domain/messages/caps.actions';
import { sendMessage } from '#domain/messages/sending.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { filing, startApp, testClock, type TestApp } from '../support/app.ts';

const hour = 3_600_000;
const clock = testClock();
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock });
});
afterAll(() => app.close());

const rows = <Row extends object>(statement: string, ...values: string[]): Promise<Row[]> =>
  app.deps.ctx.db.withActor(system, (tx) => tx.raw<Row>(statement, values));
type Sent = { id: string; case_id: string; kind: string; state: string; error_code: string | null };

/** A case from this number, as the workers leave it. */
const filed = async (phone: string): Promise<Sent> => {
  const { ctx } = app.deps;
  const { reference } = (await app.post('/api/v1/cases', filing({ contact: { phone } }))).json;
  const [found] = await rows<{ id: string }>('select id from cases where reference = $1', String(reference));
  const caseId = found?.id ?? '';
  await triageCase(ctx, caseId);
  return sent(caseId);
};
const sent = async (caseId: string, kind = 'acknowledgement'): Promise<Sent> => {
  const find = async () => (await rows<Sent>("select * from messages where case_id = $1 and kind = $2", caseId, kind))[0];
  const queued = await find();
  if (queued) await sendMessage(app.deps.ctx, queued.id);
  const message = await find();
  if (!message) throw new Error('no message');
  return message;
};
/** What the caps say to one message for each number, a few in a transaction. */
const capsFor = async (numbers: readonly string[], smsDailyCap = 1_000_000): Promise<Record<string, number>> => {
  const answers: Record<string, number> = {};
  const ctx = { ...app.deps.ctx, smsDailyCap };
  for (let i = 0; i < numbers.length; i += 50)
    await ctx.db.withActor(system, async (tx) => {
      for (const to of numbers.slice(i, i + 50)) {
        const answer = (await takeFromCaps(ctx, tx, to, { kind: 'acknowledgement', again: false })) ?? 'leaves';
        answers[answer] = (answers[answer] ?? 0) + 1;
      }
    });
  return answers;
};
const sequential = (first: number): string[] => Array.from({ length: 10_000 }, (_, i) => `+212${first + i}`);

it('10,000 filings over sequential numbers send no more than the caps allow, and each case is kept', async () => {
  const { ctx } = app.deps;
  const numbers = sequential(662_000_000);
  await Promise.all(
    Array.from({ length: 8 }, async (_, part) => {
      for (let i = part * 1250; i < (part + 1) * 1250; i += 125)
        await Promise.all(numbers.slice(i, i + 125).map((phone) => fileCase(ctx, Filing.parse(filing({ contact: { phone } })), { channel: 'web' })));
    }),
  );
  expect(await rows('select count(*)::int as kept from cases')).toEqual([{ kept: 10_000 }]);
  // Ten ranges of a thousand numbers.
  expect(await capsFor(numbers)).toEqual({ leaves: 2000, cap_range: 8000 });
  expect((await filed('+212671234567')).state).not.toBe('withheld');
}, 240_000);

it('all together never send more than the cap of the day, until the next day', async () => {
  clock.advance(24 * hour);
  expect(await capsFor(sequential(663_000_000).filter((_, i) => i % 100 === 0), 30)).toEqual({ leaves: 30, cap_day: 70 });
  expect(await capsFor(['+212664000000'], 30)).toEqual({ cap_day: 1 });
  clock.advance(24 * hour);
  expect(await capsFor(['+212664000000'], 30)).toEqual({ leaves: 1 });
});

it('a number gets three acknowledgements an hour and ten a day; its cases are kept, and say why nothing was sent', async () => {
  clock.set(new Date('2026-12-01T08:00:00Z'));
  const phone = '+212655000001';
  const states: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    for (let i = 0; i < 4; i += 1) states.push((await filed(phone)).state);
    clock.advance(hour);
  }
  expect(states.filter((state) => state !== 'withheld')).toHaveLength(10);
  expect(states.slice(0, 4).indexOf('withheld')).toBe(3);
  const last = await filed(phone);
  expect(last).toMatchObject({ state: 'withheld', error_code: 'cap_number' });
  const operator = await app.as('operator', 'centre-04');
  const detail = (await app.get(`/api/v1/staff/cases/${last.case_id}`, operator)).json;
  expect(detail['messages']).toContainEqual(expect.objectContaining({ kind: 'acknowledgement', state: 'withheld', errorCode: 'cap_number' }));
  // What an operator writes leaves.
  const { version } = detail;
  await app.post(`/api/v1/staff/cases/${last.case_id}/claim`, { version }, operator);
  await app.post(`/api/v1/staff/cases/${last.case_id}/reply`, { version: Number(version) + 1, text: 'نراجع ملفكم.' }, operator);
  expect((await sent(last.case_id, 'reply')).state).not.toBe('withheld');
});

it('no SMS ever goes to a landline: news wait on the tracking page', async () => {
  const { reference } = (await app.post('/api/v1/cases', filing({ contact: { phone: '0537000001' } }))).json;
  const [found] = await rows<{ id: string; version: number }>('select id, version from cases where reference = $1', String(reference));
  await triageCase(app.deps.ctx, found?.id ?? '');
  expect(await rows("select 1 from messages where case_id = $1 and direction = 'out'", found?.id ?? '')).toEqual([]);
  const operator = await app.as('operator', 'centre-04');
  await app.post(`/api/v1/staff/cases/${found?.id}/claim`, { version: 2 }, operator);
  expect((await app.post(`/api/v1/staff/cases/${found?.id}/reply`, { version: 3, text: 'نراجع ملفكم.' }, operator)).status).toBe(200);
  expect(await rows("select state, channel from messages where case_id = $1 and kind = 'reply'", found?.id ?? '')).toEqual([{ state: 'shown', channel: 'web' }]);
});

it('no number is kept with what was sent to it', async () => {
  const found = await rows("select 1 from sms_counts where subject_hash in (sha256('acknowledgement 3600000 +212655000001'), sha256('acknowledgement 86400000 +212655000001'))");
  expect(found).toEqual([]);
});
