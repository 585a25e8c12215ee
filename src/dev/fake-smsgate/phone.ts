import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '#lib/clock';

/** The phone gives a webhook thirty seconds, and repeats what failed. */
const timeoutMs = 30_000;

export type WebhookEvent = 'sms:received' | 'mms:downloaded' | 'sms:sent' | 'sms:delivered' | 'sms:failed' | 'system:ping';

/** Calls the line's webhook as the phone does: JSON, signed with the time of this attempt. */
export class PhoneWebhooks {
  /** Where the line really listens, without a final slash. */
  base: string;
  readonly #options: { account: string; signingKey: string; deviceId: string; clock: Clock };

  constructor(base: string, options: { account: string; signingKey: string; deviceId: string; clock: Clock }) {
    this.base = base;
    this.#options = options;
  }

  /**
   * @returns the HTTP status of the answer
   * @throws Error when nobody answers
   */
  async post(event: WebhookEvent, payload: Record<string, unknown>): Promise<number> {
    const { account, signingKey, deviceId, clock } = this.#options;
    // Each telling has a new id, also of the same message.
    const body = JSON.stringify({ id: randomBytes(11).toString('base64url'), webhookId: 'insat', event, deviceId, payload });
    const timestamp = String(Math.floor(clock.now().getTime() / 1000));
    const response = await fetch(`${this.base}/webhooks/smsgate/${account}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-timestamp': timestamp,
        'x-signature': createHmac('sha256', signingKey).update(body + timestamp).digest('hex'),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.arrayBuffer();
    return response.status;
  }
}
