import { z } from 'zod';
import type { SendResult } from '#channels/channel';
import { asCode, retryAfterMs } from '#lib/answers';

/** Waiting longer than a job's lock would let a second worker send the same message. */
const timeoutMs = 8_000;

/** No answer, or none in time. Carries a code only: an error of the HTTP client holds the address and more. */
export class NoAnswer extends Error {
  readonly code: string;
  /** Whether no connection was ever made, so that nothing can have been taken. */
  readonly neverConnected: boolean;

  constructor(code: string) {
    super(`the phone did not answer: ${code}`);
    this.name = 'NoAnswer';
    this.code = code;
    this.neverConnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
  }
}

const Taken = z.object({ id: z.string() });

type Answer = { status: number; json: unknown; total: number | null; retryAfterMs: number | undefined };

/** Asks the phone's API. @throws NoAnswer */
export type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>;

export const createAsk = ({ url, user, password }: { url: string; user: string; password: string }): Ask => {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return async (method, path, body) => {
    try {
      const response = await fetch(url.replace(/\/$/, '') + path, {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      const total = response.headers.get('x-total-count');
      return { status: response.status, json: text === '' ? null : JSON.parse(text), total: total === null ? null : Number(total), retryAfterMs: retryAfterMs(response.headers.get('retry-after') ?? undefined, response.headers.get('date') ?? undefined) };
    } catch (error) {
      throw new NoAnswer(codeOf(error));
    }
  };
};

const codeOf = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'answer_not_json';
  if (!(error instanceof Error)) return 'no_answer';
  if (error.name === 'TimeoutError') return 'ETIMEDOUT';
  const { cause } = error;
  return (cause instanceof Error && 'code' in cause ? asCode(cause.code) : undefined) ?? 'no_answer';
};

/** What an answer to a new message means: that it has it the phone says with our id, and 409 that it had it already. */
export const judge = ({ status, json, retryAfterMs: wait = 5_000 }: Pick<Answer, 'status' | 'json'> & Partial<Pick<Answer, 'retryAfterMs'>>, id: string): SendResult => {
  if (status === 409) return { outcome: 'accepted', providerId: id };
  if (status >= 200 && status < 300) return Taken.safeParse(json).data?.id.toLowerCase() === id ? { outcome: 'accepted', providerId: id } : { outcome: 'unknown', code: 'answer_not_ours' };
  const code = `http_${status}`;
  if (status === 429) return { outcome: 'rejected', class: 'throttled', code, retryAfterMs: wait };
  if (status === 400) return { outcome: 'rejected', class: 'permanent', code };
  return status >= 500 ? { outcome: 'unknown', code } : { outcome: 'rejected', class: 'config', code };
};
