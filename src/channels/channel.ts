/**
 * The port that every messaging provider fills. An adapter translates and never decides: no provider's word
 * (SID, TwiML, error number) means anything outside its folder, and the domain knows only the types below.
 */

/** A parsed query or form body: a repeated key holds all its values. */
export type Form = Readonly<Record<string, string | string[] | undefined>>;

/** The channels on which messages are exchanged through a provider. */
export type ChannelName = 'sms' | 'whatsapp';

/**
 * A provider's call. `url` is the configured public URL followed by the raw path and query as received (never the Host
 * header); `body` a form as parsed, nothing trimmed or removed, and anything else as the text that came: signatures are
 * over its letters.
 */
export type WebhookRequest = { url: string; headers: Form; query: Form; body: Form | string };

export type InboundMessage = {
  channel: ChannelName;
  /** Our end of the line; `account` and `providerId` together name one message for ever. */
  account: string;
  /** The provider's own id, or what the adapter makes of the content where the provider has none that lasts. */
  providerId: string;
  /** As the provider wrote it: usually E.164, but a short code or a name ("INWI") is possible. */
  from: string;
  /** Who wrote, where the provider knows people without a phone number (a WhatsApp user id); `from` may be the same then. */
  userId?: string;
  to: string;
  /** Untrimmed; empty when only media came. */
  text: string;
  media: { url: string; type: string }[];
  /** The provider's id of the message that this one answers. */
  replyTo?: string;
  /** When the provider had it, where it says so: it may come late, and the legal date runs from then. */
  heldSince?: Date;
  /** The whole request, to be kept a while as proof of what arrived. */
  raw: unknown;
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
  /** Why, where it failed and the provider says more than that. */
  class?: FailureClass;
  /** Where the provider reports each part of a long message: which part this is about, told apart from the others and the same each time. */
  part?: string;
};

/** An approved text of the provider's, and what is put in its places, in their order. */
type Template = { id: string; values: readonly string[] };

/**
 * `id` is our UUID of the message, `to` E.164, or the provider's id of a person where that is all that is known. With a
 * `template` that is sent, and `text` says what it reads like.
 */
export type OutboundMessage = { id: string; to: string; text: string; template?: Template };

/**
 * Why a message did not reach anybody, by what may help. Another try: `transient`; `throttled`, after a while; `unreachable`
 * (a handset that is off), after a long one. A person who mends our account: `config`, or `sender` where only what it is sent
 * from is at fault. Another way to the citizen: `window` (free words may not be sent now). Nothing: `address` (nobody is
 * reached there), `opted_out` (the citizen wants none), `policy` (the provider's rules, and somebody must know),
 * `permanent` (anything else).
 */
export type FailureClass = 'transient' | 'throttled' | 'unreachable' | 'config' | 'sender' | 'window' | 'address' | 'opted_out' | 'policy' | 'permanent';

/**
 * `accepted`: the provider has the message. `rejected`: it certainly has not, and `class` says what may help.
 * `unknown`: it may have it; ask `find` before trying again, or a citizen gets it twice.
 */
export type SendResult =
  | { outcome: 'accepted'; providerId: string }
  | {
      outcome: 'rejected';
      class: FailureClass;
      code: string;
      retryAfterMs?: number;
    }
  | { outcome: 'unknown'; code: string };

/** A file of a citizen's message, as the provider told of it. */
export type ProviderFile = { providerId: string; url: string };

/** `not_yet`: the provider does not have it where we asked, or never will. `refused`: it is too large, or not where files of this message are. */
export type FetchedFile = { outcome: 'fetched'; bytes: Buffer } | { outcome: 'not_yet' } | { outcome: 'refused' };

type Found = Pick<StatusUpdate, 'providerId' | 'status' | 'errorCode' | 'class'> | null;

/** What a provider's call tells: a citizen's message, what became of one of ours, or only that the line is alive. */
export type InboundEvent =
  | { type: 'message'; message: InboundMessage }
  | { type: 'report'; report: StatusUpdate }
  | { type: 'alive' }
  /** Somebody wrote, in a shape that we do not know: to be told again once we do. */
  | { type: 'unreadable' };

/** What a provider can do. The domain asks this, and never who the provider is. */
type Capabilities = {
  /** Whether people can send files. */
  media: boolean;
  /** Whether it tells that a message was read. */
  readReports: boolean;
  /** How long after the citizen's last message free words may be sent; null where always. */
  windowHours: number | null;
  /** How long it needs between two messages: a SIM that sends faster is barred. 0 where the provider takes them as they come. */
  gapMs: number;
  /** Whether it calls us each minute, also when nobody writes: only of such a one silence says that it is gone. */
  heartbeat: boolean;
  /** Its own number, E.164, where a message to that comes back by the same way: it shows that the network carries them. Null where that shows nothing. */
  number: string | null;
};

export type Channel = {
  name: ChannelName;
  account: string;
  /** The paths below `/webhooks` that its provider calls; several channels of one account share theirs. */
  hooks: readonly string[];
  capabilities: Capabilities;
  /** Whether the provider sent this request. Never throws: what cannot be checked is forged. */
  verify(request: WebhookRequest): boolean;
  /**
   * What a verified request tells on this channel; nothing where it speaks of another one, or of what we do not follow.
   * Such a request must still be answered as received.
   */
  parse(request: WebhookRequest): InboundEvent[];
  send(message: OutboundMessage): Promise<SendResult>;
  /**
   * Looks for a message whose `send` ended `unknown` among those the provider holds, by recipient, text and the
   * time `since` which it may have been accepted; `others` are the provider's ids of messages that it is not. Rejects when the
   * provider cannot be asked.
   */
  find(message: OutboundMessage & { since: Date; others?: readonly string[] }): Promise<Found>;
  /**
   * All the citizens' messages that the provider holds since then, oldest first, each under the id that its webhook gave it:
   * what a lost webhook did not bring comes this way. One in a shape that is not known is passed over, and `odd` told of it, so that
   * it keeps no other from us. Rejects when the provider cannot be asked.
   */
  reconcile(since: Date, odd?: () => void): AsyncIterable<InboundMessage>;
  /**
   * One of those as its webhook would have told it, where that takes a request for each (its files): asked only of a message that
   * we do not have. Rejects when the provider cannot be asked.
   */
  complete?(message: InboundMessage): Promise<InboundMessage>;
  /** Fetches a file, of at most so many bytes. Rejects when the provider cannot be asked. */
  fetchFile?(file: ProviderFile, most: number): Promise<FetchedFile>;
  /** Has the provider delete a file; one that is gone already is no fault. Rejects when the provider cannot be asked. */
  removeFile?(file: ProviderFile): Promise<void>;
  /** Whether the provider can be reached and takes our credentials; `code` says why not. Never rejects. */
  health(): Promise<{ ok: true } | { ok: false; code: string }>;
  /** The provider's id of the approved text for messages of this kind in this language; null where there is none. */
  template?(kind: string, language: string): string | null;
  /** The answer to every request that is in order. */
  acknowledge: { type: string; body: string };
};

/** The channel that new messages leave by. The first of a name is the one that the line prefers. */
export const channelOf = (channels: readonly Channel[], name: ChannelName, account: string | null): Channel | null =>
  channels.find((one) => one.name === name && one.account === account) ?? channels.find((one) => one.name === name) ?? null;
