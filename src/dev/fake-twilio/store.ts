import { randomBytes } from 'node:crypto';
import { partsOf } from '#contract/sms';

export type FakeStatus = 'received' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'undelivered' | 'failed';

export type FakeMessage = {
  sid: string;
  direction: 'inbound' | 'outbound-api';
  from: string;
  to: string;
  /** Of an approved text with what was put into it. */
  text: string;
  status: FakeStatus;
  errorCode: number | null;
  statusCallback: string | null;
  messagingServiceSid: string | null;
  numMedia: number;
  createdAt: Date;
  updatedAt: Date;
  /** Null until it has left Twilio's queue. */
  sentAt: Date | null;
};

/** Beyond this the oldest messages are forgotten. */
const mostMessages = 20_000;

export const newMessageSid = (): string => `SM${randomBytes(16).toString('hex')}`;

/** Every message of the one account, oldest first, in memory. */
export class MessageStore {
  readonly #messages = new Map<string, FakeMessage>();

  add(message: FakeMessage): void {
    this.#messages.set(message.sid, message);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > mostMessages && oldest !== undefined) this.#messages.delete(oldest);
  }

  get(sid: string): FakeMessage | undefined {
    return this.#messages.get(sid);
  }

  /** Newest first, as Twilio lists them. */
  list(wanted: (message: FakeMessage) => boolean): FakeMessage[] {
    return [...this.#messages.values()].filter(wanted).toReversed();
  }
}

/** RFC 2822 as Twilio writes it. */
const stamp = (at: Date | null): string | null => at && at.toUTCString().replace('GMT', '+0000');

/** The Message resource of Twilio's API, every field present. */
export const toResource = (message: FakeMessage, accountSid: string): object => {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.text,
    date_created: stamp(message.createdAt),
    date_sent: stamp(message.sentAt),
    date_updated: stamp(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: String(message.numMedia),
    num_segments: String(partsOf(message.text)),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
};
