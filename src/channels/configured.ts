import type { Clock } from '#lib/clock';
import { listOf, type Settings } from '#lib/config';
import type { Channel } from './channel.ts';
import { createSmsGate } from './smsgate/sms.ts';
import { createTwilioSms } from './twilio/sms.ts';
import { createTwilioVoice } from './twilio/voice/voice.ts';
import { createTwilioWhatsApp } from './twilio/whatsapp.ts';
import type { Voice } from './voice.ts';

/** The SIM of the line first: it is the number that people know. */
export const channelsOf = (settings: Settings, clock: Clock): Channel[] => [smsGateOf(settings, clock), twilioSmsOf(settings), twilioWhatsAppOf(settings)].filter((channel) => channel !== null);

const smsGateOf = ({ SMSGATE_URL: url, SMSGATE_USER: user, SMSGATE_PASSWORD: password, SMSGATE_SIGNING_KEY: signingKey, SMSGATE_GAP_SECONDS: gap, SMSGATE_NUMBER: number }: Settings, clock: Clock): Channel | null => {
  if (url === undefined || user === undefined || password === undefined || signingKey === undefined) return null;
  return createSmsGate({ account: 'default', url, user, password, signingKey, gapMs: gap * 1000, number: number ?? null, clock });
};

type TwilioAccount = Omit<Parameters<typeof createTwilioSms>[0], 'from'>;

const twilioOf = (settings: Settings): TwilioAccount | null => {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: tokens, TWILIO_MESSAGING_SERVICE_SID: messagingServiceSid, PUBLIC_URL: publicUrl } = settings;
  if (accountSid === undefined || tokens === undefined || publicUrl === undefined) return null;
  return { accountSid, authTokens: listOf(tokens), messagingServiceSid, publicUrl: publicUrl.replace(/\/$/, ''), baseUrl: settings.TWILIO_BASE_URL };
};

const twilioSmsOf = (settings: Settings): Channel | null => {
  const account = twilioOf(settings);
  const from = settings.TWILIO_SMS_FROM;
  return account === null || from === undefined ? null : createTwilioSms({ ...account, from });
};

const twilioWhatsAppOf = (settings: Settings): Channel | null => {
  const account = twilioOf(settings);
  const from = settings.TWILIO_WHATSAPP_FROM;
  if (account === null || from === undefined) return null;
  const templates = listOf(settings.TWILIO_WHATSAPP_TEMPLATES ?? '').map((part): [string, string] => {
    const [name = '', id = ''] = part.split(':');
    return [name, id];
  });
  return createTwilioWhatsApp({ ...account, from, templates: new Map(templates) });
};

/** The telephone of the line; null where it has none. */
export const voiceOf = (settings: Settings): Voice | null => {
  const { TWILIO_API_KEY_SID: sid, TWILIO_API_KEY_SECRET: secret, TWILIO_VOICE_APP_SID: appSid, TWILIO_VOICE_FROM: from } = settings;
  const account = twilioOf(settings);
  if (account === null || sid === undefined || secret === undefined || appSid === undefined || from === undefined) return null;
  return createTwilioVoice({ ...account, apiKey: { sid, secret }, appSid, from });
};
