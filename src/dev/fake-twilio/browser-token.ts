import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const Payload = z.object({ exp: z.number(), grants: z.object({ identity: z.string(), voice: z.object({ incoming: z.object({ allow: z.literal(true) }) }) }) });

/**
 * Whose browser a token lets call and be called (https://www.twilio.com/docs/iam/access-tokens): signed with the secret of the
 * account's API key, and not expired. Null for any other.
 */
export const browserIn = (token: string, apiKeySecret: string, now: Date): string | null => {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const right = createHmac('sha256', apiKeySecret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const { data } = Payload.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return data && data.exp * 1000 > now.getTime() ? data.grants.identity : null;
};
