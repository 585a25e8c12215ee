const letters: Record<string, string> = {
  ٱ: 'ا', ى: 'ي', ة: 'ه', ء: '', ک: 'ك', ی: 'ي', ڭ: 'ك', گ: 'ك', ڤ: 'ف', پ: 'ب', چ: 'ش', œ: 'oe', æ: 'ae', '،': ' ', '؛': ' ', '؟': ' ',
};
const digits = '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹';

/**
 * One spelling for what people write in many, for matching and search; the original is what is kept and shown.
 * Decomposing first (NFKD) and dropping all marks does three things at once: Arabic vowels go, أ إ آ ؤ ئ lose their
 * hamza, and French letters their accents. Idempotent. Steps: Lucene's ArabicNormalizer, widened for Moroccan spelling.
 */
export const normalise = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{Mn}\p{Cf}\u0640]/gu, '')
    .replace(/[ٱىةءکیڭگڤپچœæ،؛؟]/gu, (letter) => letters[letter] ?? letter)
    .replace(/[٠-٩۰-۹]/gu, (digit) => String(digits.indexOf(digit) % 10))
    .normalize('NFC')
    .replace(/(\p{L})\1{2,}/gu, '$1');

/** The normalised words of a text, in order; all that is neither letter nor digit separates. */
export const words = (text: string): string[] =>
  normalise(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');

/** Drops the article; at least two letters must stay. */
export const withoutArticle = (word: string): string => (/^ال../u.test(word) ? word.slice(2) : word);

/**
 * An Arabic word with and without the clitics و ف ب ل ك that are written onto it, the article kept: `وبالدعم` gives
 * `وبالدعم, بالدعم, الدعم`. A clitic comes off only before the article or where three letters stay, so that وصف is not صف.
 */
export const withoutClitics = (word: string): string[] => {
  const forms = [word];
  let rest = word;
  for (let taken = 0; taken < 2 && /^[وفبلك]/u.test(rest); taken += 1) {
    rest = rest.startsWith('لل') ? `ا${rest}`.replace(/^الل/u, 'ال') : rest.slice(1);
    if (rest.length < 3) break;
    forms.push(rest);
  }
  return forms;
};

/**
 * «ما توصلتش», «ماتوصلتش» and «متوصلتش» (matwesltch) are one word: the two-part negation of Darija is joined and
 * written without its alef. Elsewhere words stay as they are.
 */
export const joinNegation = (list: readonly string[]): string[] => {
  const joined: string[] = [];
  for (let i = 0; i < list.length; i += 1) {
    const word = list[i] ?? '';
    const next = list[i + 1] ?? '';
    if ((/^[وف]?ما$/u.test(word) && next.endsWith('ش')) || (word === 'ma' && /(?:ch|sh)$/.test(next))) {
      joined.push((word === 'ma' ? 'm' : 'م') + next);
      i += 1;
    } else {
      joined.push(word.replace(/^[وف]?ما(?=.{2,}ش$)/u, 'م').replace(/^ma(?=.{2,}(?:ch|sh)$)/, 'm'));
    }
  }
  return joined;
};

// Letters that Moroccans interchange when they write Darija in Latin letters fall together: ق/ك/g, ح/ه/غ (8 is both), emphatics.
const arabicConsonants: Record<string, string> = {
  ص: 'س', ط: 'ت', ث: 'ت', ض: 'د', ظ: 'د', ذ: 'د', ق: 'ك', ح: 'ه', غ: 'ه', ا: '', و: '', ي: '',
};
const latinConsonants: Record<string, string> = {
  ch: 'ش', sh: 'ش', kh: 'خ', gh: 'ه', dh: 'د', th: 'ت', ph: 'ف', b: 'ب', p: 'ب', t: 'ت', j: 'ج', g: 'ك', d: 'د', r: 'ر', z: 'ز',
  s: 'س', c: 'ك', k: 'ك', q: 'ك', f: 'ف', v: 'ف', l: 'ل', m: 'م', n: 'ن', h: 'ه', x: 'كس',
  3: 'ع', 5: 'خ', 6: 'ت', 7: 'ه', 8: 'ه', 9: 'ك',
};

/**
 * The consonants of a normalised word, the same for Darija in Arabic and in Latin letters (2 3 5 7 8 9 as in Arabizi):
 * `tsejelt` and `تسجلت` both give `تسجلت`, `9offa` and `قفه` give `كف`. Vowels, doubling and a final h are dropped.
 */
export const skeleton = (word: string): string =>
  word
    .replace(/c(?=[ei])/g, 's')
    .replace(/[cskgdtp]h|[a-z0-9]/g, (letter) => latinConsonants[letter] ?? '')
    .replace(/[صطثضظذقحغاوي]/gu, (letter) => arabicConsonants[letter] ?? letter)
    .replace(/(.)\1+/gu, '$1')
    .replace(/(?<=..)ه$/u, '');
