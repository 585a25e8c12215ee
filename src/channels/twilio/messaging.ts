import type { Channel, ChannelName, OutboundMessage, SendResult } from '#channels/channel';
import { createClient, healthFrom } from './client.ts';
import { classOf, judge, TwilioFailure } from './errors.ts';
import { createFiles } from './files.ts';
import { addressOn, messageSid, parseForm, parseMessage } from './forms.ts';
import { isSignedByTwilio } from './signature.ts';
import { toDeliveryState } from './statuses.ts';

/**
 * `authTokens`: the current one first, then those still accepted on webhooks. `from`: our number or sender name.
 * `messagingServiceSid`: a service whose pool holds it, and that chooses the sender instead. `publicUrl`: where Twilio
 * reaches us, without a final slash. `baseUrl`: a server that speaks Twilio's REST API, instead of Twilio.
 */
export type TwilioSettings = {
  accountSid: string;
  authTokens: readonly string[];
  from: string;
  messagingServiceSid?: string | undefined;
  publicUrl: string;
  baseUrl?: string | undefined;
};

/** How far Twilio's clock (whole seconds) may lag behind ours when we look for what we sent. */
const clockSlackMs = 60_000;

/** Whether a body that Twilio holds is this message, in free words or as the approved text, which has others around them. */
const isBodyOf = (body: string, { text, template }: Pick<OutboundMessage, 'text' | 'template'>): boolean =>
  body.trim() === text.trim() || template?.values.every((value) => body.includes(value)) === true;

/** What SMS and WhatsApp through Twilio have in common: one API, one kind of form, addresses that differ by a prefix. */
export const createTwilioMessaging = (name: ChannelName, settings: TwilioSettings): Omit<Channel, 'capabilities' | 'template'> => {
  const { accountSid, authTokens, messagingServiceSid, publicUrl } = settings;
  const [authToken] = authTokens;
  // Under an empty token anybody could sign.
  if (authToken === undefined || authTokens.includes('')) throw new Error('Twilio needs auth tokens, none empty');
  const client = createClient(accountSid, authToken, settings.baseUrl);
  const from = addressOn(name, settings.from);
  const sender = messagingServiceSid === undefined ? { from } : { messagingServiceSid };

  const send = async ({ id, to, text, template }: OutboundMessage): Promise<SendResult> => {
    const statusCallback = `${publicUrl}/webhooks/twilio/status?mid=${id}`;
    const content = template === undefined ? { body: text } : { contentSid: template.id, contentVariables: variablesOf(template.values) };
    try {
      const { sid } = await client.messages.create({ to: addressOn(name, to), ...sender, ...content, statusCallback });
      return messageSid.test(sid) ? { outcome: 'accepted', providerId: sid } : { outcome: 'unknown', code: 'no_sid' };
    } catch (error) {
      if (error instanceof TwilioFailure) return judge(error);
      throw error;
    }
  };

  const find: Channel['find'] = async ({ to, since, others = [], ...sent }) => {
    // Newest first. Not filtered by Twilio's DateSent, which a message still in its queue need not have.
    const held = await client.messages.list({ to: addressOn(name, to), limit: 50 });
    const earliest = since.getTime() - clockSlackMs;
    const match = held.find(({ sid, direction, dateCreated, body }) => !others.includes(sid) && direction !== 'inbound' && dateCreated.getTime() >= earliest && isBodyOf(body, sent));
    if (!match) return null;
    const status = toDeliveryState(match.status) ?? 'queued';
    // The library says a number, and gives null or 0 where nothing went wrong.
    const errorCode = status === 'failed' && match.errorCode ? String(match.errorCode) : undefined;
    const failure = errorCode === undefined ? undefined : classOf(errorCode);
    return { providerId: match.sid, status, ...(errorCode === undefined ? {} : { errorCode }), ...(failure === undefined ? {} : { class: failure }) };
  };

  /** Every number of the account, as with its webhooks; what we sent ourselves is there too. */
  const reconcile: Channel['reconcile'] = async function* (since) {
    const held = await client.messages.list({ dateSentAfter: since });
    for (const { sid, direction, from: writer, to, body, errorCode, numMedia, dateCreated } of held.toReversed()) {
      const form = { AccountSid: accountSid, MessageSid: sid, From: writer, To: to, Body: body, NumMedia: numMedia, ...(errorCode ? { ErrorCode: String(errorCode) } : {}) };
      const message = direction === 'inbound' ? parseMessage(name, form) : null;
      if (message) yield { ...message, heldSince: dateCreated };
    }
  };

  const complete: Channel['complete'] = async (message) => {
    const form = message.raw as Record<string, string>; // what `reconcile` made
    if (form['NumMedia'] === '0') return message;
    const sid = message.providerId;
    const media = await client.messages(sid).media.list({ limit: 10 });
    const told = media.flatMap((file, i) => [[`MediaUrl${i}`, `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${file.sid}`], [`MediaContentType${i}`, file.contentType]]);
    return { ...message, ...parseMessage(name, { ...form, NumMedia: String(media.length), ...Object.fromEntries(told) }) };
  };

  return {
    name,
    account: accountSid,
    hooks: ['/twilio/messages', '/twilio/status'],
    verify: (request) => isSignedByTwilio({ accountSid, authTokens }, request),
    parse: ({ body, query }) => (typeof body === 'string' ? [] : parseForm(name, body, query)),
    send,
    find,
    reconcile,
    complete,
    ...createFiles({ accountSid, authToken, baseUrl: settings.baseUrl }),
    health: () => healthFrom(client.messages.list({ limit: 1, pageSize: 1 })),
    acknowledge: { type: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
  };
};

/** Numbered from 1, as the places of a template are. */
const variablesOf = (values: readonly string[]): string => JSON.stringify(Object.fromEntries(values.map((value, index) => [String(index + 1), value])));
