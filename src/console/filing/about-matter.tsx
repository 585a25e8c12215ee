import { NativeSelect, TextInput } from '@mantine/core';
import { useLanguage, useTexts } from '#console/language';
import { useCategories, useTerritories } from '#console/queries';

type Matter = { category: string; province: string; commune: string };
type Named = { code: string; names: Record<string, string> };

/** Where, and about what. */
export function AboutMatter({ told, setTold }: { told: Matter; setTold: (told: Matter) => void }) {
  const { filing: words } = useTexts();
  const language = useLanguage();
  const categories = useCategories().data ?? [];
  const regions = useTerritories().data ?? [];
  const bound = (field: keyof Matter) => ({
    label: words[field],
    value: told[field],
    onChange: (event: { currentTarget: { value: string } }) => setTold({ ...told, [field]: event.currentTarget.value }),
  });
  const grouped = (list: (Named & { items: Named[] })[]) => [
    { value: '', label: words.unknown },
    ...list.map(({ code, names, items }) => ({ group: names[language] ?? code, items: items.map((one) => ({ value: one.code, label: one.names[language] ?? one.code })) })),
  ];
  return (
    <>
      <NativeSelect {...bound('category')} data={grouped(categories.map(({ subcategories, ...one }) => ({ ...one, items: subcategories })))} />
      <NativeSelect {...bound('province')} data={grouped(regions.map(({ provinces, ...one }) => ({ ...one, items: provinces })))} />
      <TextInput {...bound('commune')} autoComplete="off" dir="auto" maxLength={120} />
    </>
  );
}
