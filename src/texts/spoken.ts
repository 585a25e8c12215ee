import { formatDate } from './format.ts';
import type { Texts } from './ar.ts';

/** Groups as they are printed, 264 839 1756 and 408 213, each digit a word, with a longer pause between the groups. */
const spell = (number: string, { voice, spoken }: Texts): string => {
  const words: Readonly<Record<string, string>> = voice.digits;
  const groups = /^(\d{3})(\d{3})(\d*)$/.exec(number)?.slice(1).filter(Boolean) ?? [number];
  return groups.map((group) => [...group].map((digit) => words[digit]).join(`${spoken.comma} `)).join(' — ');
};

/** The sentence with which a receipt is told on the telephone or at the counter. */
export const spokenReceipt = (texts: Texts, receipt: { reference: string; code: string; legalDueDate: string }): string =>
  texts.spoken.receipt({ reference: spell(receipt.reference, texts), code: spell(receipt.code, texts), due: formatDate(receipt.legalDueDate) });
