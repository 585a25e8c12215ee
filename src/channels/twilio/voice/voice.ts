import twilio from 'twilio';
import { createClient, healthFrom } from '#channels/twilio/client';
import { judge, TwilioFailure } from '#channels/twilio/errors';
import { isSignedByTwilio } from '#channels/twilio/signature';
import type { Voice } from '#channels/voice';
import { createHolding } from './holding.ts';
import { parseCall } from './parse.ts';
import { createRecordings } from './recordings.ts';
import { createRenderer, stepAddress } from './render.ts';

const hook = '/twilio/voice';
const tokenSeconds = 600;
/** Shorter than it takes a voice mail to pick up. */
const ringSeconds = 20;
const tones = 'https://sdk.twilio.com';
const callSid = /^CA[0-9a-f]{32}$/i;

/**
 * Telephony through Twilio. `authTokens` as for SMS; `apiKey` signs the tokens of operators' browsers, which call through the
 * TwiML application `appSid`; `from` is shown to whoever is called. `publicUrl` without a final slash.
 */
export const createTwilioVoice = (settings: {
  accountSid: string;
  authTokens: readonly string[];
  apiKey: { sid: string; secret: string };
  appSid: string;
  from: string;
  publicUrl: string;
  baseUrl?: string | undefined;
}): Voice => {
  const { accountSid, authTokens, apiKey, appSid, from } = settings;
  const [authToken] = authTokens;
  if (authToken === undefined || authTokens.includes('')) throw new Error('Twilio needs auth tokens, none empty');
  const base = `${settings.publicUrl}/webhooks${hook}`;
  const client = createClient(accountSid, authToken, settings.baseUrl);

  return {
    name: 'phone',
    account: accountSid,
    hook,
    verify: ({ url, headers, form }) => isSignedByTwilio({ accountSid, authTokens }, { url, headers, body: form }),
    parse: parseCall,
    render: createRenderer(base, from),
    async ring(operator, next) {
      try {
        const { sid } = await client.calls.create({
          to: `client:${operator}`, from, url: stepAddress(base, next), method: 'POST', timeout: ringSeconds,
          statusCallback: `${base}/status${next.call === undefined ? '' : `?c=${next.call}`}`, statusCallbackMethod: 'POST', statusCallbackEvent: ['completed'],
        });
        return callSid.test(sid) ? { outcome: 'accepted', providerId: sid } : { outcome: 'unknown', code: 'no_sid' };
      } catch (error) {
        if (error instanceof TwilioFailure) return judge(error);
        throw error;
      }
    },
    health: () => healthFrom(client.calls.list({ limit: 1, pageSize: 1 })),
    ...createHolding(accountSid, client),
    ...createRecordings({ accountSid, authToken, baseUrl: settings.baseUrl }),
    // As its program for browsers names them (@twilio/voice-sdk, regions and constants).
    browser: settings.baseUrl !== undefined ? null : { connect: ['wss://voice-js.roaming.twilio.com', 'https://eventgw.twilio.com', tones], media: [tones] },
    token(operator) {
      const token = new twilio.jwt.AccessToken(accountSid, apiKey.sid, apiKey.secret, { identity: operator, ttl: tokenSeconds });
      token.addGrant(new twilio.jwt.AccessToken.VoiceGrant({ incomingAllow: true, outgoingApplicationSid: appSid }));
      return { token: token.toJwt(), seconds: tokenSeconds };
    },
  };
};
