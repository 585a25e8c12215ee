import { useLanguage } from './language.ts';
import { useCategories, useTerritories } from './queries.ts';

type Named = { code: string; names: Record<string, string> };

/** The name for a code in a list; the code itself when the list does not know it (yet). */
export function nameIn(list: readonly Named[], code: string, language: string): string {
  const names = list.find((one) => one.code === code)?.names;
  return names?.[language] ?? names?.['ar'] ?? code;
}

/** Words for the codes of categories, subcategories, regions and provinces, in the person's language. */
export function useNames(): { category: (code: string) => string; region: (code: string) => string; province: (code: string) => string } {
  const language = useLanguage();
  const categories = useCategories().data ?? [];
  const regions = useTerritories().data ?? [];
  return {
    category: (code) => nameIn([...categories, ...categories.flatMap((one) => one.subcategories)], code, language),
    region: (code) => nameIn(regions, code, language),
    province: (code) => nameIn(regions.flatMap((one) => one.provinces), code, language),
  };
}
