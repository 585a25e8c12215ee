import twilio from 'twilio';
import type { WebhookRequest } from '#channels/channel';

/**
 * Whether Twilio signed this request for our account: base64 HMAC-SHA1 of the URL followed by the sorted form,
 * under the account's auth token (https://www.twilio.com/docs/usage/webhooks/webhooks-security). Every token of
 * `authTokens` counts, so that one can be replaced without refusing what is under way.
 */
export const isSignedByTwilio = (
  account: { accountSid: string; authTokens: readonly string[] },
  { url, headers, body: form }: Pick<WebhookRequest, 'url' | 'headers' | 'body'>,
): boolean => {
  try {
    const signature = headers['x-twilio-signature'];
    if (typeof form === 'string' || typeof signature !== 'string' || form['AccountSid'] !== account.accountSid) return false;
    return account.authTokens.some((token) => twilio.validateRequest(token, signature, url, form));
  } catch {
    // The package throws on what is no absolute URL or no form; a request that cannot be checked counts as forged.
    return false;
  }
};
