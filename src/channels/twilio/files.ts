import type { Channel, FetchedFile, ProviderFile } from '#channels/channel';
import { fetchNamed, OutgoingRefused, type Net } from '#lib/outgoing';
import { askServer, createClient } from './client.ts';
import { TwilioFailure } from './errors.ts';

const timeoutMs = 20_000;
const api: ReadonlySet<string> = new Set(['api.twilio.com']);
/** Where the API sends whoever asks for a file; our credentials are not for these hosts. */
const stores: ReadonlySet<string> = new Set(['mms.twiliocdn.com', 'media.twiliocdn.com']);

type Account = { accountSid: string; authToken: string; baseUrl?: string | undefined };
type Asked = { body: Buffer } | { status: number; location: string | undefined } | 'too_large';
type Ask = (url: string, how: { hosts: ReadonlySet<string>; headers?: Record<string, string> }, most: number) => Promise<Asked>;

/**
 * The files of our account's messages at Twilio. Only an address of the API that names our account and this message is
 * followed, with credentials; from there one redirect to where Twilio keeps bytes, without.
 */
export const createFiles = ({ accountSid, authToken, baseUrl }: Account, net?: Net): Required<Pick<Channel, 'fetchFile' | 'removeFile'>> => {
  const client = createClient(accountSid, authToken, baseUrl);
  const headers = { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };
  const ask: Ask = baseUrl === undefined ? askTwilio(net) : (url, how, most) => askServer(baseUrl, url, how.headers ?? {}, most, timeoutMs);

  /** The id of a file that is where files of this message are; null for any other address. */
  const sidOf = ({ url, providerId }: ProviderFile): string | null => {
    const start = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${providerId}/Media/`;
    return url.startsWith(start) ? (/^ME[0-9a-f]{32}$/i.exec(url.slice(start.length))?.[0] ?? null) : null;
  };

  return {
    async fetchFile(file, most): Promise<FetchedFile> {
      if (sidOf(file) === null) return { outcome: 'refused' };
      let asked = await ask(file.url, { hosts: api, headers }, most);
      if (asked !== 'too_large' && 'status' in asked && isRedirect(asked.status) && asked.location !== undefined)
        asked = await ask(new URL(asked.location, file.url).href, { hosts: stores }, most);
      if (asked === 'too_large') return { outcome: 'refused' };
      if ('body' in asked) return { outcome: 'fetched', bytes: asked.body };
      // It is told of before every server of Twilio knows it.
      if (asked.status === 404) return { outcome: 'not_yet' };
      throw new TwilioFailure(asked.status, `http_${asked.status}`);
    },
    async removeFile(file) {
      const sid = sidOf(file);
      if (sid === null) return;
      await client.messages(file.providerId).media(sid).remove().catch((error: unknown) => {
        if (!(error instanceof TwilioFailure) || error.status !== 404) throw error;
      });
    },
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
