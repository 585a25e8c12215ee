import { z } from 'zod';
import { Problem } from '#contract/common';
import { Asked } from '#contract/factors';

/** What the server refused, or why it could not be asked (`offline`, `internal`). `code` is worded by `problemText`. */
export class ApiProblem extends Error {
  readonly code: string;
  /** With `second_factor_needed`: which. */
  readonly asked: Asked | undefined;
  /** With `invalid`: what is wrong with which fields. */
  readonly errors: NonNullable<Problem['errors']>;

  constructor(code: string, more: { cause?: unknown; asked?: Asked | undefined; errors?: Problem['errors'] } = {}) {
    super(code, { cause: more.cause });
    this.name = 'ApiProblem';
    this.code = code;
    this.asked = more.asked;
    this.errors = more.errors ?? [];
  }
}

/** Whether what was on the screen is out of the person's sight now: it is not to be shown any longer. */
export const isGone = (error: unknown): boolean => error instanceof ApiProblem && error.code === 'not_found';

const WithAsked = z.object({ asked: Asked });

let working = 0;

/** What is read until this work is done is not asked for by anybody: the server does not take it for a person at work. */
export async function inBackground(work: () => Promise<unknown>): Promise<void> {
  working += 1;
  try {
    await work();
  } finally {
    working -= 1;
  }
}

let confirmed: (() => Promise<boolean>) | null = null;
let confirming: Promise<boolean> | null = null;

/** `prompt` asks the person to show a factor again; it answers whether they did. Gives the way to take it back. */
export function onStepUp(prompt: () => Promise<boolean>): () => void {
  confirmed = prompt;
  return () => {
    confirmed = null;
  };
}

/** One question for all that are refused meanwhile. */
async function steppedUp(): Promise<boolean> {
  confirming ??= confirmed?.() ?? Promise.resolve(false);
  try {
    return await confirming;
  } finally {
    confirming = null;
  }
}

/** What the server asks to be shown again is asked of the person, then the request is repeated. */
async function ask(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
  try {
    return await askOnce(method, path, body, more);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    // Another window may have got a new cookie while this was under way; nothing was done by what is refused so.
    if (error.code !== 'unauthenticated' && !(error.code === 'step_up_needed' && (await steppedUp()))) throw error;
    return askOnce(method, path, body, more);
  }
}

async function askOnce(method: string, path: string, body: unknown, more: Record<string, string>): Promise<Response> {
  // A browser gives a form of files its own type, with the boundary.
  const isForm = body instanceof FormData;
  const headers = {
    ...more,
    ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    ...(method === 'GET' && working > 0 && { 'x-insat-background': '1' }),
  };
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, { method, credentials: 'same-origin', headers, ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }) });
  } catch (cause) {
    throw new ApiProblem('offline', { cause });
  }
  if (response.ok) return response;
  throw problemOf(response.status, await jsonOf(response));
}

function problemOf(status: number, said: unknown): ApiProblem {
  const problem = Problem.safeParse(said);
  // A proxy in between answers in its own words; its status still tells whether waiting helps.
  if (!problem.success) return new ApiProblem(status >= 502 ? 'unavailable' : 'internal', { cause: problem.error });
  return new ApiProblem(problem.data.code, { asked: WithAsked.safeParse(said).data?.asked, errors: problem.data.errors });
}

/** What an answer says; undefined, which no schema takes, where that is no JSON or breaks off on the way. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const answer = schema.safeParse(await jsonOf(response));
  if (!answer.success) throw new ApiProblem('internal', { cause: answer.error });
  return answer.data;
}

/** Reads a resource; throws `ApiProblem`. */
export const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => read(await ask('GET', path), schema);

/** Reads what the screen watches by itself, over and over: the server does not take it for a person at work. Throws `ApiProblem`. */
export const watch = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => read(await ask('GET', path, undefined, { 'x-insat-background': '1' }), schema);

/** Sends a change; `null` when the server answers that there is nothing (204). Throws `ApiProblem`. */
export async function post<T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T | null> {
  const response = await ask('POST', path, body);
  return response.status === 204 ? null : read(response, schema);
}

/** Sends what is always answered with something; with a key, sending it again does nothing more. Throws `ApiProblem`. */
export async function postFor<T>(path: string, schema: z.ZodType<T>, body?: unknown, key?: string): Promise<T> {
  return read(await ask('POST', path, body, key === undefined ? {} : { 'idempotency-key': key }), schema);
}

/** Sends what is answered with nothing. Throws `ApiProblem`. */
export async function send(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> {
  await ask(method, path, body);
}

export async function remove(path: string): Promise<void> {
  await ask('DELETE', path);
}

/** Reads a file; throws `ApiProblem`. */
export const getFile = async (path: string): Promise<Blob> => (await ask('GET', path)).blob();

/** A query string of what is set. */
export function query(values: Record<string, string | undefined>): string {
  const set = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return set.length ? `?${new URLSearchParams(set)}` : '';
}
