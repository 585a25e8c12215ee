import { partsOf } from '#contract/sms';
import type { FakeMessage } from './store.ts';

type Text = Pick<FakeMessage, 'sid' | 'from' | 'to' | 'text'>;
type Files = readonly { url: string; type: string }[];

/** A message from a person, as Twilio keeps it. */
export const inboundMessage = (text: Text, at: Date, numMedia = 0): FakeMessage => ({
  ...text,
  numMedia,
  messagingServiceSid: null,
  direction: 'inbound',
  status: 'received',
  errorCode: null,
  statusCallback: null,
  createdAt: at,
  updatedAt: at,
  sentAt: at,
});

/** Each file with its address at the API, numbered from 0. */
const mediaOf = (files: Files): Record<string, string> => ({
  NumMedia: String(files.length),
  ...Object.fromEntries(files.flatMap(({ url, type }, i) => [[`MediaUrl${i}`, url], [`MediaContentType${i}`, type]])),
});

const common = ({ sid, from, to, text }: Text, accountSid: string, files: Files): Record<string, string> => ({
  AccountSid: accountSid,
  ApiVersion: '2010-04-01',
  Body: text,
  From: from,
  MessageSid: sid,
  NumSegments: String(partsOf(text)),
  SmsMessageSid: sid,
  SmsSid: sid,
  SmsStatus: 'received',
  To: to,
  ...mediaOf(files),
});

/** The webhook's form, with every parameter that Twilio always sends. Empty ones count: they are signed too. */
export const inboundForm = (text: Text, accountSid: string, files: Files = []): Record<string, string> => ({
  ...common(text, accountSid, files),
  FromCity: '',
  FromCountry: 'MA',
  FromState: '',
  FromZip: '',
  ToCity: '',
  ToCountry: 'MA',
  ToState: '',
  ToZip: '',
});

/** The same of WhatsApp: what people call themselves there, and what kind of message it is. */
export const whatsAppForm = (text: Text, accountSid: string, files: Files): Record<string, string> => {
  const [kind = 'text'] = files.map(({ type }) => type.split('/')[0]);
  return {
    ...common(text, accountSid, files),
    ChannelMetadata: JSON.stringify({ type: 'whatsapp', data: { context: { ProfileName: 'Somebody' } } }),
    MessageType: ['image', 'audio', 'video'].includes(kind) ? kind : kind === 'text' ? 'text' : 'document',
    ProfileName: 'Somebody',
    ...(text.from.startsWith('whatsapp:+') ? { WaId: text.from.slice('whatsapp:+'.length) } : { ExternalUserId: text.from }),
  };
};
