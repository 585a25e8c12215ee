import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, InboundMessage, WebhookRequest } from '#channels/channel';
import { smsGateAt, startPhoneLine } from '../support/smsgate-line.ts';
import { account, smsAt, startLine, whatsAppAt } from '../support/twilio-line.ts';

/**
 * What every adapter promises, whoever the provider is. A new one adds a line to `providers` and passes the same.
 */
type Stage = {
  channel: Channel;
  /** The same adapter, which does not know the provider's secrets. */
  stranger: Channel;
  /** Somebody writes; gives the provider's call. */
  write(from: string, text: string): Promise<WebhookRequest>;
  /** The provider tells the same message once more. */
  repeat(): Promise<WebhookRequest>;
  /** The provider calls though nobody writes, where it does so each minute. */
  beat?(): Promise<WebhookRequest>;
  sentTo(number: string): readonly { text: string }[];
  /** Lets time pass at the provider; gives its calls of that time. */
  run(): Promise<WebhookRequest[]>;
  close(): Promise<void>;
};

const providers: [name: string, start: () => Promise<Stage>][] = [
  [
    'SMSGate',
    async () => {
      const line = await startPhoneLine();
      let last: { from: string; text: string; at: Date } | null = null;
      const written = async (): Promise<WebhookRequest> => newest(line.received);
      return {
        channel: smsGateAt(line.fake.url),
        stranger: smsGateAt(line.fake.url, { signingKey: 'the-signing-key-of-somebody-else', password: 'another-password' }),
        write: async (from, text) => {
          const { at } = await line.fake.receiveFromHandset({ from, text });
          last = { from, text, at };
          return written();
        },
        repeat: async () => {
          if (last) await line.fake.receiveFromHandset(last);
          return written();
        },
        beat: async () => {
          await line.fake.ping();
          return written();
        },
        sentTo: line.fake.messagesTo,
        run: () => since(line.received, line.run),
        close: line.close,
      };
    },
  ],
  [
    'Twilio SMS',
    async () => {
      const line = await startLine();
      let last: Parameters<typeof line.fake.receiveFromHandset>[0] | null = null;
      return {
        channel: smsAt(line.fake.url),
        stranger: smsAt(line.fake.url, { authTokens: ['the-token-of-somebody-else'] }),
        write: async (from, text) => {
          const { messageSid } = await line.fake.receiveFromHandset({ from, to: account.number, text });
          last = { from, to: account.number, text, messageSid };
          return newest(line.received);
        },
        repeat: async () => {
          if (last) await line.fake.receiveFromHandset(last);
          return newest(line.received);
        },
        sentTo: line.fake.messagesTo,
        run: () => since(line.received, line.run),
        close: line.close,
      };
    },
  ],
  [
    'Twilio WhatsApp',
    async () => {
      const line = await startLine();
      for (const from of writers) line.fake.setWindow(from, true);
      let last: Parameters<typeof line.fake.receiveOnWhatsApp>[0] | null = null;
      return {
        channel: whatsAppAt(line.fake.url),
        stranger: whatsAppAt(line.fake.url, { authTokens: ['the-token-of-somebody-else'] }),
        write: async (from, text) => {
          const { messageSid } = await line.fake.receiveOnWhatsApp({ from, text });
          last = { from, text, messageSid };
          return newest(line.received);
        },
        repeat: async () => {
          if (last) await line.fake.receiveOnWhatsApp(last);
          return newest(line.received);
        },
        sentTo: (number) => line.fake.messagesTo(`whatsapp:${number}`),
        run: () => since(line.received, line.run),
        close: line.close,
      };
    },
  ],
];

/** On WhatsApp only who has written before is written to in free words. */
const writers = ['+212612340000', '+212612340001', '+212612340003', '+212612340004', '+212612340005'];

const all = async (messages: AsyncIterable<InboundMessage>): Promise<InboundMessage[]> => {
  const held: InboundMessage[] = [];
  for await (const message of messages) held.push(message);
  return held;
};
const newest = (received: WebhookRequest[]): WebhookRequest => {
  const request = received.at(-1);
  if (!request) throw new Error('the provider called nobody');
  return request;
};
const since = async (received: WebhookRequest[], run: () => Promise<void>): Promise<WebhookRequest[]> => {
  const before = received.length;
  await run();
  return received.slice(before);
};

const id = '0190a2b4-7c11-7d3e-8f00-0123456789ab';
const citizen = '+212612340000';
const said = ' توقف الدعم\n"O\'Connor" 😀 100% & +1 ';

