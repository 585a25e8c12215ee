import type { SendResult } from '#channels/channel';

/**
 * A request to Twilio that did not succeed. Carries codes only: Twilio's own texts quote phone numbers, and the
 * HTTP library's errors hold the message and our credentials.
 */
export class TwilioFailure extends Error {
  /** HTTP status of the answer; null when none came. */
  readonly status: number | null;
  /** Twilio's error number, else what is known instead: `http_502`, `ECONNRESET`. */
  readonly code: string;

  constructor(status: number | null, code: string) {
    super(`Twilio request failed: ${code}`);
    this.name = 'TwilioFailure';
    this.status = status;
    this.code = code;
  }
}

type Refusal = Extract<SendResult, { outcome: 'rejected' }>;

/** What Twilio may answer to a new message, where the HTTP status does not say enough (https://www.twilio.com/docs/api/errors). */
const refusals = new Map<string, Omit<Refusal, 'outcome' | 'code'>>([
  // Our queue at Twilio is full; it drains at the sender's pace.
  ['21611', { class: 'throttled', retryAfterMs: 60_000 }],
  ['21212', { class: 'config' }], // the sender is not a valid number
  ['21408', { class: 'config' }], // the country is not enabled
  ['21603', { class: 'config' }], // no sender
  ['21606', { class: 'config' }], // the sender cannot send
  ['21609', { class: 'config' }], // our public URL is not one that Twilio can call
  ['21659', { class: 'config' }], // the sender is not a Twilio number
  ['21660', { class: 'config' }], // the sender belongs to another account
]);

/** No connection was ever made, so nothing can have been sent. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** What a failed attempt to send means: certainly not sent, and why, or unknown. */
export const judge = ({ status, code }: TwilioFailure): Exclude<SendResult, { outcome: 'accepted' }> => {
  if (status === null && neverConnected.has(code)) return { outcome: 'rejected', class: 'transient', code };
  if (status === null || status >= 500 || status === 408) return { outcome: 'unknown', code };
  // Never processed, safe to repeat (https://www.twilio.com/docs/api/errors/20429); Twilio names no delay.
  if (status === 429) return { outcome: 'rejected', class: 'throttled', code, retryAfterMs: 1_000 };
  const refusal = refusals.get(code);
  if (refusal) return { outcome: 'rejected', code, ...refusal };
  // 400 speaks of this message; credentials, rights, address or a redirect concern all of them.
  return { outcome: 'rejected', class: status === 400 ? 'permanent' : 'config', code };
};
