import { fetchNamed, OutgoingRefused, type Net } from '#lib/outgoing';

const timeoutMs = 20_000;
const api: ReadonlySet<string> = new Set(['api.twilio.com']);
/** Where the API sends whoever asks for a file; our credentials are not for these hosts. */
const stores: ReadonlySet<string> = new Set(['mms.twiliocdn.com', 'media.twiliocdn.com']);

export type Account = { accountSid: string; authToken: string; baseUrl?: string | undefined };
type Asked = { body: Buffer } | { status: number; location: string | undefined } | 'too_large';
type Ask = (url: string, how: { hosts: ReadonlySet<string>; headers?: Record<string, string> }, most: number) => Promise<Asked>;

/**
 * Fetches what the API of our account holds at `path`, with credentials, and follows one redirect to where Twilio keeps bytes,
 * without. `most` bytes; `net` is for tests.
 *
 * @returns the bytes, the status that came instead, or that they are too many
 * @throws where nobody answers, or a redirect leads elsewhere
 */
export const createBytes = ({ accountSid, authToken, baseUrl }: Account, net?: Net): ((path: string, most: number) => Promise<Buffer | { status: number } | 'too_large'>) => {
  const headers = { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };
  const ask = baseUrl === undefined ? askTwilio(net) : askServer(baseUrl);
  return async (path, most) => {
    const address = `https://api.twilio.com${path}`;
    let asked = await ask(address, { hosts: api, headers }, most);
    if (asked !== 'too_large' && 'status' in asked && isRedirect(asked.status) && asked.location !== undefined) asked = await ask(new URL(asked.location, address).href, { hosts: stores }, most);
    return asked === 'too_large' || 'status' in asked ? asked : asked.body;
  };
};

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

const askTwilio = (net: Net | undefined): Ask => async (url, how, most) => {
  try {
    return { body: (await fetchNamed(url, { ...how, bytes: most, ms: timeoutMs }, ...(net ? [net] : []))).body };
  } catch (error) {
    if (!(error instanceof OutgoingRefused)) throw error;
    if (error.reason === 'size') return 'too_large';
    if (error.answer === null) throw error;
    return error.answer;
  }
};

/** The server at `baseUrl` stands for every host of Twilio's: of an address only path and query are asked for, there. */
const askServer = (baseUrl: string): Ask => async (url, { headers = {} }, most) => {
  const { pathname, search } = new URL(url);
  const there = new URL(baseUrl);
  // Set, not resolved: `//host/path` would name another host.
  there.pathname = pathname;
  there.search = search;
  const answer = await fetch(there, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    return { status: answer.status, location: answer.headers.get('location') ?? undefined };
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > most) return 'too_large';
    parts.push(part);
  }
  return { body: Buffer.concat(parts) };
};
