import { TextInput } from '@mantine/core';
import { useTexts } from '#console/language';
import { AboutMatter } from './about-matter.tsx';

const fields = ['name', 'relationship', 'phone', 'email', 'category', 'province', 'commune'] as const;
export type Told = Record<(typeof fields)[number], string>;

/** Who the person is, how they are reached, and where and about what. */
export function AboutPerson({ told, setTold }: { told: Told; setTold: (told: Told) => void }) {
  const { filing: words } = useTexts();
  const bound = (field: keyof Told) => ({
    label: words[field],
    value: told[field],
    onChange: (event: { currentTarget: { value: string } }) => setTold({ ...told, [field]: event.currentTarget.value }),
  });
  const needed = { required: true, withAsterisk: false, autoComplete: 'off', dir: 'auto' } as const;
  return (
    <>
      <TextInput {...bound('name')} {...needed} maxLength={200} />
      <TextInput {...bound('relationship')} {...needed} description={words.relationshipHow} maxLength={100} />
      <TextInput {...bound('phone')} dir="ltr" inputMode="tel" autoComplete="off" maxLength={40} />
      <TextInput {...bound('email')} dir="ltr" inputMode="email" autoComplete="off" maxLength={254} />
      <AboutMatter told={told} setTold={(matter) => setTold({ ...told, ...matter })} />
    </>
  );
}
