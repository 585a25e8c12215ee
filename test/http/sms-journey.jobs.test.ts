import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { system } from '#db/actor';
import { texts } from '#texts/index';
import { eventually, startApp, testClock, type TestApp } from '../support/app.ts';
import { handset, referenceIn } from '../support/handset.ts';

/** The whole journey on a phone that knows nothing but SMS, through the line's own SIM. */
const clock = testClock();
const minutes = (count: number): void => clock.advance(count * 60_000);
let app: TestApp;
let operator: { cookie: string };
beforeAll(async () => {
  app = await startApp({ sim: true, work: true, clock });
  operator = await app.as('operator', 'centre-04');
});
afterAll(() => app.close());

const phoneOf = (number: string) => handset(app, clock, number);
const Listed = z.object({ items: z.array(z.object({ id: z.string(), version: z.number(), status: z.string() })) });
const find = async (reference: string) => {
  const [found] = Listed.parse((await app.get(`/api/v1/staff/cases?q=${reference}`, operator)).json).items;
  if (!found) throw new Error('no such case in sight');
  return found;
};
const statusOf = async (reference: string): Promise<string> => (await find(reference)).status;
const act = async (reference: string, what: string, body: Record<string, unknown>): Promise<void> => {
  const { id, version } = await find(reference);
  const answer = await app.post(`/api/v1/staff/cases/${id}/${what}`, { version, ...body }, operator);
  expect([what, answer.status, answer.text.slice(0, 300)]).toEqual([what, 200, expect.anything()]);
};
const rows = <R extends object>(statement: string, ...values: string[]): Promise<R[]> => app.deps.ctx.db.withActor(system, (tx) => tx.raw<R>(statement, values));
const said = async (reference: string): Promise<string[]> => {
  const { id } = await find(reference);
  const { messages } = (await app.get(`/api/v1/staff/cases/${id}`, operator)).json as { messages: { direction: string; text: string }[] };
  return messages.filter(({ direction }) => direction === 'in').map(({ text }) => text);
};

it('a widow files, hears her number, asks for news, answers a question, rates and has it reopened, by SMS alone', async () => {
  const widow = phoneOf('+212661000321');
  await widow.text('توقف عني دعم الأرامل منذ شهرين، أنا من سلا');
  const receipt = await widow.reads();
  const reference = referenceIn(receipt);
  expect(receipt).toMatch(/آخر أجل/);

  await widow.text(`تتبع ${reference}`);
  expect(await widow.reads()).toContain('وُجهت إلى الموظف المختص');

  await eventually(async () => (await statusOf(reference)) === 'assigned');
  await act(reference, 'claim', {});
  await act(reference, 'reply', { text: 'في أي شهر توقف؟', question: true });
  expect(await widow.reads()).toContain('في أي شهر توقف؟');
  await widow.text('منذ شتنبر');
  await eventually(async () => (await statusOf(reference)) === 'in_progress');
  expect(await said(reference)).toEqual(['توقف عني دعم الأرامل منذ شهرين، أنا من سلا', 'منذ شتنبر']);

  await act(reference, 'move', { to: 'resolved', outcome: 'refused', text: 'راجعنا ملفكم.' });
  expect(await widow.reads()).toMatch(/راجعنا ملفكم\..*من 1 .* إلى 5/);
  await widow.text('٢');
  expect(await widow.reads()).toContain('هل حُلت مشكلتكم');
  await widow.text('لا');
  expect(await widow.reads()).toContain('نفتح ملفكم من جديد');
  await widow.text('نعم');
  // However much the line said by itself in these minutes.
  expect(await widow.reads()).toBe(texts.ar.answers.reopened(reference));
  expect(await statusOf(reference)).toBe('assigned');
  const { id } = await find(reference);
  expect((await app.get(`/api/v1/staff/cases/${id}`, operator)).json).toMatchObject({ feedback: { rating: 2, solved: false } });
  // The line's own words are nobody's case.
  expect(await said(reference)).toHaveLength(2);
});

