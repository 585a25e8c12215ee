/** The GSM 7-bit alphabet (3GPP TS 23.038) and its extension table, whose letters take two places. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('\f^{}\\[~]|€');

/** In how many SMS parts a text travels: 160 letters of GSM-7 or 70 UTF-16 units alone, else 153 or 67 in each part. */
export const countSegments = (text: string): number => {
  const letters = [...text];
  const isGsm = letters.every((letter) => basic.has(letter) || extension.has(letter));
  const length = isGsm ? letters.reduce((sum, letter) => sum + (extension.has(letter) ? 2 : 1), 0) : text.length;
  const [alone, part] = isGsm ? [160, 153] : [70, 67];
  return length <= alone ? 1 : Math.ceil(length / part);
};
