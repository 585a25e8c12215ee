import { detectLanguage } from './language.rules.ts';
import { contains, formsOf, indexLexicon, lexiconOf } from './lexicon.rules.ts';
import lexicon from './lexicon.json' with { type: 'json' };
import { normalise } from './normalise.rules.ts';
import { findPhrases, type Found, longestOnly } from './phrases.rules.ts';
import taxonomyList from './taxonomy.json' with { type: 'json' };

type Named = { code: string; ar: string; fr: string; en: string };
type Category = Named & { sub: readonly Named[]; keywords: Readonly<Record<string, readonly string[]>> };

/** Ten categories and their 51 subcategories, with names in Arabic, French and English and keywords by language. */
export const taxonomy: readonly Category[] = taxonomyList;

/** A category or subcategory code, taken apart: `PAY.LATE` is `PAY` and `PAY.LATE`. Null where there is no such code. */
export const findCategory = (code: string): { category: string; subcategory: string | null } | null => {
  for (const category of taxonomy) {
    if (category.code === code) return { category: code, subcategory: null };
    if (category.sub.some((one) => one.code === code)) return { category: category.code, subcategory: code };
  }
  return null;
};

type Keyword = { phrase: string; category: string; subcategory: string | null; weight: number };

// Said in complaints of every kind: they decide only where nothing else does.
const broad = new Set(lexicon.broad.map(normalise));
const broadWeight = 0.25;

const keyword = (phrase: string, category: string, subcategory: string | null): readonly [string, Keyword] => [
  phrase,
  { phrase: normalise(phrase), category, subcategory, weight: broad.has(normalise(phrase)) ? broadWeight : 1 },
];
const index = indexLexicon<Keyword>([
  ...Object.entries(lexicon.subcategories).flatMap(([code, phrases]) =>
    phrases.map((phrase) => keyword(phrase, code.split('.')[0] ?? code, code)),
  ),
  // The menu's own words, in case a citizen sends them back.
  ...taxonomy.flatMap(({ code, sub }) => sub.flatMap((one) => [one.ar, one.fr, one.en].map((name) => keyword(name, code, one.code)))),
  ...taxonomy.flatMap(({ code, keywords }) => Object.values(keywords).flat().map((phrase) => keyword(phrase, code, null))),
]);
const danger = lexiconOf(lexicon.danger);

// Equal scores: integrity and dignity must not be overlooked, the particular beats the general, asking comes last.
const precedence = ['FAIR', 'STAFF', 'HEALTH', 'PROG', 'HH', 'SCORE', 'REG', 'PAY', 'DATA', 'INFO'];
const general = new Map(Object.entries(lexicon.general));

const highest = <K>(scores: ReadonlyMap<K, number>): K | undefined =>
  [...scores].reduce<[K, number] | undefined>((best, one) => (best === undefined || one[1] > best[1] ? one : best), undefined)?.[0];

type Suggestion = { category: string; subcategory: string; score: number; needsHuman: boolean };

/**
 * Suggests where a text belongs, by the distinct keywords it holds (reference lists of the taxonomy plus our own, per
 * subcategory). It only suggests: it never closes and never rejects, and what it does not understand is an enquiry.
 * `needsHuman` is raised by any sign of an integrity matter and by words of threat, violence or self-harm.
 */
export const suggestCategory = (text: string): Suggestion => {
  const forms = formsOf(text, detectLanguage(text).arabizi);
  const found = longestOnly(findPhrases(forms, index), (inner, outer) => inner.category === outer.category);

  const byCategory = new Map(precedence.map((code) => [code, 0]));
  const bySubcategory = new Map<string, number>();
  const counted = new Set<string>();
  // One stretch of text counts once for a code, and so does a phrase however often it is repeated.
  const count = (scores: Map<string, number>, code: string, { start, end, value }: Found<Keyword>, weight: number): void => {
    const keys = [`${code} ${start} ${end}`, `${code} ${value.phrase}`];
    if (!keys.some((key) => counted.has(key))) scores.set(code, (scores.get(code) ?? 0) + weight);
    for (const key of keys) counted.add(key);
  };
  for (const one of found) {
    const { category, subcategory, weight } = one.value;
    count(byCategory, category, one, weight);
    // Inside a category the longer phrase is the more telling.
    if (subcategory !== null) count(bySubcategory, subcategory, one, weight * (one.end - one.start));
  }

  const best = highest(byCategory) ?? 'INFO';
  const score = byCategory.get(best) ?? 0;
  const category = score === 0 ? 'INFO' : best;
  const subcategory = highest(new Map([...bySubcategory].filter(([code]) => code.startsWith(`${category}.`))));
  return {
    category,
    subcategory: subcategory ?? general.get(category) ?? 'INFO.HOW',
    score,
    needsHuman: category === 'FAIR' || (byCategory.get('FAIR') ?? 0) >= 1 || contains(forms, danger),
  };
};
