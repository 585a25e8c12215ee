/** The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038), whose letters take two places. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extended = new Set('\f^{}\\[~]|€');

/** How many parts a text takes as an SMS: GSM-7 160 places, then 153 each; UCS-2 70, then 67. */
export function segmentsOf(text: string): { alphabet: 'GSM-7' | 'UCS-2'; units: number; parts: number } {
  const letters = [...text];
  const gsm = letters.every((letter) => basic.has(letter) || extended.has(letter));
  const units = gsm ? letters.reduce((sum, letter) => sum + (extended.has(letter) ? 2 : 1), 0) : text.length;
  const [single, each] = gsm ? [160, 153] : [70, 67];
  return { alphabet: gsm ? 'GSM-7' : 'UCS-2', units, parts: units <= single ? 1 : Math.ceil(units / each) };
}
