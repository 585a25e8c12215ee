import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startApp, testClock, type TestApp } from '../support/app.ts';
import { outgoingOf } from '../support/outgoing.ts';

// Free words may be sent on WhatsApp for a day after the citizen's last message. The provider's clock is the real one.
const clock = testClock(new Date());
let app: TestApp;
const { rows, messageOf } = outgoingOf(() => app);
beforeAll(async () => {
  app = await startApp({ clock, work: true, whatsapp: true });
});
afterAll(() => app.close());

const dayMs = 24 * 3_600_000;
let writers = 0;

/** A case by WhatsApp, in the hands of the operator, whose receipt has left. */
const opened = async (from = `+2126620011${String((writers += 1)).padStart(2, '0')}`): Promise<{ from: string; id: string }> => {
  await app.fake.receiveOnWhatsApp({ from, text: `توقف الدعم منذ شهرين، أسكن في سلا (${from})` });
  const receipt = await eventually(async () => app.fake.messagesTo(`whatsapp:${from}`)[0]);
  const [found] = await rows<{ id: string; version: number }>('select id, version from cases where reference = $1', /\d{10}/.exec(receipt.text)?.[0] ?? '');
  const id = found?.id ?? '';
  expect((await app.post(`/api/v1/staff/cases/${id}/claim`, { version: found?.version }, await signIn())).status).toBe(200);
  return { from, id };
};
/** A session does not last a day. */
const signIn = () => app.as('operator', 'centre-04');
const detail = async (id: string) => (await app.get(`/api/v1/staff/cases/${id}`, await signIn())).json;
const reply = async (id: string, text: string, more: object = {}): Promise<void> => {
  const answer = await app.post(`/api/v1/staff/cases/${id}/reply`, { version: (await detail(id))['version'], text, ...more }, await signIn());
  expect(answer.status).toBe(200);
};
const onWhatsApp = (from: string) => app.fake.messagesTo(`whatsapp:${from}`).map(({ text }) => text);
const bySms = (from: string) => app.fake.messagesTo(from).map(({ text }) => text);

describe('more than a day after the citizen wrote', () => {
  it('a reply leaves as the approved text, and what has none leaves by SMS', async () => {
    const { from, id } = await opened();
    clock.advance(dayMs);
    await reply(id, 'نحن ندرس\n  ملفكم.');
    await eventually(async () => onWhatsApp(from).find((text) => /^إنصات، ملفكم \d{10}: نحن ندرس ملفكم\.$/.test(text)));
    expect(bySms(from)).toEqual([]);

    await reply(id, 'هل تسكنون في سلا؟', { question: true });
    await eventually(async () => bySms(from).find((text) => text.includes('هل تسكنون في سلا؟')));
    expect(onWhatsApp(from).some((text) => text.includes('هل تسكنون'))).toBe(false);
    const { messages } = (await detail(id)) as { messages: { channel: string; state: string; errorCode: string | null; text: string }[] };
    // Both are of the instant at which the test's clock stands.
    expect(messages.filter(({ text }) => text.includes('هل تسكنون')).toSorted((a, b) => a.channel.localeCompare(b.channel))).toMatchObject([
      { channel: 'sms' }, { channel: 'whatsapp', state: 'failed', errorCode: 'window_closed' },
    ]);
  });

  it('they are written to freely again as soon as they write', async () => {
    const { from, id } = await opened();
    clock.advance(dayMs);
    await app.fake.receiveOnWhatsApp({ from, text: 'هل من جديد؟' });
    await eventually(async () => (await rows('select 1 from messages where case_id = $1 and direction = $2', id, 'in')).length === 2);
    await reply(id, 'نعم، قريبا.');
    await eventually(async () => onWhatsApp(from).find((text) => text.endsWith('نعم، قريبا.') && !text.startsWith('إنصات، ملفكم')));
  });

  it('who has no number and no approved text is not reached, and the case says so', async () => {
    const { from, id } = await opened('MA.1a2B3c4D8');
    clock.advance(dayMs);
    await reply(id, 'هل تسكنون في سلا؟', { question: true });
    await eventually(async () => (await messageOf(id, 'question'))?.state === 'failed');
    expect(await messageOf(id, 'question')).toMatchObject({ error_code: 'window_closed' });
    expect(onWhatsApp(from)).toHaveLength(1);
    expect(await rows("select 1 from messages where case_id = $1 and direction = 'out' and channel = 'sms'", id)).toEqual([]);
    expect(await rows('select first_reply_at from cases where id = $1', id)).toEqual([{ first_reply_at: null }]);
  });
});

describe('where the provider says that the day is over, and our clock does not', () => {
  it('the same words leave once as the approved text, and what has none once by SMS', async () => {
    const { from, id } = await opened();
    app.fake.setWindow(from, false);
    await reply(id, 'نحن ندرس ملفكم.');
    await eventually(async () => onWhatsApp(from).find((text) => text.startsWith('إنصات، ملفكم')));
    await reply(id, 'هل تسكنون في سلا؟', { question: true });
    await eventually(async () => bySms(from).find((text) => text.includes('هل تسكنون في سلا؟')));
    const sent = await rows<{ kind: string; channel: string }>("select kind, channel from messages where case_id = $1 and direction = 'out' and kind <> 'acknowledgement' order by seq", id);
    expect(sent.map(({ kind, channel }) => `${kind} ${channel}`)).toEqual(['reply whatsapp', 'reply whatsapp', 'question whatsapp', 'question sms']);
  });
});
