import fastify from 'fastify';
import { z } from 'zod';
import { createTimers, type Schedule } from '#dev/fake-twilio/schedule';
import { addTrouble, type Trouble } from '#dev/trouble';
import { systemClock, type Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import { PhoneWebhooks, type WebhookEvent } from './phone.ts';
import { createRadio, type PhoneMessage } from './radio.ts';
import { scriptFor } from './scripts.ts';

type Options = {
  /** 0 or absent: any free port. Always on 127.0.0.1. */
  port?: number;
  account: string;
  user: string;
  password: string;
  signingKey: string;
  /** The SIM's number, E.164. */
  number: string;
  /** Where the line really listens, without a final slash. */
  webhookBase: string;
  log?: Pick<Log, 'warn'>;
  clock?: Clock;
  schedule?: Schedule;
};

const beatEveryMs = 60_000;

type FromHandset = { from: string; text: string; files?: string[]; at?: Date; lost?: boolean };

export type FakeSmsGate = {
  /** What SMSGATE_URL is set to. */
  url: string;
  /** Where the line is found from now on, for a server whose port is known only once it listens. */
  pointAt(webhookBase: string): void;
  /**
   * A person sends an SMS to the line; an MMS with `files`, their types. `lost`: the phone holds it, and its webhook never comes.
   * Give `at` of one that was sent before to have it told again.
   * @returns the status with which the line's webhook answered; null where it was not called
   */
  receiveFromHandset(message: FromHandset): Promise<{ status: number | null; at: Date }>;
  /** The phone says that it is alive. */
  ping(): Promise<number>;
  /** From now on it says so by itself, at once and each minute. */
  beat(): void;
  /** Without it nothing that the phone is given leaves, and it says nothing of that; it answers, and tells that it is alive, as ever. */
  network(there: boolean): void;
  /** What the line sent to this number, newest first, in whatever state it is. */
  messagesTo(number: string): readonly Readonly<PhoneMessage>[];
  /** Makes all its answers fail, until `null`; `asked` counts the requests so far. */
  fail(trouble: Trouble | null): void;
  asked(): number;
  close(): Promise<void>;
};

const NewMessage = z.object({
  id: z.string().max(36),
  textMessage: z.object({ text: z.string().min(1) }),
  phoneNumbers: z.array(z.string().regex(/^\+[1-9]\d{6,14}$/)).length(1),
  withDeliveryReport: z.boolean().optional(),
});
const Listing = z.object({ includeAttachments: z.stringbool().default(false), from: z.iso.datetime().optional(), to: z.iso.datetime().optional(), limit: z.coerce.number().int().min(1).max(500).default(50), offset: z.coerce.number().int().min(0).default(0) });

/**
 * A stand-in for a phone with SMSGate in local mode, on loopback: its API for messages and inbox, signed webhooks for
 * what arrives and what becomes of what was sent. Numbers with certain endings misbehave (`scripts.ts`). In memory only.
 */
export const startFakeSmsGate = async (options: Options): Promise<FakeSmsGate> => {
  const { clock = systemClock, log, number } = options;
  const deviceId = 'fake-phone';
  const webhooks = new PhoneWebhooks(options.webhookBase, { ...options, deviceId, clock });
  const timers = createTimers();
  const schedule = options.schedule ?? timers.schedule;
  const sent = new Map<string, PhoneMessage>();
  const inbox: { sender: string; text: string; files: string[] | undefined; at: Date }[] = [];
  const refusals = new Map<string, number>();

  const tell = async (event: WebhookEvent, payload: Record<string, unknown>): Promise<void> => {
    const status = await webhooks.post(event, payload).catch((err: unknown) => {
      log?.warn({ err }, 'a webhook of the fake phone was not delivered');
      return 0;
    });
    if (status >= 300) log?.warn({ status }, 'a webhook of the fake phone was refused');
  };

  const receive = async ({ from, text, files, at = files ? wholeSecond(clock.now()) : clock.now(), lost = false }: FromHandset): Promise<{ status: number | null; at: Date }> => {
    if (!inbox.some((one) => one.sender === from && one.text === text && one.at.getTime() === at.getTime())) inbox.push({ sender: from, text, files, at });
    if (lost) return { status: null, at };
    const told = { messageId: 'f3a1b2c4', sender: from, phoneNumber: from, recipient: number, simNumber: 1, receivedAt: at.toISOString() };
    const status = files
      ? await webhooks.post('mms:downloaded', { ...told, ...(text === '' ? {} : { body: text }), attachments: attachmentsOf(files) })
      : await webhooks.post('sms:received', { ...told, message: text });
    return { status, at };
  };
  // What it sends to itself the network brings back.
  const radio = createRadio({ number, clock, schedule, tell, bring: async (text) => void (await receive({ from: number, text })) });

  const app = fastify({ forceCloseConnections: true });
  const trouble = addTrouble(app, { busy: { message: 'Too many requests' }, broken: { message: 'Internal error' } });
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== authorization) await reply.code(401).send({ message: 'Unauthorized' });
  });

  app.post('/messages', async (request, reply) => {
    const { success, data } = NewMessage.safeParse(request.body);
    if (!success) return reply.code(400).send({ message: 'Invalid request' });
    const [to = ''] = data.phoneNumbers;
    const { refusal, cutsConnection } = scriptFor(to);
    const given = refusals.get(to) ?? 0;
    if (refusal && (refusal.times === undefined || given < refusal.times)) {
      refusals.set(to, given + 1);
      return reply.code(refusal.status).send({ message: 'refused' });
    }
    if (sent.has(data.id)) return reply.code(409).send({ message: 'Message with this ID already exists' });
    const message: PhoneMessage = { id: data.id, to, text: data.textMessage.text, state: 'Pending', createdAt: clock.now() };
    sent.set(message.id, message);
    radio.carry(message);
    if (cutsConnection === true) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return reply.code(202).send(resource(message));
  });

  app.get<{ Params: { id: string } }>('/messages/:id', async (request, reply) => {
    const message = sent.get(request.params.id);
    return message ? resource(message) : reply.code(404).send();
  });
  app.get('/messages', async () => [...sent.values()].slice(0, 50).map(resource));

  app.get('/inbox', async (request, reply) => {
    const { success, data } = Listing.safeParse(request.query);
    if (!success) return reply.code(400).send({ message: 'Invalid request' });
    const from = data.from === undefined ? 0 : Date.parse(data.from);
    const to = data.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(data.to);
    const wanted = inbox.filter(({ at }) => at.getTime() >= from && at.getTime() <= to).toReversed();
    return reply.header('x-total-count', String(wanted.length)).send(
      wanted.slice(data.offset, data.offset + data.limit).map(({ sender, text, files, at }) => ({
        id: `${files ? 'mms' : 'text'}:${at.getTime()}`,
        type: files ? 'MMS_DOWNLOADED' : 'SMS',
        sender,
        recipient: number,
        simNumber: 1,
        contentPreview: files && text === '' ? 'MMS content' : text,
        createdAt: at.toISOString(),
        attachments: data.includeAttachments ? attachmentsOf(files ?? []) : [],
      })),
    );
  });

  const resource = ({ id, to, text, state, createdAt }: PhoneMessage): Record<string, unknown> => ({
    id,
    deviceId,
    state,
    isHashed: false,
    isEncrypted: false,
    textMessage: { text },
    recipients: [{ phoneNumber: to, state }],
    states: { Pending: createdAt.toISOString() },
  });

  const beat = (): void =>
    schedule(0, async () => {
      await tell('system:ping', { health: { status: 'pass' } });
      schedule(beatEveryMs, async () => beat());
    });

  const url = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    url,
    pointAt: (webhookBase) => {
      webhooks.base = webhookBase;
    },
    receiveFromHandset: receive,
    network: radio.network,
    beat,
    ping: () => webhooks.post('system:ping', { health: { status: 'pass' } }),
    messagesTo: (to) => [...sent.values()].filter((message) => message.to === to).toReversed(),
    fail: trouble.set,
    asked: trouble.asked,
    close: async () => {
      await timers.close();
      await app.close();
    },
  };
};

const attachmentsOf = (types: readonly string[]) => types.map((contentType, index) => ({ partId: index + 1, contentType, name: `part-${index + 1}`, size: 1000 }));

/** Android keeps no finer time of an MMS. */
const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000);
