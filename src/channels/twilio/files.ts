import type { Channel, FetchedFile, ProviderFile } from '#channels/channel';
import type { Net } from '#lib/outgoing';
import { createBytes, type Account } from './bytes.ts';
import { createClient, unlessGone } from './client.ts';
import { TwilioFailure } from './errors.ts';

/** The files of our account's messages at Twilio. Only an address of the API that names our account and this message is followed. */
export const createFiles = (account: Account, net?: Net): Required<Pick<Channel, 'fetchFile' | 'removeFile'>> => {
  const { accountSid, authToken, baseUrl } = account;
  const client = createClient(accountSid, authToken, baseUrl);
  const bytes = createBytes(account, net);
  const pathOf = (providerId: string): string => `/2010-04-01/Accounts/${accountSid}/Messages/${providerId}/Media/`;

  /** The id of a file that is where files of this message are; null for any other address. */
  const sidOf = ({ url, providerId }: ProviderFile): string | null => {
    const start = `https://api.twilio.com${pathOf(providerId)}`;
    return url.startsWith(start) ? (/^ME[0-9a-f]{32}$/i.exec(url.slice(start.length))?.[0] ?? null) : null;
  };

  return {
    async fetchFile(file, most): Promise<FetchedFile> {
      const sid = sidOf(file);
      if (sid === null) return { outcome: 'refused' };
      const asked = await bytes(pathOf(file.providerId) + sid, most);
      if (asked === 'too_large') return { outcome: 'refused' };
      if (Buffer.isBuffer(asked)) return { outcome: 'fetched', bytes: asked };
      // It is told of before every server of Twilio knows it.
      if (asked.status === 404) return { outcome: 'not_yet' };
      throw new TwilioFailure(asked.status, `http_${asked.status}`);
    },
    async removeFile(file) {
      const sid = sidOf(file);
      if (sid !== null) await unlessGone(client.messages(file.providerId).media(sid).remove());
    },
  };
};
