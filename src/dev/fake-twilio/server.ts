import formbody from '@fastify/formbody';
import fastify from 'fastify';
import { type Clock, systemClock } from '#lib/clock';
import type { Log } from '#lib/log';
import { deliver } from './delivery.ts';
import { inboundForm, inboundMessage } from './handset.ts';
import { notFound, Refusal } from './refusal.ts';
import { addRestRoutes } from './rest.ts';
import { createTimers, type Schedule } from './schedule.ts';
import { type FakeMessage, MessageStore, newMessageSid } from './store.ts';
import { type Target, Webhooks } from './webhooks.ts';

type FakeTwilioOptions = Target & {
  /** 0 or absent: any free port. Always on 127.0.0.1. */
  port?: number;
  accountSid: string;
  authToken: string;
  /** The line's number in E.164, the only sender of this account. */
  number: string;
  log?: Pick<Log, 'warn'>;
  clock?: Clock;
  schedule?: Schedule;
};

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
  receiveFromHandset(message: {
    from: string;
    to: string;
    text: string;
    messageSid?: string;
  }): Promise<{ status: number; messageSid: string }>;
  /** What the line sent to this number, newest first, in whatever state it is. */
  messagesTo(number: string): readonly Readonly<FakeMessage>[];
  /** Calls `listener` when a message reaches its handset; the answer ends that. */
  onMessage(listener: (message: Readonly<FakeMessage>) => void): () => void;
  close(): Promise<void>;
};

/**
 * A stand-in for Twilio on loopback: its REST API for messages, signed webhooks, status callbacks. Numbers with
 * certain endings misbehave (`scripts.ts`). All state is in memory. `GET /__messages?to=` lists what was sent.
 */
export const startFakeTwilio = async (options: FakeTwilioOptions): Promise<FakeTwilio> => {
  const { accountSid, authToken, number, log, clock = systemClock } = options;
  const store = new MessageStore();
  const webhooks = new Webhooks(authToken, { publicUrl: options.publicUrl, webhookBase: options.webhookBase });
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

  const messagesTo = (to?: string): FakeMessage[] =>
    store.list((message) => message.direction === 'outbound-api' && (to === undefined || message.to === to));

  const app = fastify({ forceCloseConnections: true });
  await app.register(formbody);
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  app.setErrorHandler((error, _request, reply) => {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 20500, 'An internal server error has occurred');
    if (refusal !== error) log?.warn({ err: error }, 'the fake Twilio failed');
    return reply.code(refusal.status).send(refusal.body);
  });
  await app.register(async (rest) => {
    addRestRoutes(rest, { accountSid, authToken, number }, { store, clock, accepted: (message) => deliver(message, tools) });
  });
  app.get<{ Querystring: { to?: string } }>('/__messages', async ({ query }) => ({ messages: messagesTo(query.to) }));

  const url = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    url,
    pointAt: (target) => {
      webhooks.target = target;
    },
    receiveFromHandset: async ({ from, to, text, messageSid = newMessageSid() }) => {
      const message = inboundMessage({ sid: messageSid, from, to, text }, clock.now());
      if (!store.get(messageSid)) store.add(message);
      const address = `${webhooks.target.publicUrl}/webhooks/twilio/messages`;
      const status = await webhooks.post(address, inboundForm(message, accountSid));
      return { status, messageSid };
    },
    messagesTo,
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
