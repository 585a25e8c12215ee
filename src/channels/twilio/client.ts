import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import type { default as response } from 'twilio/lib/http/response.js';
import type { Channel } from '#channels/channel';
import { asCode, retryAfterMs } from '#lib/answers';
import { TwilioFailure } from './errors.ts';

/** Waiting longer than a job's lock would let a second worker send the same message. */
const timeoutMs = 8_000;

/** The library's HTTP client, with failures free of personal data and, if asked, every host replaced by one server. */
class HttpClient extends twilio.RequestClient {
  readonly baseUrl: string | undefined;

  constructor(baseUrl: string | undefined) {
    super({ timeout: timeoutMs, autoRetry: false });
    this.baseUrl = baseUrl;
    if (baseUrl === undefined) return;
    // The library takes its proxy from HTTP_PROXY; a server named explicitly is spoken to directly.
    this.axios.defaults.httpAgent = new Agent({ keepAlive: true });
    this.axios.defaults.httpsAgent = new SecureAgent({ keepAlive: true });
  }

  /** @throws TwilioFailure on anything but a 2xx answer in JSON, or one without content. */
  override async request<T>(options: RequestClient.RequestOptions<T>): Promise<response.default<T>> {
    const answer = await super.request(this.redirected(options)).catch((error: unknown) => {
      // Not passed on as `cause`: the error holds the whole request.
      throw new TwilioFailure(null, codeOf(error) ?? 'no_answer');
    });
    const { statusCode: status, body } = answer;
    const headers = answer.headers as Record<string, string | undefined>;
    if (status < 200 || status > 299) throw new TwilioFailure(status, codeOf(body) ?? `http_${status}`, retryAfterMs(headers['retry-after'], headers['date']));
    if (status === 204) return answer;
    if (typeof body !== 'object' || body === null) throw new TwilioFailure(null, 'answer_not_json');
    return answer;
  }

  private redirected<T>(options: RequestClient.RequestOptions<T>): RequestClient.RequestOptions<T> {
    if (this.baseUrl === undefined) return options;
    const { host, pathname, search } = new URL(options.uri);
    return {
      ...options,
      uri: new URL(pathname + search, this.baseUrl).href,
      headers: { ...options.headers, 'X-Twilio-Original-Host': host },
    };
  }
}

/** The `code` of a Twilio error body (a number) or of a network error (a word). */
const codeOf = (thing: unknown): string | undefined => (typeof thing === 'object' && thing !== null && 'code' in thing ? asCode(thing.code) : undefined);

/** A client of Twilio's REST API, or of any server that speaks it at `baseUrl`. Its requests reject with `TwilioFailure`. */
export const createClient = (accountSid: string, authToken: string, baseUrl: string | undefined): twilio.Twilio =>
  twilio(accountSid, authToken, { httpClient: new HttpClient(baseUrl) });

/** Waits for a deletion; what is gone already is deleted. @throws TwilioFailure */
export const unlessGone = async (deletion: Promise<unknown>): Promise<void> => {
  await deletion.catch((error: unknown) => {
    if (!(error instanceof TwilioFailure) || error.status !== 404) throw error;
  });
};

/** Whether Twilio is there and takes our credentials, told by one request of the kind that matters. Never rejects. */
export const healthFrom = async (asked: Promise<unknown>): ReturnType<Channel['health']> => {
  try {
    await asked;
    return { ok: true };
  } catch (error) {
    return { ok: false, code: error instanceof TwilioFailure ? error.code : 'no_answer' };
  }
};