describe.each(providers)('the adapter of %s', (_, start) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await start();
  });
  afterEach(() => stage.close());

  const messageOf = (request: WebhookRequest): InboundMessage => {
    const [event, ...more] = stage.channel.parse(request);
    if (event?.type !== 'message' || more.length > 0) throw new Error('that is no message');
    return event.message;
  };
  const statusesOf = (requests: WebhookRequest[]): string[] =>
    requests.flatMap((request) => stage.channel.parse(request)).map((event) => (event.type === 'report' && event.report.messageId === id ? event.report.status : event.type));

  it('believes its provider, and nobody who does not share its secret or changes a letter', async () => {
    const request = await stage.write(citizen, said);
    expect(stage.channel.verify(request)).toBe(true);
    expect(stage.stranger.verify(request)).toBe(false);
    const { body } = request;
    expect(stage.channel.verify({ ...request, body: typeof body === 'string' ? body.replace('O', 'P') : { ...body, Body: 'P' } })).toBe(false);
    expect(stage.channel.verify({ ...request, headers: {} })).toBe(false);
    expect(stage.channel.verify({ ...request, body: '' })).toBe(false);
    expect(stage.channel.verify({ ...request, body: {} })).toBe(false);
  });

  it('never throws at what comes, believed or not', () => {
    const anything = fc.record({
      url: fc.string(),
      headers: fc.dictionary(fc.constantFrom('x-signature', 'x-timestamp', 'x-twilio-signature', 'other'), fc.oneof(fc.string(), fc.array(fc.string()))),
      query: fc.dictionary(fc.string(), fc.string()),
      body: fc.oneof(fc.string(), fc.json(), fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string())))),
    });
    fc.assert(
      fc.property(anything, (request) => {
        expect(stage.channel.verify(request)).toBe(false);
        expect(stage.channel.parse(request)).toEqual([]);
      }),
    );
  });

  it('brings every letter of a message, who wrote it, and the whole request', async () => {
    const request = await stage.write(citizen, said);
    const message = messageOf(request);
    expect(message).toMatchObject({ channel: stage.channel.name, account: stage.channel.account, from: citizen, text: said, media: [] });
    expect(JSON.stringify(message.raw)).toContain(JSON.stringify(said));
  });

  it('gives the same message the same id however often it is told, and another message another', async () => {
    const first = messageOf(await stage.write(citizen, said));
    expect(messageOf(await stage.repeat()).providerId).toBe(first.providerId);
    expect(messageOf(await stage.write('+212612349999', said)).providerId).not.toBe(first.providerId);
  });

  it('finds in what the provider holds every message under the id that its webhook gave it, oldest first', async () => {
    const told = [messageOf(await stage.write(citizen, said)), messageOf(await stage.write('+212612349999', 'ثانيا'))];
    await stage.channel.send({ id, to: citizen, text: 'منا' });
    await stage.run();
    const held = await all(stage.channel.reconcile(new Date(Date.now() - 60_000)));
    expect(held.map(({ providerId, from, text }) => ({ providerId, from, text }))).toEqual(told.map(({ providerId, from, text }) => ({ providerId, from, text })));
    expect(await all(stage.channel.reconcile(new Date(Date.now() + 60_000)))).toEqual([]);
  });

  it('hands a text over unchanged, and brings home what became of it under our id', async () => {
    const result = await stage.channel.send({ id, to: citizen, text: said });
    expect(result.outcome).toBe('accepted');
    expect(stage.sentTo(citizen)).toMatchObject([{ text: said }]);
    expect(statusesOf(await stage.run()).filter((status) => status !== 'sending')).toEqual(['sent', 'delivered']);
  });

  it('tells every repetition and any order of what became of it, and each is of our message', async () => {
    await stage.channel.send({ id, to: '+212612340005', text: said });
    expect(statusesOf(await stage.run()).filter((status) => status !== 'sending')).toEqual(['delivered', 'sent', 'sent', 'delivered']);
  });

  it('calls a send that was cut off before its answer unknown, and finds it without sending it again', async () => {
    const to = '+212612340004';
    const began = new Date();
    expect(await stage.channel.send({ id, to, text: said })).toMatchObject({ outcome: 'unknown' });
    expect(await stage.channel.find({ id, to, text: said, since: began })).toMatchObject({ status: 'queued' });
    expect(stage.sentTo(to)).toHaveLength(1);
    const other = { id: id.replace('0190', '0191'), to: citizen, text: 'لم يرسل', since: began };
    expect(await stage.channel.find(other)).toBeNull();
  });

  it('tells a fault of the message from one of our account and from a moment of too much', async () => {
    expect(await stage.channel.send({ id, to: '+212612340001', text: said })).toMatchObject({ outcome: 'rejected', class: expect.stringMatching(/^(permanent|opted_out)$/) });
    expect(await stage.stranger.send({ id, to: citizen, text: said })).toMatchObject({ outcome: 'rejected', class: 'config' });
    expect(await stage.channel.send({ id, to: '+212612340003', text: said })).toMatchObject({ outcome: 'rejected', class: 'throttled' });
    expect(stage.sentTo(citizen)).toEqual([]);
  });

  it('is said to have a heartbeat exactly where its provider calls though nobody writes, and says by it only that it lives', async () => {
    expect(stage.channel.capabilities.heartbeat).toBe(stage.beat !== undefined);
    const beat = await stage.beat?.();
    if (beat) expect([stage.channel.verify(beat), stage.channel.parse(beat)]).toEqual([true, [{ type: 'alive' }]]);
  });

  it('knows whether its provider is there and takes our credentials', async () => {
    expect(await stage.channel.health()).toEqual({ ok: true });
    expect(await stage.stranger.health()).toMatchObject({ ok: false });
    await stage.close();
    expect(await stage.channel.health()).toMatchObject({ ok: false });
    await expect(all(stage.channel.reconcile(new Date()))).rejects.toThrow();
    expect(await stage.channel.send({ id, to: citizen, text: said })).toEqual({ outcome: 'rejected', class: 'transient', code: 'ECONNREFUSED' });
    stage = await start();
  });
});
