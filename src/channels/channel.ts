/**
 * The port that every messaging provider fills. An adapter translates and never decides: no provider's word
 * (SID, TwiML, error number) means anything outside its folder, and the domain knows only the types below.
 */

/** A parsed query or form body: a repeated key holds all its values. */
export type Form = Readonly<Record<string, string | string[] | undefined>>;

export type InboundMessage = {
  /** Our end of the line; `account` and `providerId` together name one message for ever. */
  account: string;
  providerId: string;
  /** As the provider wrote it: usually E.164, but a short code or a name ("INWI") is possible. */
  from: string;
  to: string;
  /** Untrimmed; empty when only media came. */
  text: string;
  media: { url: string; type: string }[];
  /** The whole request, to be kept a while as proof of what arrived. */
  raw: Form;
};

/**
 * What can become of a message we send, weakest knowledge first: the order is the rule of `advances`.
 * `unknown` is a send that got no answer: more than "being sent", less than any word that it was.
 * `failed` stands below `delivered` because a late delivery report proves more than an early failure.
 */
export const deliveryStates = ['queued', 'sending', 'unknown', 'sent', 'failed', 'delivered', 'read'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/**
 * Whether a report `to` may replace the state `from`. Providers repeat reports and send them out of order, so
 * states only climb: any order and repetition of the same reports ends in the same state.
 */
export const advances = (from: DeliveryState, to: DeliveryState): boolean =>
  deliveryStates.indexOf(to) > deliveryStates.indexOf(from);

export type StatusUpdate = {
  /** Our own id, when the report carries it back: it finds messages whose `providerId` we never learned. */
  messageId?: string;
  providerId: string;
  status: DeliveryState;
  errorCode?: string;
};

/** `id` is our UUID of the message, `to` E.164. */
export type OutboundMessage = { id: string; to: string; text: string };

/**
 * `accepted`: the provider has the message. `rejected`: it certainly has not, and `class` says what may help:
 * `permanent` nothing, `transient` another try, `throttled` another try after `retryAfterMs`, `config` a person
 * who mends our account. `unknown`: it may have it; ask `find` before trying again, or a citizen gets it twice.
 */
export type SendResult =
  | { outcome: 'accepted'; providerId: string }
  | {
      outcome: 'rejected';
      class: 'permanent' | 'transient' | 'throttled' | 'config';
      code: string;
      retryAfterMs?: number;
    }
  | { outcome: 'unknown'; code: string };

type Found = { providerId: string; status: DeliveryState } | null;

export type Channel = {
  name: 'sms';
  account: string;
  /**
   * Whether the provider sent this request. `url` is the configured public URL followed by the raw path and
   * query as received (never the Host header); `form` is the body as parsed, nothing trimmed or removed.
   * Never throws: what cannot be checked is forged.
   */
  verify(request: { url: string; headers: Form; form: Form }): boolean;
  /** Null when the request is not a message of this channel. Call it only after `verify`. */
  parseMessage(form: Form): InboundMessage | null;
  /** Null when the request reports nothing we follow; it must still be answered as received. */
  parseStatus(form: Form, query: Form): StatusUpdate | null;
  send(message: OutboundMessage): Promise<SendResult>;
  /**
   * Looks for a message whose `send` ended `unknown` among those the provider holds, by recipient, text and the
   * time `since` which it may have been accepted. Rejects when the provider cannot be asked.
   */
  find(message: OutboundMessage & { since: Date }): Promise<Found>;
  /** The answer to every request that is in order. */
  acknowledge: { type: string; body: string };
};
