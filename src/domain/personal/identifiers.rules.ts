// Every pattern finds its end without going back over what it has read (no part can match what its neighbour matches), or
// is bounded: the time is linear in the text, whatever a citizen sends.

/**
 * Between the digits of one number, as people write them: spaces, dashes, dots, slashes, brackets, invisible marks. Commas
 * and the like only right between two digits: with a space they part the items of a list.
 */
const gap = String.raw`[\s.()/_\p{Pd}\p{Cf}\u2212]`;

/**
 * Nine digits or more: a phone number (nine without its 0), an account (RIB: 24), the numbers of CNSS, RSU and Massar.
 * A date has eight, and an amount of money hardly more than seven.
 */
const longNumber = new RegExp(String.raw`(?:\+${gap}?)?\p{Nd}(?:(?:${gap}{0,3}|[,;:|*\u060c])\p{Nd}){8,}`, 'gu');

/** Morocco's national identity card: one or two letters and five to seven digits; apart by a dash, or by more where the letters are capitals. */
const identityCard = /(?<![\p{L}\p{N}])(?:[A-Za-z]{1,2}\p{Pd}?|[A-Z]{1,2}[\s.\p{Pd}]{1,2})\p{Nd}{5,7}(?![\p{L}\p{N}])/gu;

const email = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;

/** All letters and digits but the last two digits become `*`; how it was written stays. */
const starred = (identifier: string): string => {
  let digits = identifier.match(/\p{Nd}/gu)?.length ?? 0;
  return identifier.replace(/\p{L}|\p{Nd}/gu, (sign) => (/\p{Nd}/u.test(sign) && (digits -= 1) < 2 ? sign : '*'));
};

/**
 * A text for whoever has no need to know the identifiers in it: phone numbers, identity cards, accounts and e-mail
 * addresses are starred, in digits of any script and however they are grouped. `0661 86 44 45` becomes `**** ** ** 45`.
 * Rather a number too many than one too few; whoever needs them reveals the case.
 */
export const maskIdentifiers = (text: string): string =>
  /[\p{Nd}@]/u.test(text)
    ? text
        .replace(email, (found) => `${[...found][0] ?? ''}***@***`)
        .replace(longNumber, starred)
        .replace(identityCard, starred)
    : text;
