/** What an SMS takes: nothing here depends on who sends it. Shared with the console, which counts while a person writes. */

/** At most so many parts, of whatever a person writes to a citizen: each costs, and one that is lost spoils all (design, section 7). */
export const mostParts = 2;

/** The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038), whose letters take two places. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extended = new Set('\f^{}\\[~]|€');

/** In how many parts a text travels as an SMS: 160 places of GSM-7 or 70 UTF-16 units alone, else 153 or 67 in each part. */
export const partsOf = (text: string): number => {
  const letters = [...text];
  const gsm = letters.every((letter) => basic.has(letter) || extended.has(letter));
  const units = gsm ? letters.reduce((sum, letter) => sum + (extended.has(letter) ? 2 : 1), 0) : text.length;
  const [alone, each] = gsm ? [160, 153] : [70, 67];
  return units <= alone ? 1 : Math.ceil(units / each);
};
