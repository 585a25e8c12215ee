import { joinNegation, skeleton, withoutArticle, withoutClitics, words } from './normalise.rules.ts';
import { findPhrases, indexPhrases, type PhraseIndex } from './phrases.rules.ts';

// Marks a skeleton, so that consonants are never taken for a word.
const mark = '~';

/** A word's skeleton where it has consonants enough to mean something: three, or two in a longer phrase. */
const marked = (word: string, least: number): string[] => {
  const bones = skeleton(word);
  return bones.length >= least ? [mark + bones] : [];
};

const keyWords = (phrase: string): string[] => joinNegation(words(phrase)).map(withoutArticle);

/** A phrase as it is spelt and, where it stays telling, by its consonants, with and without the article. */
const spellings = (phrase: string): string[][] => {
  const plain = keyWords(phrase);
  const asWritten = joinNegation(words(phrase));
  const least = plain.length === 1 ? 3 : 2;
  const byBones = [plain, asWritten].map((list) => list.flatMap((word) => marked(word, least)));
  return [plain, ...byBones.filter((bones) => bones.length === plain.length)];
};

/** Makes phrases findable in any spelling that `formsOf` gives a text. */
export const indexLexicon = <T>(phrases: Iterable<readonly [phrase: string, value: T]>): PhraseIndex<T> =>
  indexPhrases([...phrases].flatMap(([phrase, value]) => spellings(phrase).map((list) => ({ words: list, value }))));

/**
 * The forms under which each word of a text may be found: itself, without clitics and article, without a French plural;
 * in Arabizi also by its consonants, which is the only spelling that its writers share.
 */
export const formsOf = (text: string, arabizi: boolean): string[][] =>
  joinNegation(words(text)).map((word) => {
    const forms = withoutClitics(word).map(withoutArticle);
    if (word.length > 4 && /[sx]$/.test(word)) forms.push(word.slice(0, -1));
    if (arabizi) forms.push(...marked(word, 2), ...(/^(?:el|al|l|f|b)./.test(word) ? marked(word.replace(/^(?:el|al|l|fl|bl|f|b)/, ''), 3) : []));
    return [...new Set(forms)];
  });

/** Whether any phrase of a list is in a text, given by its forms. */
export const contains = (forms: string[][], lexicon: PhraseIndex<unknown>): boolean => findPhrases(forms, lexicon).length > 0;

export const lexiconOf = (phrases: readonly string[]): PhraseIndex<true> =>
  indexLexicon(phrases.map((phrase) => [phrase, true] as const));
