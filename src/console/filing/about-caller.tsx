import { Checkbox, NativeSelect, Text, TextInput } from '@mantine/core';
import { Kind, kinds, Language, languages, Programme, programmes } from '#contract/words';
import { useTexts } from '#console/language';
import { texts as citizenTexts } from '#texts/index';
import { AboutMatter } from './about-matter.tsx';
import type { Call } from './call.ts';

/** What a new case asks besides the words; at the end the consent, which is read aloud in the citizen's language. */
export function AboutCaller({ call, change }: { call: Call; change: (call: Call) => void }) {
  const texts = useTexts();
  const { taking: words, filing } = texts;
  const bound = (field: 'name' | 'phone' | 'behalfName' | 'relationship') => ({
    label: words[field], value: call[field], autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => change({ ...call, [field]: event.currentTarget.value }),
  });
  return (
    <>
      <NativeSelect label={words.kind} value={call.kind} data={kinds.map((value) => ({ value, label: texts.kinds[value] }))} onChange={(event) => change({ ...call, kind: Kind.parse(event.currentTarget.value) })} />
      <TextInput {...bound('name')} dir="auto" maxLength={200} />
      <TextInput {...bound('phone')} dir="ltr" inputMode="tel" maxLength={40} />
      <Checkbox className="target" label={words.behalf} checked={call.behalf} onChange={(event) => change({ ...call, behalf: event.currentTarget.checked })} />
      {call.behalf && (
        <>
          <TextInput {...bound('behalfName')} required withAsterisk={false} dir="auto" maxLength={200} />
          <TextInput {...bound('relationship')} required withAsterisk={false} dir="auto" description={words.relationshipHow} maxLength={100} />
        </>
      )}
      <NativeSelect label={words.programme} value={call.programme} data={[{ value: '', label: filing.unknown }, ...programmes.map((value) => ({ value, label: texts.programmes[value] }))]}
        onChange={(event) => change({ ...call, programme: Programme.safeParse(event.currentTarget.value).data ?? '' })} />
      <AboutMatter told={call.place} setTold={(place) => change({ ...call, place })} />
      <NativeSelect label={filing.language} value={call.language} data={languages.map((value) => ({ value, label: texts.languages[value] }))}
        onChange={(event) => change({ ...call, language: Language.parse(event.currentTarget.value), agreed: false })} />
      <Text size="sm">{filing.consentHow}</Text>
      <Text className="words" lang={call.language} dir={call.language === 'ar' ? 'rtl' : 'ltr'}>{citizenTexts[call.language].pages.form.consentText}</Text>
      <Checkbox className="target" label={words.consent} checked={call.agreed} onChange={(event) => change({ ...call, agreed: event.currentTarget.checked })} />
    </>
  );
}
