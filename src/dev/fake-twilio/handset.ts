import { countSegments } from './segments.ts';
import type { FakeMessage } from './store.ts';

type Text = Pick<FakeMessage, 'sid' | 'from' | 'to' | 'text'>;

/** An SMS from a person, as Twilio keeps it. */
export const inboundMessage = (text: Text, at: Date): FakeMessage => ({
  ...text,
  direction: 'inbound',
  status: 'received',
  errorCode: null,
  statusCallback: null,
  createdAt: at,
  updatedAt: at,
  sentAt: at,
});

/** The webhook's form, with every parameter that Twilio always sends. Empty ones count: they are signed too. */
export const inboundForm = ({ sid, from, to, text }: Text, accountSid: string): Record<string, string> => ({
  AccountSid: accountSid,
  ApiVersion: '2010-04-01',
  Body: text,
  From: from,
  FromCity: '',
  FromCountry: 'MA',
  FromState: '',
  FromZip: '',
  MessageSid: sid,
  NumMedia: '0',
  NumSegments: String(countSegments(text)),
  SmsMessageSid: sid,
  SmsSid: sid,
  SmsStatus: 'received',
  To: to,
  ToCity: '',
  ToCountry: 'MA',
  ToState: '',
  ToZip: '',
});
