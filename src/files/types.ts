import { fileTypeFromBuffer } from 'file-type';
import { invalid } from '#lib/errors';

/** What a citizen may attach: how each begins, what the library that knows formats calls it, and how a download ends. */
const types = {
  'image/jpeg': { begins: /^\xff\xd8\xff/, known: ['image/jpeg'], ending: 'jpg' },
  'image/png': { begins: /^\x89PNG\r\n/, known: ['image/png', 'image/apng'], ending: 'png' },
  'image/webp': { begins: /^RIFF[^]{4}WEBPVP8/, known: ['image/webp'], ending: 'webp' },
  'application/pdf': { begins: /^%PDF-[12]\.\d/, known: ['application/pdf'], ending: 'pdf' },
  'audio/ogg': { begins: /^OggS/, known: ['audio/ogg', 'audio/ogg; codecs=opus'], ending: 'ogg' },
  'audio/amr': { begins: /^#!AMR(-WB)?\n/, known: ['audio/amr'], ending: 'amr' },
  'audio/mp4': { begins: /^[^]{4}ftypM4[AB] /, known: ['audio/x-m4a', 'audio/mp4'], ending: 'm4a' },
  'audio/mpeg': { begins: /^(ID3|\xff[\xe2-\xe7\xf2-\xff])/, known: ['audio/mpeg'], ending: 'mp3' },
} as const;

export type FileType = keyof typeof types;
const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const satisfies FileType[];
export type PictureType = (typeof pictureTypes)[number];
export const isPicture = (type: string): type is PictureType => pictureTypes.some((one) => one === type);
export const isFileType = (type: string): type is FileType => type in types;
export const endingOf = (type: FileType): string => types[type].ending;

/** How much of a beginning must be seen to know what it is. */
export const headSize = 4100;
/** How much of an end: that of a ZIP archive lies within it, whatever its comment. */
export const tailSize = 65_557;

/** Photos as iPhones keep them (HEVC inside). The picture library here reads none; browsers there send JPEG when asked for it. */
const apple = /^[^]{4}ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)/;

/**
 * What a file is, by its content alone: names and declared types say what the sender likes. Two must agree, our own list and
 * the library, which never sees what is not on it (archives in a sniffer: file-type CVE-2026-32630).
 *
 * @param head the first `headSize` bytes, or all where there are fewer
 * @throws AppError invalid (`file`: file_empty, file_heic, file_type)
 */
export const typeOf = async (head: Buffer): Promise<FileType> => {
  if (head.length === 0) throw invalid('file', 'file_empty');
  const start = head.toString('latin1');
  if (apple.test(start)) throw invalid('file', 'file_heic');
  const type = Object.keys(types).filter(isFileType).find((one) => types[one].begins.test(start));
  if (type === undefined || (!isPicture(type) && markup.test(start.slice(0, 1024)))) throw invalid('file', 'file_type');
  const seen = (await fileTypeFromBuffer(head))?.mime;
  if (!types[type].known.some((one) => one === seen)) throw invalid('file', 'file_type');
  return type;
};

const markup = /<(html|script|svg|body|iframe|!doctype|\?xml)/i;

/**
 * Whether a file that is handed on as it came ends as one thing only. A picture is made anew, which leaves behind whatever was
 * appended; these are not, so one that is an archive as well, or a PDF that does not end as one, is refused.
 *
 * @param tail the last `tailSize` bytes, or all where there are fewer
 * @throws AppError invalid (`file`: file_type)
 */
export const assertPlainEnd = (type: FileType, tail: Buffer): void => {
  if (isPicture(type)) return;
  if (tail.includes('PK\x05\x06', 0, 'latin1')) throw invalid('file', 'file_type');
  if (type === 'application/pdf' && !tail.subarray(-1024).includes('%%EOF')) throw invalid('file', 'file_type');
};
