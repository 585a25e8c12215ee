/** Shorter ones could be a word; parts of a message in several parts are far longer. */
const shortest = 60;
const alphabet = /^[A-Za-z0-9+/]+={0,2}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a body that Twilio handed on in base64, as it sometimes does with a message in several parts (nyaruka/courier,
 * `DecodePossibleBase64`). Only where it certainly is one: of 45 bytes or more, all of them UTF-8 without control characters,
 * which what a person types becomes by chance about once in 10^19.
 */
export const fromBase64 = (body: string): string => {
  const packed = body.replaceAll(/[\r\n]/g, '');
  if (packed.length < shortest || packed.length % 4 !== 0 || !alphabet.test(packed)) return body;
  const bytes = Buffer.from(packed, 'base64');
  if (bytes.toString('base64') !== packed) return body;
  try {
    const text = utf8.decode(bytes);
    return /[^\P{Cc}\n\r\t]/u.test(text) ? body : text;
  } catch {
    // Bytes that are no text: then it is what it looks like.
    return body;
  }
};
