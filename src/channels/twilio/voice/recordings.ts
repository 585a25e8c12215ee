import { createBytes, type Account } from '#channels/twilio/bytes';
import { createClient, unlessGone } from '#channels/twilio/client';
import { TwilioFailure } from '#channels/twilio/errors';
import type { Voice } from '#channels/voice';
import type { Net } from '#lib/outgoing';

/** Two minutes of speech are one. */
const maxBytes = 5 * 1024 * 1024;

/** Recordings that Twilio holds. They are asked for by number: an address that a request names is never fetched. */
export const createRecordings = (account: Account, net?: Net): Pick<Voice, 'fetchRecording' | 'deleteRecording'> => {
  const { accountSid, authToken, baseUrl } = account;
  const client = createClient(accountSid, authToken, baseUrl);
  const bytes = createBytes(account, net);

  return {
    async fetchRecording(id) {
      const asked = await bytes(`/2010-04-01/Accounts/${accountSid}/Recordings/${id}.mp3`, maxBytes);
      if (Buffer.isBuffer(asked)) return asked;
      if (asked === 'too_large') return 'refused';
      if (asked.status === 404) return 'not_yet';
      throw new TwilioFailure(asked.status, `http_${asked.status}`);
    },
    deleteRecording: (id) => unlessGone(client.recordings(id).remove()),
  };
};
