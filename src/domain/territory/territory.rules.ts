import { findPhrases, type Found, indexPhrases, longestOnly } from '#domain/triage/phrases.rules';
import { normalise, withoutClitics, words } from '#domain/triage/normalise.rules';
import placeNames from './place-names.json' with { type: 'json' };
import provinceList from './provinces.json' with { type: 'json' };
import regionList from './regions.json' with { type: 'json' };

type Region = { code: string; nameAr: string; nameFr: string };
type Province = { code: string; regionCode: string; nameAr: string; nameFr: string; type: string };

/** The 12 regions and 75 provinces and prefectures of the 2015 division, coded as ISO 3166-2 with two parents corrected. */
export const regions: readonly Region[] = regionList;
export const provinces: readonly Province[] = provinceList;

const regionByProvince = new Map(provinces.map((province) => [province.code, province.regionCode]));

export const isProvince = (code: string): boolean => regionByProvince.has(code);

/** The region code of a province, undefined where there is no such province. */
export const regionOf = (province: string): string | undefined => regionByProvince.get(province);

/** `province` null: the name of a region, which names no province although it is made of their names. */
type Name = { province: string | null; commonWord: boolean };

// A name that is also a word ("الجديدة" the new one, "safi" that will do) counts only where something says "place" before it.
const commonWords = new Set(placeNames.flatMap((place) => place.commonWords.map(normalise)));
const named = [
  ...provinces.flatMap(({ code, nameAr, nameFr }) => [nameAr, nameFr].map((name) => [code, name] as const)),
  ...placeNames.flatMap(({ province, names, commonWords: alsoWords }) =>
    [...names, ...alsoWords].map((name) => [province, name] as const)),
];
const index = indexPhrases<Name>([
  ...named.map(([province, name]) => ({ words: words(name), value: { province, commonWord: commonWords.has(normalise(name)) } })),
  ...regions.flatMap(({ nameAr, nameFr }) =>
    [nameAr, nameFr].map((name) => ({ words: words(name), value: { province: null, commonWord: false } })),
  ),
]);

const set = (list: string): ReadonlySet<string> => new Set(words(list));
/** A word of administration: the writer names the province as such, which outranks other places in the text. */
const official = set('إقليم عمالة باقليم بعمالة لإقليم لعمالة province prefecture');
const place = set(`
  في ف من مدينة بمدينة مدينتي ولاية جماعة بجماعة باشوية ساكن ساكنة كنسكن نسكن نقطن قاطن قاطنة
  a f fi mn men ville commune habite habitant habitante sakn saken sakna`);
const linking = set('de d du');

const clitic = /^و?[فبل]/u;

/**
 * The province or prefecture that a free text names, in Arabic or Latin letters, by its name, its chief town or a common
 * spelling. Longest name first, whole words, clitics (بفاس, للرباط) allowed. Two different places, or none: null, because
 * a wrong guess sends a citizen to the wrong centre. One named as «إقليم ...» outranks others. An answer that is the name
 * and nothing else counts whatever else the word means.
 */
export const provinceIn = (text: string): string | null => {
  const list = words(text);
  const forms = list.map(withoutClitics);
  const before = (start: number): string => {
    const previous = list[start - 1] ?? '';
    return linking.has(previous) ? (list[start - 2] ?? '') : previous;
  };
  const meant = ({ start, end, value }: Found<Name>): boolean => {
    if (value.province === null) return false;
    if (!value.commonWord || end - start === list.length) return true;
    const previous = before(start);
    const attached = clitic.test(list[start] ?? '') && !index.has(list[start] ?? '');
    return attached || place.has(previous) || official.has(previous);
  };
  const found = longestOnly(findPhrases(forms, index)).filter(meant);
  const asProvince = found.filter((name) => official.has(before(name.start)));
  const [first, ...others] = new Set((asProvince.length > 0 ? asProvince : found).map((name) => name.value.province));
  return first !== undefined && others.length === 0 ? first : null;
};
