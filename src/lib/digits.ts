const zeroOf = (digit: string): number => (digit < '\u06f0' ? 0x0660 : 0x06f0);

/** Arabic-Indic (٠-٩) and Persian (۰-۹) digits become 0-9; all else stays. */
export const toWesternDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - zeroOf(digit)));

/**
 * The digits of a number as a person types or pastes it: spaces, dashes, dots and invisible marks (bidi, zero-width)
 * are dropped. Null where anything else is left, so that a word never passes for a number.
 */
export const digitsOnly = (text: string): string | null => {
  const digits = toWesternDigits(text).replace(/[\s\p{Pd}\p{Cf}\u2212.]/gu, '');
  return /^[0-9]+$/.test(digits) ? digits : null;
};

/** Splits digits into groups for the eye and the voice: `grouped('2648391756', [3, 3, 4])` is `264 839 1756`. */
export const grouped = (digits: string, sizes: readonly number[]): string => {
  const groups: string[] = [];
  let rest = digits;
  for (const size of sizes) {
    groups.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...groups, rest].filter((group) => group !== '').join(' ');
};
