import { z } from 'zod';
import type { DeliveryState, FailureClass, InboundEvent } from '#channels/channel';
import { isInbound, readTold } from './inbound.ts';

/** A webhook of SMSGate 1.5x. Fields are added without notice, so unknown ones are let through; of the known ones older versions lack some. */
const Webhook = z.object({ id: z.string(), event: z.string(), deviceId: z.string(), payload: z.record(z.string(), z.unknown()) });

const Reported = z.object({ messageId: z.string(), reason: z.string().optional(), deliveredAt: z.string().optional() });

/** What becomes of a message of ours. `sms:cancelled` is somebody at the phone. */
const states = new Map<string, DeliveryState>([
  ['sms:sent', 'sent'],
  ['sms:delivered', 'delivered'],
  ['sms:failed', 'failed'],
  ['sms:cancelled', 'failed'],
]);

/** No network keeps an SMS longer for a phone that is off: a time before that is of a clock that is wrong. */
const longestMs = 7 * 86_400_000;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The letters of Android's own error names; the rest of a reason may quote the number. */
export const codeOf = (reason: string | undefined): string => /\bRESULT_[A-Z_]{3,60}/.exec(reason ?? '')?.[0] ?? 'phone_failed';

/**
 * What Android's own error means for whoever waits. Most say that this message did not get out or did not get through this time
 * (no network, no credit, a handset that is off), and none says which; another try under another id may. Of a number that is on a
 * list of barred or fixed ones, no other try will.
 */
export const classOf = (code: string): FailureClass => {
  if (code === 'cancelled') return 'permanent';
  return /FDN|NOT_ALLOWED|INVALID|NULL_PDU/.test(code) ? 'permanent' : 'unreachable';
};

/** What the phone tells; nothing of what is no JSON, or of an event that we do not follow. */
export const parseEvent = (account: string, body: string, now: Date): InboundEvent[] => {
  const read = Webhook.safeParse(parseJson(body));
  if (!read.success) return [];
  const { event, payload } = read.data;
  if (event === 'system:ping' || event === 'app:started') return [{ type: 'alive' }];
  if (isInbound(event)) {
    const message = readTold(account, event, payload, new Date(now.getTime() - longestMs), read.data);
    return [message ? { type: 'message', message } : { type: 'unreadable' }];
  }
  const status = states.get(event);
  const { data: reported } = Reported.safeParse(payload);
  // What was typed at the phone itself has an id that is not ours.
  if (status === undefined || reported === undefined || !uuid.test(reported.messageId)) return [];
  const id = reported.messageId.toLowerCase();
  const errorCode = event === 'sms:cancelled' ? 'cancelled' : codeOf(reported.reason);
  const failure = status === 'failed' ? { errorCode, class: classOf(errorCode) } : {};
  // Each part of a long message is reported by itself. What tells them apart, and stays when one is told twice, is when it arrived.
  const part = status === 'delivered' && reported.deliveredAt !== undefined ? { part: reported.deliveredAt.slice(0, 40) } : {};
  return [{ type: 'report', report: { messageId: id, providerId: id, status, ...failure, ...part } }];
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Signed by the phone, and yet no JSON: like an event that is not known.
    return null;
  }
};
