import type { Channel } from '#channels/channel';
import { createTwilioMessaging, type TwilioSettings } from './messaging.ts';

/** SMS and MMS through Twilio. */
export const createTwilioSms = (settings: TwilioSettings): Channel => ({
  ...createTwilioMessaging('sms', settings),
  capabilities: { media: true, readReports: false, windowHours: null, gapMs: 0, heartbeat: false, number: null },
});