describe('a phone that a family shares', () => {
  it('keeps two private cases, and which is meant is asked by numbers alone', async () => {
    const phone = phoneOf('+212661000322');
    await phone.text('لم أتوصل بدعم السكن، أنا من الرباط');
    const first = referenceIn(await phone.reads());
    minutes(5);
    await phone.text('جديد');
    expect(await phone.reads()).toContain('موضوعكم الجديد');
    await phone.text('الزوج ديالي كيضربني وبغيت نهضر مع شي مرا، الرباط');
    // Two answers that leave together arrive in any order.
    const answers = [await phone.reads(), await phone.reads()];
    const second = referenceIn(answers.find((text) => text.includes('آخر أجل')) ?? '');
    expect(second).not.toBe(first);

    minutes(2);
    await phone.text('واش كاين شي جديد فالملف ديالي');
    const question = await phone.reads();
    expect(question).toContain(`1 ${second}`);
    expect(question).toContain(`2 ${first}`);
    expect(question).not.toMatch(/الزوج|السكن/);
    await phone.text('2');
    await eventually(async () => (await said(first)).length === 2);
    expect(await said(first)).toEqual(['لم أتوصل بدعم السكن، أنا من الرباط', 'واش كاين شي جديد فالملف ديالي']);
    phone.readNothing();
  });
});

it('an answer that comes while we ask which case is meant takes no number for a rating', async () => {
  const phone = phoneOf('+212661000326');
  await phone.text('لم أتوصل بدعم السكن، أنا من الرباط');
  const first = referenceIn(await phone.reads());
  minutes(5);
  await phone.text('جديد');
  await phone.reads();
  await phone.text('توقف التعويض الشهري، أنا من الرباط');
  const second = referenceIn(await phone.reads());
  minutes(15);
  await phone.text('واش كاين شي جديد فالملف ديالي');
  expect(await phone.reads()).toContain(`2 ${first}`);
  await eventually(async () => (await statusOf(second)) === 'assigned');
  await act(second, 'claim', {});
  await act(second, 'move', { to: 'resolved', outcome: 'granted', text: 'سيصلكم التعويض.' });
  expect(await phone.reads()).toContain('سيصلكم التعويض');
  await phone.text('2');
  await eventually(async () => (await said(first)).length === 2);
  phone.readNothing();
});

it('a question that no cap let leave does not stand: nobody answers what they never read', async () => {
  const phone = phoneOf('+212661000327');
  await phone.text('توقف عني الدعم، أنا من الرباط');
  const reference = referenceIn(await phone.reads());
  await eventually(async () => (await statusOf(reference)) === 'assigned');
  await act(reference, 'claim', {});
  await act(reference, 'move', { to: 'resolved', outcome: 'granted', text: 'سيصلكم الدعم.' });
  await phone.reads();
  // Three answers to texts leave in ten minutes.
  minutes(10 - (clock.now().getUTCMinutes() % 10));
  for (let asked = 0; asked < 3; asked += 1) {
    await phone.text('مساعدة');
    await phone.reads();
  }
  await phone.text('2');
  await eventually(async () => (await rows("select 1 from messages where state = 'withheld' and contact_point_id = (select contact_point_id from cases where reference = $1)", reference)).length === 1);
  await phone.text('لا');
  await eventually(async () => (await said(reference)).includes('لا'));
  expect((await app.get(`/api/v1/staff/cases/${(await find(reference)).id}`, operator)).json).toMatchObject({ feedback: null });
  phone.readNothing();
});

describe('a reference of somebody else', () => {
  it('attaches nowhere, reveals nothing, and the words begin a case of their own', async () => {
    const owner = phoneOf('+212661000323');
    await owner.text('توقف الدعم، القنيطرة');
    const theirs = referenceIn(await owner.reads());
    const stranger = phoneOf('+212661000324');
    await stranger.text(`تتبع ${theirs}`);
    expect(await stranger.reads()).toContain('لا نجد ملفا بهذا الرقم من هاتفكم');
    await stranger.text(`بخصوص ${theirs} زيدو هاد المعلومة`);
    const receipt = await stranger.reads();
    expect(referenceIn(receipt)).not.toBe(theirs);
    expect(await said(theirs)).toHaveLength(1);
    owner.readNothing();
  });
});

it('who asks for no more messages gets one word of it, and still the number of what they file, as that word says', async () => {
  const phone = phoneOf('+212661000325');
  await phone.text('STOP');
  expect(await phone.reads()).toContain('لن يصلكم منا إلا');
  await phone.text('stop');
  await phone.text('لم أتوصل بدعم السكن هذا الشهر، تمارة');
  expect(referenceIn(await phone.reads())).not.toBe('');
  phone.readNothing();
});
