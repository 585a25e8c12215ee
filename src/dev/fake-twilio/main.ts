/**
 * The fake Twilio as a process of its own, so that it outlives the Insat it talks to. Settings as for Insat:
 * TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_SMS_FROM, TWILIO_WHATSAPP_FROM, PUBLIC_URL, PORT; WEBHOOK_BASE where PUBLIC_URL is
 * not the address Insat listens on.
 */
import { z } from 'zod';
import { createLog } from '#lib/log';
import { startFakeTwilio } from './server.ts';

const settings = z
  .object({
    TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i),
    TWILIO_AUTH_TOKEN: z.string().min(1),
    TWILIO_SMS_FROM: z.string().regex(/^\+[1-9]\d{6,14}$/),
    TWILIO_WHATSAPP_FROM: z.string().regex(/^\+[1-9]\d{6,14}$/).optional(),
    PUBLIC_URL: z.url(),
    WEBHOOK_BASE: z.url().optional(),
    PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  })
  .parse(process.env);

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
const publicUrl = withoutSlash(settings.PUBLIC_URL);

const fake = await startFakeTwilio({
  port: settings.PORT,
  accountSid: settings.TWILIO_ACCOUNT_SID,
  authToken: settings.TWILIO_AUTH_TOKEN,
  number: settings.TWILIO_SMS_FROM,
  ...(settings.TWILIO_WHATSAPP_FROM === undefined ? {} : { whatsApp: settings.TWILIO_WHATSAPP_FROM }),
  publicUrl,
  log: createLog('warn'),
  webhookBase: settings.WEBHOOK_BASE === undefined ? publicUrl : withoutSlash(settings.WEBHOOK_BASE),
});
console.log(`Fake Twilio is listening on ${fake.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void fake.close());
