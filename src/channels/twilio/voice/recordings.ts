import { createClient, fetchFrom } from '#channels/twilio/client';
import { TwilioFailure } from '#channels/twilio/errors';
import type { Voice } from '#channels/voice';
import { fetchNamed, OutgoingRefused, type Net } from '#lib/outgoing';

/** Two minutes of speech are one. */
const maxBytes = 5 * 1024 * 1024;
const timeoutMs = 20_000;
const api: ReadonlySet<string> = new Set(['api.twilio.com']);
/** Where the API may send whoever asks for a file; our credentials are not for that host. */
const media: ReadonlySet<string> = new Set(['media.twiliocdn.com']);

type Account = { accountSid: string; authToken: string; baseUrl: string | undefined };

/** Recordings that Twilio holds. They are asked for by number: an address that a request names is never fetched. */
export const createRecordings = (account: Account, net?: Net): Pick<Voice, 'fetchRecording' | 'deleteRecording'> => {
  const { accountSid, authToken, baseUrl } = account;
  const client = createClient(accountSid, authToken, baseUrl);
  const headers = { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };

  const ask = async (url: string, how: { hosts: ReadonlySet<string>; headers?: Record<string, string> }): Promise<Buffer> =>
    (await fetchNamed(url, { ...how, bytes: maxBytes, ms: timeoutMs }, ...(net ? [net] : []))).body;

  return {
    async fetchRecording(id) {
      const path = `/2010-04-01/Accounts/${accountSid}/Recordings/${id}.mp3`;
      if (baseUrl !== undefined) return (await fetchFrom(baseUrl, path, headers, timeoutMs)) ?? 'not_yet';
      try {
        return await ask(`https://api.twilio.com${path}`, { hosts: api, headers });
      } catch (error) {
        const answer = error instanceof OutgoingRefused ? error.answer : null;
        if (answer?.status === 404) return 'not_yet';
        if (answer?.location !== undefined && answer.status >= 301 && answer.status <= 308) return ask(answer.location, { hosts: media });
        throw error;
      }
    },
    async deleteRecording(id) {
      await client.recordings(id).remove().catch((error: unknown) => {
        if (!(error instanceof TwilioFailure) || error.status !== 404) throw error;
      });
    },
  };
};
