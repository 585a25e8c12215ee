import type { Channel } from '#channels/channel';
import { createTwilioMessaging, type TwilioSettings } from './messaging.ts';

/**
 * WhatsApp through Twilio. `from` is our number, registered there as a WhatsApp sender; `templates` the approved texts
 * (`HX...`) by `kind.language`. Free words are for a day after the citizen's last message
 * (https://www.twilio.com/docs/whatsapp/key-concepts).
 */
export const createTwilioWhatsApp = ({ templates, ...settings }: TwilioSettings & { templates?: ReadonlyMap<string, string> }): Channel => ({
  ...createTwilioMessaging('whatsapp', settings),
  capabilities: { media: true, readReports: true, windowHours: 24, gapMs: 0, heartbeat: false, number: null },
  template: (kind, language) => templates?.get(`${kind}.${language}`) ?? null,
});
