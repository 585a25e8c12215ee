import type { InboundMessage } from '#channels/channel';
import { parseReference } from '#lib/reference';

const fileType = /^[a-z]+\/[\w.+-]+/i;

/**
 * What is read of a message: its text as it is, then a line such as `[image/jpeg]` for each file that came with it, so that
 * nobody takes a picture for silence. The files themselves come later (`fetchFile`).
 */
export const bodyOf = ({ text, media }: Pick<InboundMessage, 'text' | 'media'>): string => {
  const files = media.map(({ type }) => `[${fileType.exec(type)?.[0].toLowerCase() ?? 'application/octet-stream'}]`);
  return [...(text.trim() === '' && files.length > 0 ? [] : [text]), ...files].join('\n');
};

/** The words alone: a file's type says nothing of the language or the matter. */
export const withoutFiles = (body: string): string => body.replaceAll(/^\[[a-z]+\/[\w.+-]+\]$/gm, '');

const digit = '[0-9\u0660-\u0669\u06f0-\u06f9]';
/** Ten digits, in groups or not, that are no part of a longer run. */
const tenDigits = new RegExp(`(?<!${digit})${digit}(?:[\\s.\\p{Pd}\\p{Cf}\\u2212]{0,3}${digit}){9}(?!${digit})`, 'gu');

/** The references that a text may be naming: numbers with the right check digit, in the order in which they stand. */
export const referencesIn = (text: string): string[] =>
  (text.match(tenDigits) ?? []).map(parseReference).filter((reference) => reference !== null);
