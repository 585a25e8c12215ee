import { NativeSelect, TextInput } from '@mantine/core';
import { useLanguage, useTexts } from '#console/language';
import { useCategories, useTerritories } from '#console/queries';

const fields = ['name', 'relationship', 'phone', 'email', 'category', 'province', 'commune'] as const;
export type Told = Record<(typeof fields)[number], string>;

/** Who the person is, how they are reached, and where and about what. */
export function AboutPerson({ told, setTold }: { told: Told; setTold: (told: Told) => void }) {
  const { filing: words } = useTexts();
  const language = useLanguage();
  const categories = useCategories().data ?? [];
  const regions = useTerritories().data ?? [];
  const bound = (field: keyof Told) => ({
    label: words[field],
    value: told[field],
    onChange: (event: { currentTarget: { value: string } }) => setTold({ ...told, [field]: event.currentTarget.value }),
  });
  const needed = { required: true, withAsterisk: false, autoComplete: 'off', dir: 'auto' } as const;
  const grouped = (list: { code: string; names: Record<string, string>; items: { code: string; names: Record<string, string> }[] }[]) => [
    { value: '', label: words.unknown },
    ...list.map(({ code, names, items }) => ({ group: names[language] ?? code, items: items.map((one) => ({ value: one.code, label: one.names[language] ?? one.code })) })),
  ];
  return (
    <>
      <TextInput {...bound('name')} {...needed} maxLength={200} />
      <TextInput {...bound('relationship')} {...needed} description={words.relationshipHow} maxLength={100} />
      <TextInput {...bound('phone')} dir="ltr" inputMode="tel" autoComplete="off" maxLength={40} />
      <TextInput {...bound('email')} dir="ltr" inputMode="email" autoComplete="off" maxLength={254} />
      <NativeSelect {...bound('category')} data={grouped(categories.map(({ subcategories, ...one }) => ({ ...one, items: subcategories })))} />
      <NativeSelect {...bound('province')} data={grouped(regions.map(({ provinces, ...one }) => ({ ...one, items: provinces })))} />
      <TextInput {...bound('commune')} autoComplete="off" dir="auto" maxLength={120} />
    </>
  );
}
