import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { InboundMessage } from '#channels/channel';

/** What somebody sent. `preview`: what the phone's inbox shows of it; `at`: when the network had it. */
type Held = { sender: string; recipient?: string | null | undefined; preview: string; text: string; at: string };

/**
 * The phone's own ids will not do: its message id is a 32-bit hash, or none that its inbox knows, and each telling of the same SMS
 * has another event id (android-sms-gateway#310). What stays the same is who wrote what, when. Null for a time that is none.
 *
 * @param earliest when it was held at the earliest, where the phone's clock may be wrong
 */
const toInbound = (account: string, { sender, recipient, preview, text, at }: Held, earliest: Date, raw: unknown): InboundMessage | null => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return null;
  const providerId = createHash('sha256').update(JSON.stringify([sender.replaceAll(/[\s-]/g, ''), time, preview])).digest('hex');
  return { channel: 'sms', account, providerId, from: sender, to: recipient ?? '', text, media: [], heldSince: new Date(Math.max(time, earliest.getTime())), raw };
};

const optional = z.string().nullish();
const files = z.array(z.object({ contentType: z.string() })).nullish();
const Told = z.object({
  /** Up to version 1.50 called `phoneNumber` only. */
  sender: z.string().min(1).optional(),
  phoneNumber: z.string().min(1).optional(),
  recipient: optional,
  receivedAt: z.string(),
});

const unsupported = { mms: '[unsupported mms]', data: '[unsupported data]' } as const;

/** The words of an MMS, then a line for each file: the phone's app keeps it, and the line does not fetch it. */
const wordsOf = (said: readonly (string | null | undefined)[], attached: z.infer<typeof files>): string => {
  const words = said.filter((text) => typeof text === 'string' && text.trim() !== '');
  const types = (attached ?? []).map(({ contentType }) => `[${/^[a-z]+\/[\w.+-]+/i.exec(contentType)?.[0].toLowerCase() ?? 'application/octet-stream'}]`);
  return [...words, ...types].join('\n') || unsupported.mms;
};

/** As the phone makes them (`IncomingMessagesService.toPreview`). */
const noWords = { 'mms:received': 'MMS notification', 'mms:downloaded': 'MMS content' } as const;
const previewOfData = (base64: string): string => {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.subarray(0, 64).toString('hex') + (bytes.length > 64 ? '...' : '');
};

type Words = Pick<Held, 'preview' | 'text'>;

/** By event: an SMS; one of bytes; the notice of an MMS, which the phone may never get; and an MMS. */
const shapes: Record<string, z.ZodType<z.infer<typeof Told> & { words: Words }>> = {
  'sms:received': Told.extend({ message: z.string() }).transform(({ message, ...told }) => ({ ...told, words: { preview: message, text: message } })),
  'sms:data-received': Told.extend({ data: z.string() }).transform(({ data, ...told }) => ({ ...told, words: { preview: previewOfData(data), text: unsupported.data } })),
  'mms:received': Told.extend({ subject: optional }).transform(({ subject, ...told }) => ({
    ...told,
    words: { preview: subject ?? noWords['mms:received'], text: [...(subject ? [subject] : []), unsupported.mms].join('\n') },
  })),
  'mms:downloaded': Told.extend({ body: optional, subject: optional, attachments: files }).transform(({ body, subject, attachments, ...told }) => ({
    ...told,
    words: { preview: body ?? subject ?? noWords['mms:downloaded'], text: wordsOf([subject, body], attachments) },
  })),
};

/** Whether such an event tells that somebody wrote, also where we do not know it yet. */
export const isInbound = (event: string): boolean => /(received|downloaded)$/.test(event);

/** What a webhook tells of what somebody sent; null where its shape is not known. */
export const readTold = (account: string, event: string, payload: unknown, earliest: Date, raw: unknown): InboundMessage | null => {
  const data = shapes[event]?.safeParse(payload).data;
  const sender = data?.sender ?? data?.phoneNumber;
  return data === undefined || sender === undefined ? null : toInbound(account, { sender, recipient: data.recipient, at: data.receivedAt, ...data.words }, earliest, raw);
};

const Listed = z.object({ type: z.string().optional(), sender: z.string().min(1), recipient: optional, contentPreview: z.string(), createdAt: z.string().refine((at) => !Number.isNaN(Date.parse(at))), attachments: files });

type Listed = z.infer<typeof Listed>;

/** How long a phone may take to get an MMS of which it has the notice. */
const downloadMs = 15 * 60_000;

/**
 * What the phone's inbox holds, oldest first, each as its webhook told it; of an MMS its notice only where the phone did not get it.
 *
 * @param odd told of each whose shape is not known, which is passed over
 */
export const readInbox = (account: string, json: unknown, earliest: Date, now: Date, odd?: () => void): InboundMessage[] => {
  const read = z.array(z.unknown()).parse(json).flatMap((one) => {
    const { data } = Listed.safeParse(one);
    if (data === undefined) odd?.();
    return data ?? [];
  });
  const held = read.toSorted((a, b) => timeOf(a) - timeOf(b));
  const isSpare = (one: Listed): boolean =>
    one.type === 'MMS' &&
    (timeOf(one) > now.getTime() - downloadMs || held.some((other) => other.type === 'MMS_DOWNLOADED' && other.sender === one.sender && Math.abs(timeOf(other) - timeOf(one)) < downloadMs));
  return held
    .filter((one) => !isSpare(one))
    .flatMap((one) => toInbound(account, { ...one, preview: one.contentPreview, text: textOf(one), at: one.createdAt }, earliest, one) ?? []);
};

const timeOf = ({ createdAt }: Listed): number => Date.parse(createdAt);

const textOf = ({ type, contentPreview, attachments }: Listed): string => {
  if (type === 'DATA_SMS') return unsupported.data;
  if (type === 'MMS_DOWNLOADED') return wordsOf([contentPreview === noWords['mms:downloaded'] ? null : contentPreview], attachments);
  if (type === 'MMS') return [...(contentPreview === noWords['mms:received'] ? [] : [contentPreview]), unsupported.mms].join('\n');
  return contentPreview;
};
