import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeMessage } from '#domain/messages/routing.actions';
import { triageCase } from '#domain/triage/triage.actions';
import { line, startApp, type TestApp } from '../support/app.ts';
import { outgoingOf } from '../support/outgoing.ts';

/** As startApp sets the line up. */
const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'a-token-for-tests-only';

let app: TestApp;
const { rows } = outgoingOf(() => app);
beforeAll(async () => {
  app = await startApp({ whatsapp: true });
});
afterAll(() => app.close());

type Form = Record<string, string>;
type Call = { path: string; form: Form };
const newSid = (): string => `SM${randomBytes(16).toString('hex')}`;
const call = async ({ path, form }: Call, token = authToken): Promise<number> => {
  const headers = { 'x-twilio-signature': twilio.getExpectedTwilioSignature(token, app.url + path, form) };
  return (await fetch(app.url + path, { method: 'POST', headers, body: new URLSearchParams(form) })).status;
};

const kinds: [name: string, prefix: string, happy: string[]][] = [
  ['SMS', '', ['queued', 'sending', 'sent', 'delivered']],
  ['WhatsApp', 'whatsapp:', ['queued', 'sent', 'delivered', 'read']],
];
let writers = 0;

/** What the provider tells of two messages of one person and of our answer, once and in order. */
const story = async (prefix: string, statuses: string[]): Promise<{ calls: Call[]; sids: string[]; mid: string }> => {
  const from = `${prefix}+2126620${String(33_000 + (writers += 1))}`;
  const inbound = (Body: string, more: Form = {}): Call => ({ path: '/webhooks/twilio/messages', form: { AccountSid: accountSid, MessageSid: newSid(), From: from, To: prefix + line, Body, NumMedia: '0', ...more } });
  // The case to which our answer belongs was opened before.
  const first = inbound('توقف الدعم منذ شهرين، أسكن في سلا');
  expect(await call(first)).toBe(200);
  const [found] = await rows<{ id: string }>('select id from messages where provider_id = $1', first.form['MessageSid'] ?? '');
  await routeMessage(app.deps.ctx, found?.id ?? '');
  const [routed] = await rows<{ case_id: string }>('select case_id from messages where id = $1', found?.id ?? '');
  await triageCase(app.deps.ctx, routed?.case_id ?? '');
  const [receipt] = await rows<{ id: string }>("select id from messages where case_id = $1 and direction = 'out'", routed?.case_id ?? '');
  const mid = receipt?.id ?? '';
  const sid = newSid();
  const said = [inbound('سلام'), inbound('', { NumMedia: '1', MediaUrl0: 'https://api.twilio.com/x', MediaContentType0: 'image/jpeg' })];
  const reports = statuses.map((status): Call => {
    const [MessageStatus = '', ErrorCode] = status.split(' ');
    return { path: `/webhooks/twilio/status?mid=${mid}`, form: { AccountSid: accountSid, MessageSid: sid, MessageStatus, To: from, From: prefix + line, ...(ErrorCode === undefined ? {} : { ErrorCode }) } };
  });
  return { calls: [...said, ...reports], sids: said.map(({ form }) => form['MessageSid'] ?? ''), mid };
};

/** What stands afterwards, without what differs from story to story. */
const afterwards = async ({ sids, mid }: Awaited<ReturnType<typeof story>>) => ({
  said: await rows(`select body, state, channel, (select count(*)::int from provider_files f where f.message_id = m.id) as files,
    (select count(*)::int from inbound_bodies b where b.message_id = m.id) as requests from messages m where provider_id in ($1, $2) order by body`, ...sids),
  ours: await rows('select state, error_code, channel from messages where id = $1', mid),
  all: await rows("select channel, state from messages where direction = 'out' and case_id = (select case_id from messages where id = $1) order by channel, state", mid),
});

/** Every call at least once, some again, in any order. */
const tellings = (count: number) =>
  fc.array(fc.nat(count - 1), { maxLength: 6 }).chain((again) => {
    const all = [...Array.from({ length: count }, (_, i) => i), ...again];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

describe.each(kinds)('the calls of one exchange by %s', (name, prefix, happy) => {
  const ends: [string, string[]][] = [['arrives', happy], ['does not arrive', ['queued', 'sent', 'undelivered 30003']], ...(name === 'WhatsApp' ? [['comes too late', ['queued', 'failed 63016']] as [string, string[]]] : [])];

  it.each(ends)('in any order, however often repeated, leave the same rows where our answer %s', async (_, statuses) => {
    const inOrder = await story(prefix, statuses);
    for (const one of inOrder.calls) expect(await call(one)).toBe(200);
    const expected = await afterwards(inOrder);
    expect(expected.said).toMatchObject([{ files: 1, requests: 1 }, { files: 0, requests: 1 }]);
    await fc.assert(
      fc.asyncProperty(tellings(inOrder.calls.length), async (order) => {
        const told = await story(prefix, statuses);
        for (const index of order) expect(await call(told.calls[index] ?? { path: '', form: {} })).toBe(200);
        expect(await afterwards(told)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('at the same moment leave the same rows too', async () => {
    const inOrder = await story(prefix, happy);
    for (const one of inOrder.calls) await call(one);
    const atOnce = await story(prefix, happy);
    await Promise.all([...atOnce.calls, ...atOnce.calls].map((one) => call(one)));
    expect(await afterwards(atOnce)).toEqual(await afterwards(inOrder));
  });

  it('that the provider did not sign leave none', async () => {
    const { calls } = await story(prefix, happy);
    const count = () => rows('select (select count(*) from messages) as m, (select count(*) from contact_points) as c, (select count(*) from provider_files) as f, (select count(*) from delivery_reports) as d, (select count(*) from inbound_bodies) as b');
    const before = await count();
    for (const one of calls) expect(await call(one, 'the-token-of-a-stranger')).toBe(403);
    expect(await count()).toEqual(before);
  });
});
