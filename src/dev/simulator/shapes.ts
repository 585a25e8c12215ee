import { z } from 'zod';
import { saying, typedNumber } from '#contract/common';
import { parsePhone } from '#lib/phone';
import { acts } from './telephones.ts';

const Phone = typedNumber.transform((typed, check) => {
  const phone = parsePhone(typed);
  if (phone) return phone.e164;
  check.addIssue({ code: 'custom', message: 'invalid_phone' });
  return z.NEVER;
});

/** WhatsApp takes larger ones; who tries the line by hand needs none. */
const largestFile = 5 * 1024 * 1024;
/** A file of that size in base64, and what stands around it. */
export const fileBodyLimit = Math.ceil((largestFile * 4) / 3) + 16_384;

const Doing = z.strictObject({ act: z.enum(acts), key: z.string().regex(/^[0-9*#]$/).optional() });

export const Reading = z.strictObject({ number: Phone });
export const Writing = z.strictObject({ from: Phone, app: z.enum(['sms', 'whatsapp']).default('sms'), text: saying(1600) });
export const Sending = z.strictObject({ from: Phone, type: z.string().regex(/^(image|audio|video|application)\/[\w.+-]{1,60}$/), data: z.base64().min(4), text: z.string().max(1000) });
export const Calling = z.strictObject({ number: Phone, ...Doing.shape });
/** `token`: with which an operator's browser calls and is called. Without `act` it only looks. */
export const Headset = z.strictObject({ token: z.string().max(4096), ...Doing.partial().shape });

const Message = z.object({
  id: z.string(), at: z.iso.datetime(), direction: z.enum(['out', 'in']), text: z.string(), file: z.string().optional(), state: z.enum(['sending', 'delivered', 'read', 'failed']),
});
export const Call = z.object({
  state: z.enum(['idle', 'ringing', 'keys', 'voice', 'queue', 'dial', 'talking', 'over']),
  direction: z.enum(['in', 'out']),
  typed: z.string(),
  heard: z.array(z.object({ by: z.enum(['machine', 'recording', 'keys', 'voice', 'silence']), language: z.string().optional(), text: z.string() })),
});
export const Seen = z.object({ line: z.string(), sms: z.array(Message), whatsapp: z.array(Message), call: Call });
export type Seen = z.infer<typeof Seen>;
