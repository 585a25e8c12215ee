import type { ChannelName, Form, InboundEvent, InboundMessage, StatusUpdate } from '#channels/channel';
import { fromBase64 } from './base64.ts';
import { classOf } from './errors.ts';
import { one } from './parameters.ts';
import { toDeliveryState } from './statuses.ts';
import { wordsOf } from './words.ts';

export const messageSid = /^(SM|MM)[0-9a-f]{32}$/i;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const errorNumber = /^[1-9]\d{0,5}$/;
/** A WhatsApp user who has no phone number for us: country and id (Meta's business-scoped user id). */
const userId = /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/;
/** Twilio attaches at most ten files to a message. */
const mostMedia = 10;

/** `whatsapp:+212...` is a number on WhatsApp; a number or name alone one of the telephone network. */
const prefix = 'whatsapp:';
export const addressOn = (channel: ChannelName, address: string): string => (channel === 'whatsapp' ? prefix + address : address);
const schemeOf = (address: string): string | null => /^([a-z]+):/.exec(address)?.[1] ?? null;
const withoutScheme = (address: string): string => address.replace(/^[a-z]+:/, '');

/** The channel of a call, told by its addresses; null for one that we do not have. */
const channelOf = (form: Form): ChannelName | null => {
  const schemes = ['From', 'To'].map((key) => schemeOf(one(form, key) ?? '')).filter((scheme) => scheme !== null);
  if (schemes.length === 0) return one(form, 'ChannelPrefix') === 'whatsapp' ? 'whatsapp' : 'sms';
  return schemes.every((scheme) => scheme === 'whatsapp') ? 'whatsapp' : null;
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

/** What stands for a part that the network lost (30009), so that nobody takes the rest for the whole. */
const partMissing = '[partie manquante]';

/**
 * A citizen's message. Every number and messaging service of the account that calls us is ours: what somebody wrote is not
 * lost because the number stands in no setting.
 */
export const parseMessage = (channel: ChannelName, form: Form): InboundMessage | null => {
  const account = one(form, 'AccountSid');
  const providerId = one(form, 'MessageSid');
  const [sender, recipient] = [one(form, 'From'), one(form, 'To')];
  if (account === undefined || providerId === undefined || !messageSid.test(providerId) || !sender || !recipient) return null;
  if (channelOf(form) !== channel) return null;
  const from = withoutScheme(sender);
  const known = [withoutScheme(one(form, 'ExternalUserId') ?? ''), from].find((id) => userId.test(id));
  const replyTo = one(form, 'OriginalRepliedMessageSid');
  const media = readMedia(form);
  const said = channel === 'whatsapp' ? wordsOf(form, media.length > 0) : fromBase64(one(form, 'Body') ?? '');
  return {
    channel,
    account,
    providerId,
    from,
    ...(channel === 'whatsapp' && known !== undefined && { userId: known }),
    to: withoutScheme(recipient),
    text: one(form, 'ErrorCode') === '30009' ? `${said}\n${partMissing}` : said,
    media,
    ...(replyTo !== undefined && messageSid.test(replyTo) && { replyTo }),
    raw: form,
  };
};

const parseStatus = (channel: ChannelName, form: Form, query: Form): StatusUpdate | null => {
  const providerId = one(form, 'MessageSid');
  const status = toDeliveryState(one(form, 'MessageStatus') ?? '');
  if (providerId === undefined || !messageSid.test(providerId) || status === undefined || channelOf(form) !== channel) return null;
  const messageId = one(query, 'mid');
  const errorCode = one(form, 'ErrorCode');
  const failure = status === 'failed' ? classOf(errorCode ?? '') : undefined;
  return {
    providerId,
    status,
    ...(messageId !== undefined && uuid.test(messageId) && { messageId: messageId.toLowerCase() }),
    ...(errorCode !== undefined && errorNumber.test(errorCode) && { errorCode }),
    ...(failure !== undefined && { class: failure }),
  };
};

/** A call names a status where it reports; where somebody wrote it has none, or says that this was received. */
const isReport = (form: Form): boolean => !['received', 'receiving', undefined].includes(one(form, 'MessageStatus'));

/** What somebody wrote and we cannot read (by `sip:` or `rcs:`, from nobody) is to be told again; what another of our channels reads is left to it. */
export const parseForm = (channel: ChannelName, form: Form, query: Form): InboundEvent[] => {
  const report = parseStatus(channel, form, query);
  if (report) return [{ type: 'report', report }];
  if (isReport(form)) return [];
  const message = parseMessage(channel, form);
  if (message) return [{ type: 'message', message }];
  const isOfAnother = ![channel, null].includes(channelOf(form));
  return isOfAnother || one(form, 'Body') === undefined ? [] : [{ type: 'unreadable' }];
};
