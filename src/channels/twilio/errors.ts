import type { FailureClass, SendResult } from '#channels/channel';

/**
 * A request to Twilio that did not succeed. Carries codes only: Twilio's own texts quote phone numbers, and the
 * HTTP library's errors hold the message and our credentials.
 */
export class TwilioFailure extends Error {
  /** HTTP status of the answer; null when none came. */
  readonly status: number | null;
  /** Twilio's error number, else what is known instead: `http_502`, `ECONNRESET`. */
  readonly code: string;
  /** How long Twilio asks us to wait, if it does. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number | null, code: string, retryAfterMs?: number) {
    super(`Twilio request failed: ${code}`);
    this.name = 'TwilioFailure';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Twilio's error numbers (https://www.twilio.com/docs/api/errors), whether they answer a new message or stand in a report on
 * one that was taken.
 */
const numbers: Readonly<Partial<Record<FailureClass, readonly string[]>>> = {
  // Too many requests, of ours or of the channel; our queue is full (21611, 30001) or took too long (30036).
  throttled: ['20429', '63017', '63018', '21611', '30001', '30036'],
  // The handset is off (30003), its network congested (30017), or nobody says why (30008).
  unreachable: ['30003', '30017', '30008'],
  // Credentials (20003), a country that is not enabled (21408), no sender (21603), an address that Twilio cannot call (21609).
  config: ['20003', '21408', '21603', '21609'],
  // Not a number (21212), not one that sends (21606), nobody's or another account's (21659, 21660), not registered.
  sender: ['21212', '21606', '21659', '21660', '30018', '30024', '63007'],
  window: ['63016'],
  // No number (21211, 21217), a landline (21614, or found later: 30006), nobody's (30005), nobody on WhatsApp (63003, 63024).
  address: ['21211', '21217', '21614', '30005', '30006', '63003', '63024'],
  opted_out: ['21610', '63033'],
  // The provider's rules for what is said and how much (templates, limits of the platform).
  policy: ['63013', '63021', '63032', '63038', '63049'],
  // Blocked (30004), filtered (30007).
  permanent: ['30004', '30007'],
};

const classes = new Map<string, FailureClass>(
  Object.entries(numbers).flatMap(([name, codes]) => codes.map((code): [string, FailureClass] => [code, name as FailureClass])), // the keys of `numbers`
);

/** What an error number means; undefined for one that says nothing more than that it failed. */
export const classOf = (code: string): FailureClass | undefined => classes.get(code);

/** How long Twilio's queue for us needs; a rate limit is over sooner. Where Twilio names neither. */
const pauseMs = (code: string): number => (['21611', '30001', '30036'].includes(code) ? 60_000 : 1_000);

/** No connection was ever made, so nothing can have been sent. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** What a failed attempt to send means: certainly not sent, and why, or unknown. */
export const judge = ({ status, code, retryAfterMs }: TwilioFailure): Exclude<SendResult, { outcome: 'accepted' }> => {
  if (status === null && neverConnected.has(code)) return { outcome: 'rejected', class: 'transient', code };
  if (status === null || status >= 500 || status === 408) return { outcome: 'unknown', code };
  // 429 was never processed and is safe to repeat (https://www.twilio.com/docs/api/errors/20429). 400 speaks of this message;
  // credentials, rights, address or a redirect concern all of them.
  const found = status === 429 ? 'throttled' : (classOf(code) ?? (status === 400 ? 'permanent' : 'config'));
  return { outcome: 'rejected', class: found, code, ...(found === 'throttled' ? { retryAfterMs: retryAfterMs ?? pauseMs(code) } : {}) };
};
