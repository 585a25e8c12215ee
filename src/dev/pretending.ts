import { randomBytes } from 'node:crypto';
import { startFakeClamd } from '#dev/fake-clamd';
import { startFakeSmsGate, type FakeSmsGate } from '#dev/fake-smsgate/server';
import { startFakeTwilio } from '#dev/fake-twilio/server';
import { throughSim, throughTwilio } from '#dev/simulator/carriers';
import type { SimulatedLine } from '#dev/simulator/routes';
import type { Settings } from '#lib/config';
import type { Log } from '#lib/log';

type Addressed = Settings & { PUBLIC_URL: string };
type Pretended = { settings: Addressed; /** Null where a server was named that speaks Twilio's protocol. */ simulated: SimulatedLine | null; phone: FakeSmsGate | null; stops: (() => Promise<void>)[] };

const secret = (bytes = 16): string => randomBytes(bytes).toString('hex');

/**
 * The demo's line: servers that speak the protocols of SMSGate and of Twilio, with SMS, WhatsApp and the telephone, and of a
 * scanner, unless a provider is configured.
 */
export const pretendProviders = async (given: Addressed, log: Log): Promise<Pretended> => {
  const number = given.TWILIO_SMS_FROM ?? '+212661864445';
  const settings = {
    ...given,
    TWILIO_ACCOUNT_SID: given.TWILIO_ACCOUNT_SID ?? `AC${secret()}`,
    TWILIO_AUTH_TOKEN: given.TWILIO_AUTH_TOKEN ?? secret(),
    TWILIO_SMS_FROM: number,
  };
  if (given.TWILIO_BASE_URL !== undefined) return { settings, simulated: null, phone: null, stops: [] };

  const withTwilio = {
    ...settings,
    TWILIO_WHATSAPP_FROM: given.TWILIO_WHATSAPP_FROM ?? number,
    TWILIO_API_KEY_SID: given.TWILIO_API_KEY_SID ?? `SK${secret()}`,
    TWILIO_API_KEY_SECRET: given.TWILIO_API_KEY_SECRET ?? secret(),
    TWILIO_VOICE_APP_SID: given.TWILIO_VOICE_APP_SID ?? `AP${secret()}`,
    TWILIO_VOICE_FROM: given.TWILIO_VOICE_FROM ?? number,
  };
  const webhookBase = `http://127.0.0.1:${given.PORT}`;
  const twilio = await startFakeTwilio({
    accountSid: withTwilio.TWILIO_ACCOUNT_SID,
    authToken: withTwilio.TWILIO_AUTH_TOKEN.split(',')[0] ?? '',
    apiKeySecret: withTwilio.TWILIO_API_KEY_SECRET,
    number,
    whatsApp: withTwilio.TWILIO_WHATSAPP_FROM,
    voice: withTwilio.TWILIO_VOICE_FROM,
    publicUrl: given.PUBLIC_URL.replace(/\/$/, ''),
    webhookBase,
    log,
  });
  // What somebody says is to be heard in the demo too.
  const scanner = given.CLAMD_URL === undefined ? await startFakeClamd() : null;
  const atTwilio = { ...withTwilio, TWILIO_BASE_URL: twilio.url, CLAMD_URL: given.CLAMD_URL ?? scanner?.url };
  const stops = [twilio.close, async () => scanner?.close()];
  // Whoever brings a provider of their own means that one to carry the line's SMS.
  if (given.SMSGATE_URL !== undefined || given.TWILIO_ACCOUNT_SID !== undefined)
    return { settings: atTwilio, simulated: { number, sms: [throughTwilio(twilio, number)], twilio }, phone: null, stops };

  const [user, password, signingKey] = ['insat', secret(), secret(24)];
  const phone = await startFakeSmsGate({ account: 'default', user, password, signingKey, number, webhookBase, log });
  return {
    settings: { ...atTwilio, SMSGATE_URL: phone.url, SMSGATE_USER: user, SMSGATE_PASSWORD: password, SMSGATE_SIGNING_KEY: signingKey, SMSGATE_NUMBER: number },
    simulated: { number, sms: [throughSim(phone), throughTwilio(twilio, number)], twilio },
    phone,
    stops: [...stops, phone.close],
  };
};
