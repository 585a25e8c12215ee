import { z } from 'zod';
import type { Channel, DeliveryState, OutboundMessage, SendResult } from '#channels/channel';
import type { Clock } from '#lib/clock';
import { createAsk, judge, NoAnswer } from './client.ts';
import { classOf, codeOf, parseEvent } from './events.ts';
import { readInbox } from './inbound.ts';
import { isSignedByPhone } from './signature.ts';

/** `ProcessingState` of the published API description (swagger.json of android-sms-gateway). */
const states = new Map<string, DeliveryState>([
  ['Pending', 'queued'],
  ['Processed', 'sending'],
  ['Sent', 'sent'],
  ['Delivered', 'delivered'],
  ['Failed', 'failed'],
  ['Cancelled', 'failed'],
]);

const Held = z.object({ state: z.string(), recipients: z.array(z.object({ error: z.string().nullish() })).optional() });
const page = 500;

/**
 * The line's own SIM, in an Android phone that runs SMSGate (capcom6/android-sms-gateway) in local or private mode.
 * `account` names the phone in our addresses: it calls `/webhooks/smsgate/<account>`. `url`, `user` and `password` are those
 * of its API, `gapMs` how long it waits after each SMS, `number` that of its SIM, where it is known. `clock` tells whether a signature is of now.
 */
export const createSmsGate = (settings: { account: string; url: string; user: string; password: string; signingKey: string; gapMs: number; number: string | null; clock: Clock }): Channel => {
  const ask = createAsk(settings);
  const account = `smsgate:${settings.account}`;

  /** Sent twice under one id is sent once: the phone answers 409. */
  const send = async ({ id, to, text }: OutboundMessage): Promise<SendResult> => {
    try {
      const answer = await ask('POST', '/messages', { id, textMessage: { text }, phoneNumbers: [to], withDeliveryReport: true });
      return judge(answer, id);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return error.neverConnected ? { outcome: 'rejected', class: 'transient', code: error.code } : { outcome: 'unknown', code: error.code };
    }
  };

  return {
    name: 'sms',
    account,
    hooks: [`/smsgate/${settings.account}`],
    capabilities: { media: false, readReports: false, windowHours: null, gapMs: settings.gapMs, heartbeat: true, number: settings.number },
    verify: (request) => isSignedByPhone(settings.signingKey, request, settings.clock.now()),
    parse: ({ body }) => (typeof body === 'string' ? parseEvent(account, body, settings.clock.now()) : []),
    send,
    async find({ id }) {
      const { status, json } = await ask('GET', `/messages/${id}`);
      if (status === 404) return null;
      if (status !== 200) throw new Error(`the phone did not say what became of a message: http_${status}`);
      const held = Held.parse(json);
      const found = states.get(held.state) ?? 'queued';
      const errorCode = held.state === 'Cancelled' ? 'cancelled' : codeOf(held.recipients?.[0]?.error ?? undefined);
      return { providerId: id, status: found, ...(found === 'failed' ? { errorCode, class: classOf(errorCode) } : {}) };
    },
    async *reconcile(since, odd) {
      for (let offset = 0, total = 1; offset < total; offset += page) {
        const query = new URLSearchParams({ includeAttachments: 'true', from: since.toISOString(), limit: String(page), offset: String(offset) });
        const answer = await ask('GET', `/inbox?${query}`);
        if (answer.status !== 200) throw new Error(`the phone did not tell its inbox: http_${answer.status}`);
        yield* readInbox(account, answer.json, since, settings.clock.now(), odd);
        total = answer.total ?? 0;
      }
    },
    async health() {
      try {
        const { status } = await ask('GET', '/messages?limit=1');
        return status === 200 ? { ok: true } : { ok: false, code: `http_${status}` };
      } catch (error) {
        return { ok: false, code: error instanceof NoAnswer ? error.code : 'no_answer' };
      }
    },
    acknowledge: { type: 'application/json', body: '{}' },
  };
};
