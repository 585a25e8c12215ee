import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from '#channels/channel';

/** How far the phone's clock, set by its network, may be off. Each attempt is signed anew, so a real one is never older. */
const windowMs = 5 * 60_000;

/**
 * Whether the phone sent this: hexadecimal HMAC-SHA-256 of the body and the time in seconds, both as they came, under the
 * key that we share (SMSGate's own documentation, "Payload signing"). The account is in the address and has a key of its own.
 */
export const isSignedByPhone = (signingKey: string, { headers, body }: Pick<WebhookRequest, 'headers' | 'body'>, now: Date): boolean => {
  const { 'x-signature': signature, 'x-timestamp': timestamp } = headers;
  if (typeof body !== 'string' || typeof signature !== 'string' || typeof timestamp !== 'string') return false;
  if (!/^[0-9a-f]{64}$/i.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > windowMs) return false;
  const expected = createHmac('sha256', signingKey).update(body + timestamp).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
};
