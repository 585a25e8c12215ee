import { languages, type Language } from '#contract/words';

/** The citizen's pages, as named in every language. */
export type Page = '/' | '/file' | '/track';

/** Arabic has no prefix: it is the language of the line. */
export const prefixOf = (language: Language): string => (language === 'ar' ? '' : `/${language}`);

/** The address of a page in a language: `/track`, `/fr/track`, `/fr`. */
export function pathOf(language: Language, page: Page): string {
  return page === '/' ? prefixOf(language) || '/' : `${prefixOf(language)}${page}`;
}

/** The language that an address speaks; Arabic where it names none. */
export function languageOf(path: string): Language {
  const first = path.split(/[/?#]/, 2)[1];
  return languages.find((language) => language === first) ?? 'ar';
}

export const directionOf = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr');
