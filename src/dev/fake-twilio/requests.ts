import { Refusal } from './refusal.ts';
import type { FakeMessage } from './store.ts';

const e164 = /^\+[1-9]\d{6,14}$/;
/** A number, or the id of somebody whose number is not told. */
const onWhatsApp = /^whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})$/;
const isoInstant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/;

/** The parameters given exactly once each; any other parameter is refused, for the fake must not pretend to obey it. */
const readParameters = <Name extends string>(input: unknown, known: readonly Name[]): Partial<Record<Name, string>> => {
  const parameters: Partial<Record<Name, string>> = {};
  for (const [key, value] of Object.entries(input ?? {})) {
    const name = known.find((candidate) => candidate === key);
    if (name === undefined || typeof value !== 'string') throw new Refusal(400, 20001, `Unknown parameter ${key}`);
    parameters[name] = value;
  }
  return parameters;
};

/** What an account has to send from and with. */
export type Senders = {
  /** In E.164: for SMS, and for WhatsApp where the account has a sender there. */
  number: string;
  whatsApp?: string;
  /** The number that takes and places calls, where it is another. */
  voice?: string;
  messagingServiceSid?: string;
  /** Approved texts by their id, with places `{{1}}`, `{{2}}`, ... */
  templates?: ReadonlyMap<string, string>;
};

type NewMessage = Pick<FakeMessage, 'to' | 'from' | 'text' | 'statusCallback' | 'messagingServiceSid'> & { approved: boolean };

/**
 * What POST Messages asks for, checked as Twilio checks it.
 * @throws Refusal with Twilio's error number
 */
export const readNewMessage = (body: unknown, senders: Senders): NewMessage => {
  const form = readParameters(body, ['To', 'From', 'MessagingServiceSid', 'Body', 'ContentSid', 'ContentVariables', 'StatusCallback']);
  const { To: to, StatusCallback: statusCallback } = form;
  if (!to) throw new Refusal(400, 21604, "A 'To' phone number is required.");
  if (!e164.test(to) && !onWhatsApp.test(to)) throw new Refusal(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  const from = senderOf(form, to, senders);
  const approved = form.ContentSid !== undefined;
  const text = form.ContentSid === undefined ? (form.Body ?? '') : written(form.ContentSid, form.ContentVariables, senders);
  if (text === '') throw new Refusal(400, 21602, 'Message body is required.');
  if (text.length > 1600) throw new Refusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
  if (statusCallback !== undefined && !URL.canParse(statusCallback)) {
    throw new Refusal(400, 21609, "The 'StatusCallback' URL is not a valid URL.");
  }
  return { to, from, text, approved, statusCallback: statusCallback ?? null, messagingServiceSid: form.MessagingServiceSid ?? null };
};

/** The sender that was named, or that the messaging service has for this kind of recipient. */
const senderOf = (form: { From?: string; MessagingServiceSid?: string }, to: string, { number, whatsApp, messagingServiceSid }: Senders): string => {
  const own = to.startsWith('whatsapp:') ? whatsApp && `whatsapp:${whatsApp}` : number;
  if (form.MessagingServiceSid) {
    if (form.MessagingServiceSid !== messagingServiceSid) throw new Refusal(404, 21701, 'The Messaging Service does not exist.');
    if (own === undefined) throw new Refusal(400, 21703, 'The Messaging Service does not have a sender for this recipient.');
    return own;
  }
  const { From: from } = form;
  if (!from) throw new Refusal(400, 21603, "A 'From' phone number is required.");
  if (from.startsWith('whatsapp:') && from !== own) throw new Refusal(400, 63007, 'Twilio could not find a Channel with the specified From address');
  if (from !== own) throw new Refusal(400, 21659, `'From' ${from} is not a Twilio phone number`);
  return from;
};

/** An approved text with its places filled. */
const written = (sid: string, variables: string | undefined, { templates }: Senders): string => {
  const template = templates?.get(sid);
  if (template === undefined) throw new Refusal(400, 21655, 'The ContentSid is invalid.');
  const values = parseVariables(variables ?? '{}');
  return template.replaceAll(/\{\{(\d+)\}\}/g, (_, place: string) => {
    const value = values[place];
    if (typeof value !== 'string' || value === '' || /[\n\t]| {5}/.test(value)) throw new Refusal(400, 21656, 'The ContentVariables are invalid.');
    return value;
  });
};

const parseVariables = (text: string): Record<string, unknown> => {
  try {
    return { ...JSON.parse(text) };
  } catch {
    throw new Refusal(400, 21656, 'The ContentVariables are invalid.');
  }
};

type ListRequest = { wanted: (message: FakeMessage) => boolean; pageSize: number; page: number; after: string | undefined };

/**
 * What GET Messages asks for. `after` is the message with which the page before ended.
 * @throws Refusal with Twilio's error number
 */
export const readListRequest = (query: unknown): ListRequest => {
  const asked = readParameters(query, ['To', 'From', 'DateSent>', 'PageSize', 'Page', 'PageToken']);
  const { To: to, From: from, 'DateSent>': sentFrom } = asked;
  if (sentFrom !== undefined && !isoInstant.test(sentFrom)) throw new Refusal(400, 20001, 'DateSent is not a date');
  const pageSize = Number(asked.PageSize ?? 50);
  const page = Number(asked.Page ?? 0);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1000) throw new Refusal(400, 20006, 'Invalid page size');
  if (!Number.isInteger(page) || page < 0) throw new Refusal(400, 20006, 'Invalid page');
  return {
    pageSize,
    page,
    after: asked.PageToken?.slice(2),
    wanted: (message) =>
      (to === undefined || message.to === to) &&
      (from === undefined || message.from === from) &&
      (sentFrom === undefined || wasSentFrom(message, sentFrom)),
  };
};

/** Compares to the day or to the second, whichever `from` names. */
const wasSentFrom = ({ sentAt }: FakeMessage, from: string): boolean =>
  sentAt !== null && `${sentAt.toISOString().slice(0, 19)}Z`.slice(0, from.length) >= from;
