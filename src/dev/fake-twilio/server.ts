import formbody from '@fastify/formbody';
import fastify from 'fastify';
import { addTrouble, type Trouble } from '#dev/trouble';
import { type Clock, systemClock } from '#lib/clock';
import type { Log } from '#lib/log';
import { browserIn } from './browser-token.ts';
import { Exchange } from './calls.ts';
import { deliver, markRead } from './delivery.ts';
import { inboundForm, inboundMessage, whatsAppForm } from './handset.ts';
import { addFileRoute, addMediaRoutes, type GivenFile, MediaStore } from './media.ts';
import { notFound, Refusal } from './refusal.ts';
import type { Senders } from './requests.ts';
import { addRestRoutes } from './rest.ts';
import { createTimers, type Schedule } from './schedule.ts';
import { type FakeMessage, MessageStore, newMessageSid } from './store.ts';
import { addVoiceRoutes } from './voice-rest.ts';
import { createVoice, type FakeVoice } from './voice.ts';
import { type Target, Webhooks } from './webhooks.ts';

type FakeTwilioOptions = Target & Senders & {
  /** 0 or absent: any free port. Always on 127.0.0.1. */
  port?: number;
  accountSid: string;
  authToken: string;
  /** With which the line signs the tokens of operators' browsers. */
  apiKeySecret?: string;
  log?: Pick<Log, 'warn'>;
  clock?: Clock;
  schedule?: Schedule;
};

type Written = { from: string; text: string; messageSid?: string; files?: readonly GivenFile[] };
type Received = { status: number; messageSid: string };

export type FakeTwilio = {
  /** What TWILIO_BASE_URL is set to. */
  url: string;
  /** Where the line is found from now on, for a server whose port is known only once it listens. */
  pointAt(target: Target): void;
  /**
   * A person sends an SMS to the line. Give `messageSid` to repeat a message that was sent before.
   * @returns the status with which the line's webhook answered
   * @throws Error when the webhook cannot be reached
   */
  receiveFromHandset(message: Written & { to: string }): Promise<Received>;
  /**
   * The same on WhatsApp, where `from` is a number or a user id (`MA.1234`), and `more` what else the form has.
   */
  receiveOnWhatsApp(message: Written & { more?: Record<string, string> }): Promise<Received>;
  /** Whether free words may be sent to this person on WhatsApp, as if they had written just now, or never. */
  setWindow(from: string, open: boolean): void;
  /** This person opens what came on WhatsApp, and the line is told so. */
  readOnWhatsApp(from: string): Promise<void>;
  /** Whose browser may call with this token; null for nobody's. */
  browserIn(token: string): string | null;
  /** The files of a message that have not been deleted. */
  filesOf(messageSid: string): readonly { sid: string; type: string }[];
  /** What the line sent to this number (`whatsapp:+212...` on WhatsApp), newest first, in whatever state it is. */
  messagesTo(number: string): readonly Readonly<FakeMessage>[];
  /** Calls `listener` when a message reaches its handset; the answer ends that. */
  onMessage(listener: (message: Readonly<FakeMessage>) => void): () => void;
  /** Makes all its answers fail, until `null`; `asked` counts the requests so far. */
  fail(trouble: Trouble | null): void;
  asked(): number;
  /** Telephones, and what the line does with them. */
  voice: FakeVoice;
  close(): Promise<void>;
};

const dayMs = 24 * 3_600_000;

/**
 * A stand-in for Twilio on loopback: its REST API for messages and their files, calls and recordings, signed webhooks, status callbacks. Numbers with
 * certain endings misbehave (`scripts.ts`). All state is in memory. `GET /__messages?to=` lists what was sent.
 */
export const startFakeTwilio = async (options: FakeTwilioOptions): Promise<FakeTwilio> => {
  const { accountSid, log, clock = systemClock } = options;
  const store = new MessageStore();
  const media = new MediaStore(clock);
  const lastHeard = new Map<string, Date>();
  const webhooks = new Webhooks(options.authToken, { publicUrl: options.publicUrl, webhookBase: options.webhookBase });
  const exchange = new Exchange(clock);
  const callNumber = options.voice ?? options.number;
  const voice = createVoice({ accountSid, number: callNumber, exchange, webhooks });
  const timers = createTimers();
  const listeners = new Set<(message: FakeMessage) => void>();
  const tools = {
    accountSid,
    webhooks,
    schedule: options.schedule ?? timers.schedule,
    clock,
    log,
    arrived: (message: FakeMessage) => listeners.forEach((listener) => listener(message)),
  };

  const windowOpen = (address: string): boolean => clock.now().getTime() - (lastHeard.get(address)?.getTime() ?? 0) < dayMs;

  const receive = async ({ from, to, text, messageSid = newMessageSid(), files = [] }: Written & { to: string }, more: Record<string, string> = {}): Promise<Received> => {
    const held = media.add(messageSid, files).map(({ sid, type }) => ({ url: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/${sid}`, type }));
    const message = inboundMessage({ sid: messageSid, from, to, text }, clock.now(), held.length);
    if (!store.get(messageSid)) store.add(message);
    const form = from.startsWith('whatsapp:') ? { ...whatsAppForm(message, accountSid, held), ...more } : inboundForm(message, accountSid, held);
    const status = await webhooks.post(`${webhooks.target.publicUrl}/webhooks/twilio/messages`, form);
    return { status, messageSid };
  };

  const messagesTo = (to?: string): FakeMessage[] =>
    store.list((message) => message.direction === 'outbound-api' && (to === undefined || message.to === to));

  const app = fastify({ forceCloseConnections: true });
  await app.register(formbody);
  const trouble = addTrouble(app, { busy: new Refusal(429, 20429, 'Too Many Requests').body, broken: new Refusal(500, 20500, 'An internal server error has occurred').body });
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  app.setErrorHandler((error, _request, reply) => {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 20500, 'An internal server error has occurred');
    if (refusal !== error) log?.warn({ err: error }, 'the fake Twilio failed');
    return reply.code(refusal.status).send(refusal.body);
  });
  await app.register(async (rest) => {
    addRestRoutes(rest, options, { store, clock, windowOpen, accepted: (message, script) => deliver(message, script, tools) });
    addMediaRoutes(rest, accountSid, media, store);
    addVoiceRoutes(rest, { accountSid, number: callNumber }, exchange, voice.queue);
  });
  addFileRoute(app, media);
  app.get<{ Querystring: { to?: string } }>('/__messages', async ({ query }) => ({ messages: messagesTo(query.to) }));

  const url = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    url,
    pointAt: (target) => {
      webhooks.target = target;
    },
    receiveFromHandset: (message) => receive(message),
    receiveOnWhatsApp: ({ more, ...message }) => {
      const from = `whatsapp:${message.from}`;
      lastHeard.set(from, clock.now());
      return receive({ ...message, from, to: `whatsapp:${options.whatsApp ?? ''}` }, more);
    },
    setWindow: (from, open) => void lastHeard.set(`whatsapp:${from}`, open ? clock.now() : new Date(0)),
    readOnWhatsApp: async (from) => {
      for (const message of messagesTo(`whatsapp:${from}`)) if (message.status === 'delivered') await markRead(message, tools);
    },
    browserIn: (token) => (options.apiKeySecret === undefined ? null : browserIn(token, options.apiKeySecret, clock.now())),
    filesOf: (messageSid) => media.of(messageSid),
    messagesTo,
    fail: trouble.set,
    asked: trouble.asked,
    voice,
    onMessage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await timers.close();
      await app.close();
    },
  };
};
