import type { FakeStatus } from './store.ts';

/** What happens to a message, chosen by the last four digits of the number it goes to. */
export type Script = {
  /** Twilio's error instead of taking the message: `times` times, or always. */
  refusal?: { status: number; code: number; text: string; times?: number };
  /** The message is kept, but the connection is cut before the answer. */
  cutsConnection?: boolean;
  /** What becomes of the message, in this order. */
  life: readonly { afterMs: number; status: FakeStatus; errorCode?: number }[];
  /** `prompt`: each step as it happens. `shuffled`: all at the end, last first, then each again. `lost`: none. */
  reports: 'prompt' | 'shuffled' | 'lost';
};

const sending = { afterMs: 100, status: 'sending' } as const;
const sent = { afterMs: 300, status: 'sent' } as const;
const delivered = { afterMs: 900, status: 'delivered' } as const;
const undelivered = { afterMs: 900, status: 'undelivered', errorCode: 30003 } as const;

const read = { afterMs: 1500, status: 'read' } as const;

const happy: Script = { life: [sending, sent, delivered], reports: 'prompt' };

const scripts: Readonly<Record<string, Script>> = {
  '0001': { ...happy, refusal: { status: 400, code: 21610, text: 'Attempt to send to unsubscribed recipient' } },
  '0002': { ...happy, life: [sending, sent, undelivered] },
  '0003': { ...happy, refusal: { status: 429, code: 20429, text: 'Too Many Requests', times: 2 } },
  '0004': { ...happy, cutsConnection: true },
  '0005': { ...happy, reports: 'shuffled' },
  '0006': { ...happy, reports: 'lost' },
  '0007': { ...happy, life: [sending, sent, delivered, read] },
  '0081': { ...happy, refusal: { status: 400, code: 21211, text: 'Invalid To Phone Number' } },
  '0082': { ...happy, refusal: { status: 400, code: 63007, text: 'Channel could not find the From address' } },
  '0083': { ...happy, refusal: { status: 403, code: 21408, text: 'Permission to send has not been enabled', times: 2 } },
  '0085': { ...happy, refusal: { status: 404, code: 20404, text: 'The requested resource was not found' } },
  '0086': { ...happy, refusal: { status: 400, code: 63013, text: 'Policy violation' } },
};

/** Free words on WhatsApp to somebody who has not written for a day. */
export const outsideWindow: Script = { life: [{ afterMs: 300, status: 'failed', errorCode: 63016 }], reports: 'prompt' };

export const scriptFor = (number: string): Script => scripts[number.slice(-4)] ?? happy;
