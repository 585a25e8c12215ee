import twilio from 'twilio';

/** `publicUrl` is what signatures are computed over, `webhookBase` where the server really listens; neither ends in a slash. */
export type Target = { publicUrl: string; webhookBase: string };

/** Twilio gives a webhook fifteen seconds. */
const timeoutMs = 15_000;

/** Calls the line's webhooks as Twilio does: a signed form. Only ever speaks to `webhookBase`. */
export class Webhooks {
  target: Target;
  readonly #authToken: string;

  constructor(authToken: string, target: Target) {
    this.#authToken = authToken;
    this.target = target;
  }

  /**
   * Posts `form` to `url`, a public address of the line.
   * @returns the HTTP status of the answer
   * @throws Error when `url` is not one of the line's, or nobody answers
   */
  async post(url: string, form: Record<string, string>): Promise<number> {
    return (await this.ask(url, form)).status;
  }

  /**
   * As `post`, for whoever needs the answer itself.
   * @throws Error as `post`
   */
  async ask(url: string, form: Record<string, string>): Promise<{ status: number; type: string; text: string }> {
    const { publicUrl, webhookBase } = this.target;
    if (!url.startsWith(`${publicUrl}/`)) throw new Error('This address is not under the public URL of the line');
    const response = await fetch(webhookBase + url.slice(publicUrl.length), {
      method: 'POST',
      headers: {
        'I-Twilio-Idempotency-Token': crypto.randomUUID(),
        'X-Twilio-Signature': twilio.getExpectedTwilioSignature(this.#authToken, url, form),
      },
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
  }
}
