import type { Channel, Form, InboundMessage, OutboundMessage, SendResult, StatusUpdate } from '#channels/channel';
import { createClient } from './client.ts';
import { judge, TwilioFailure } from './errors.ts';
import { isSignedByTwilio } from './signature.ts';
import { toDeliveryState } from './statuses.ts';

const messageSid = /^(SM|MM)[0-9a-f]{32}$/i;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const errorNumber = /^[1-9]\d{0,5}$/;
/** Twilio attaches at most ten files to a message. */
const mostMedia = 10;
/** How far Twilio's clock (whole seconds) may lag behind ours when we look for what we sent. */
const clockSlackMs = 60_000;

/** A parameter given exactly once. */
const one = (form: Form, key: string): string | undefined => {
  const value = form[key];
  return typeof value === 'string' ? value : undefined;
};

const readMedia = (form: Form): InboundMessage['media'] => {
  const count = Math.min(Number(one(form, 'NumMedia') ?? 0) || 0, mostMedia);
  const media: InboundMessage['media'] = [];
  for (let i = 0; i < count; i++) {
    const url = one(form, `MediaUrl${i}`);
    if (url !== undefined) media.push({ url, type: one(form, `MediaContentType${i}`) ?? 'application/octet-stream' });
  }
  return media;
};

const parseMessage = (form: Form): InboundMessage | null => {
  const account = one(form, 'AccountSid');
  const providerId = one(form, 'MessageSid');
  const from = one(form, 'From');
  const to = one(form, 'To');
  if (account === undefined || providerId === undefined || !messageSid.test(providerId) || !from || !to) return null;
  // Other kinds of address ("whatsapp:+212...") belong to other channels.
  if (from.includes(':')) return null;
  return { channel: 'sms', account, providerId, from, to, text: one(form, 'Body') ?? '', media: readMedia(form), raw: form };
};

const parseStatus = (form: Form, query: Form): StatusUpdate | null => {
  const providerId = one(form, 'MessageSid');
  const status = toDeliveryState(one(form, 'MessageStatus') ?? '');
  if (providerId === undefined || !messageSid.test(providerId) || status === undefined) return null;
  const messageId = one(query, 'mid');
  const errorCode = one(form, 'ErrorCode');
  return {
    providerId,
    status,
    ...(messageId !== undefined && uuid.test(messageId) && { messageId: messageId.toLowerCase() }),
    ...(errorCode !== undefined && errorNumber.test(errorCode) && { errorCode }),
  };
};

/** A request names a status where it reports, and has none where somebody wrote. */
const parse: Channel['parse'] = ({ body, query }) => {
  if (typeof body === 'string') return [];
  const report = parseStatus(body, query);
  if (report) return [{ type: 'report', report }];
  const message = one(body, 'MessageStatus') === undefined ? parseMessage(body) : null;
  return message ? [{ type: 'message', message }] : [];
};

/**
 * SMS through Twilio. `authTokens`: the current one first, then those still accepted on webhooks. `from`: our
 * number or sender name. `publicUrl`: where Twilio reaches us, without a final slash. `baseUrl`: a server that
 * speaks Twilio's REST API, instead of Twilio.
 */
export const createTwilioSms = (settings: {
  accountSid: string;
  authTokens: readonly string[];
  from: string;
  publicUrl: string;
  baseUrl?: string | undefined;
}): Channel => {
  const { accountSid, authTokens, from, publicUrl } = settings;
  const [authToken] = authTokens;
  // Under an empty token anybody could sign.
  if (authToken === undefined || authTokens.includes('')) throw new Error('Twilio needs auth tokens, none empty');
  const client = createClient(accountSid, authToken, settings.baseUrl);

  const send = async ({ id, to, text }: OutboundMessage): Promise<SendResult> => {
    const statusCallback = `${publicUrl}/webhooks/twilio/status?mid=${id}`;
    try {
      const { sid } = await client.messages.create({ to, from, body: text, statusCallback });
      return messageSid.test(sid) ? { outcome: 'accepted', providerId: sid } : { outcome: 'unknown', code: 'no_sid' };
    } catch (error) {
      if (error instanceof TwilioFailure) return judge(error);
      throw error;
    }
  };

  const find: Channel['find'] = async ({ to, text, since }) => {
    // Newest first. Not filtered by Twilio's DateSent, which a message still in its queue need not have.
    const held = await client.messages.list({ to, limit: 50 });
    const earliest = since.getTime() - clockSlackMs;
    const match = held.find(
      (message) =>
        message.direction !== 'inbound' &&
        message.dateCreated.getTime() >= earliest &&
        message.body.trim() === text.trim(),
    );
    return match ? { providerId: match.sid, status: toDeliveryState(match.status) ?? 'queued' } : null;
  };

  /** As its webhook would have said it, so that both are one message; the files stay with the media list. */
  const reconcile: Channel['reconcile'] = async function* (since) {
    const held = await client.messages.list({ to: from, dateSentAfter: since, limit: 1000 });
    for (const { sid, from: sender, to, body } of held.toReversed()) {
      const message = parseMessage({ AccountSid: accountSid, MessageSid: sid, From: sender, To: to, Body: body });
      if (message) yield message;
    }
  };

  const health: Channel['health'] = async () => {
    try {
      await client.messages.list({ limit: 1, pageSize: 1 });
      return { ok: true };
    } catch (error) {
      return { ok: false, code: error instanceof TwilioFailure ? error.code : 'no_answer' };
    }
  };

  return {
    name: 'sms',
    account: accountSid,
    hooks: ['/twilio/messages', '/twilio/status'],
    capabilities: { media: true, readReports: false, windowHours: null },
    verify: (request) => isSignedByTwilio({ accountSid, authTokens }, request),
    parse,
    send,
    find,
    reconcile,
    health,
    acknowledge: { type: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
  };
};
