import type { Language } from '#contract/words';
import { provinces, regions } from '#domain/territory/territory.rules';
import { taxonomy } from '#domain/triage/category.rules';
import type { Choices } from './field.tsx';

/** Categories are named in Arabic, French and English; who reads Tifinagh reads Arabic too. */
export function categoryChoices(language: Language): Choices {
  const lang = language === 'zgh' ? 'ar' : language;
  return {
    lang,
    groups: taxonomy.map((category) => ({
      label: category[lang],
      choices: category.sub.map((one) => ({ value: one.code, label: one[lang] })),
    })),
  };
}

/** Provinces by region, from north to south, in the two languages in which Morocco's lists name them. */
export function provinceChoices(language: Language): Choices {
  const lang = language === 'ar' || language === 'zgh' ? 'ar' : 'fr';
  const name = lang === 'ar' ? 'nameAr' : 'nameFr';
  return {
    lang,
    groups: regions.map((region) => ({
      label: region[name],
      choices: provinces
        .filter((province) => province.regionCode === region.code)
        .map((province) => ({ value: province.code, label: province[name] }))
        .toSorted((a, b) => a.label.localeCompare(b.label, lang)),
    })),
  };
}
